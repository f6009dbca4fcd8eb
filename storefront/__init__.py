"""The public storefront and the enterprise's account pages."""

from __future__ import annotations

from flask import Blueprint, Flask

bp = Blueprint("storefront", __name__)


def init_app(app: Flask) -> None:
    from storefront import home  # noqa: F401

    app.register_blueprint(bp)
