"""The public storefront and the enterprise's account pages."""

from __future__ import annotations

from flask import Blueprint, Flask

bp = Blueprint("storefront", __name__)


def init_app(app: Flask) -> None:
    from storefront import (  # noqa: F401
        attachments,
        certification,
        certification_steps,
        enterprise,
        home,
        invitations,
        profile,
    )

    app.register_blueprint(bp)
