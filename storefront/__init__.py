"""The public storefront and the enterprise's account pages."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint, Flask

bp = Blueprint("storefront", __name__)
ROOMS = ("certifying", "entering", "mine", "posting", "public")


def init_app(app: Flask) -> None:
    # these pages need `bp`
    from storefront.entering import sso
    from storefront.mine import consents
    from storefront.public import visitors

    for room in ROOMS:
        package = import_module(f"storefront.{room}")
        for page in iter_modules(package.__path__, f"{package.__name__}."):
            import_module(page.name)  # for its routes
    app.register_blueprint(bp)
    visitors.init_app(app)
    consents.init_app(app)
    sso.init_app(app)
