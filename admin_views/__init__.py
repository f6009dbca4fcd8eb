"""The two back offices: /admin for the platform's staff, /workbench for institutions."""

from __future__ import annotations

from flask import Flask

from admin_views import platform, workbench
from admin_views.base import menu


def init_app(app: Flask) -> None:
    app.jinja_env.globals["menu_of"] = menu.drawn
    platform.init_app(app)
    workbench.init_app(app)
