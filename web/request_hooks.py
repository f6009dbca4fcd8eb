"""What every request passes through: transaction kind, the guard, security headers, errors."""

from __future__ import annotations

from typing import Any

from flask import (
    Flask,
    Response,
    g,
    request,
)
from flask_login import current_user
from werkzeug.middleware.proxy_fix import ProxyFix

from access import row_guard
from core.database import db, install_sqlite_hooks, reading
from web import page_cache
from web.error_pages import register_errors
from web.health import register_health

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


# More than the files of any form hold at 10 MB each (an activity has 20), so that a file that is
# too large is refused at its field, with all that was typed kept. For who is signed in alone.
LARGEST_UPLOAD = 512 * 1024 * 1024


POLICY = (
    "default-src 'self'; img-src 'self' data:; script-src 'self'; style-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


SECURITY_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}


HSTS = ("Strict-Transport-Security", "max-age=31536000")  # in production


def headers_of(settings: Any) -> dict[str, str]:
    """Return the security headers of every answer."""
    return SECURITY_HEADERS | (dict([HSTS]) if settings.production else {})


def init_app(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]  # as Flask says
    with app.app_context():
        install_sqlite_hooks(db.engine)
    row_guard.install()

    @app.before_request
    def choose_transaction() -> None:
        view = app.view_functions.get(request.endpoint or "")
        reading.set(request.method in SAFE and not getattr(view, "writes", False))
        page_cache.begin()

    @app.before_request
    def hold_to_what_is_visible() -> None:
        row_guard.hold(db.session(), None)  # until it is known who asks
        if request.endpoint == "static" or (request.endpoint or "").endswith(".static"):
            return
        user = current_user._get_current_object() if current_user.is_authenticated else None
        if user is not None:
            request.max_content_length = LARGEST_UPLOAD
        row_guard.hold(db.session(), user)

    @app.teardown_request
    def release(_error: BaseException | None) -> None:
        reading.set(False)
        page_cache.end()
        row_guard.release()

    everywhere = headers_of(settings)

    @app.after_request
    def headers(response: Response) -> Response:
        for name, value in everywhere.items():
            response.headers.setdefault(name, value)
        if getattr(g.get("_login_user"), "is_authenticated", False):  # never loads anybody
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    register_health(app)
    register_errors(app)
