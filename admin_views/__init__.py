"""The two back offices: /admin for the platform's staff, /workbench for institutions."""

from __future__ import annotations

from flask import Flask

from admin_views.base.menu import drawn
from admin_views.base.office import open_office
from admin_views.platform.menu import MENU as PLATFORM
from admin_views.workbench.menu import MENU as WORKBENCH


def init_app(app: Flask) -> None:
    app.jinja_env.globals["menu_of"] = drawn
    open_office(app, PLATFORM)
    open_office(app, WORKBENCH)
