"""The workbench at /workbench: what an institution's people work with."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext

from admin_views.base.office import OfficeIndex, modules_of, open_office
from admin_views.base.rules import ForInstitutions


class WorkbenchIndex(ForInstitutions, OfficeIndex):
    """What waits for an institution, or for its consultant."""

    consultants = True


def init_app(app: Flask) -> None:
    name = lazy_gettext("Workbench")
    open_office(app, WorkbenchIndex, name, "workbench", modules_of(__name__, __path__))
