"""The two back offices: /admin for the platform's staff, /workbench for institutions."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None: ...
