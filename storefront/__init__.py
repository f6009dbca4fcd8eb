"""The public storefront and the enterprise's account pages."""

from __future__ import annotations

from importlib import import_module
from pkgutil import walk_packages

from flask import Blueprint, Flask

bp = Blueprint("storefront", __name__)


def init_app(app: Flask) -> None:
    # these pages need `bp`
    from storefront.account import consents
    from storefront.sign_in import sso
    from storefront.site import visitors

    for page in walk_packages(__path__, "storefront."):
        import_module(page.name)  # for its routes
    app.register_blueprint(bp)
    visitors.init_app(app)
    consents.init_app(app)
    sso.init_app(app)
