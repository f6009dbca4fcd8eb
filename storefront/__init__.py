"""The public storefront and the enterprise's account pages."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

from flask import Blueprint, Flask

bp = Blueprint("storefront", __name__)


def init_app(app: Flask) -> None:
    # these pages need `bp`
    from storefront.sign_in import sso
    from storefront.site import frame

    for page in walk_packages(__path__, "storefront."):
        import_module(page.name)  # for its routes
    app.register_blueprint(bp)
    frame.init_app(app)
    sso.init_app(app)


def hooks() -> tuple[Callable[..., Any], ...]:
    """Return the request hooks of this room; web/hooks.py says when each runs."""
    from storefront.account.consents import require_consent  # needs `bp`

    return (require_consent,)
