"""The two back offices: /admin for the platform's staff, /workbench for institutions."""

from __future__ import annotations

from flask import Flask

from admin_views import platform, workbench


def init_app(app: Flask) -> None:
    platform.init_app(app)
    workbench.init_app(app)
