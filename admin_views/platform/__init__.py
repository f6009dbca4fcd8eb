"""The platform's office at /admin: queues, people, settings. For its own staff."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext

from admin_views.base.office import OfficeIndex, modules_of, open_office
from admin_views.base.rules import ForStaff


class PlatformIndex(ForStaff, OfficeIndex):
    """What waits for the platform's staff."""


def init_app(app: Flask) -> None:
    name = lazy_gettext("Platform administration")
    open_office(app, PlatformIndex, name, "admin", modules_of(__name__, __path__))
