"""What every request passes through: transaction kind, the guard, security headers, errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask, Response, g, jsonify, redirect, render_template, request, url_for
from flask_babel import LazyString, gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy import event
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from access import row_guard
from core.database import db, install_sqlite_hooks, reading

View = TypeVar("View", bound=Callable[..., Any])
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# More than the files of any form hold at 10 MB each (an activity has 20), so that a file that is
# too large is refused at its field, with all that was typed kept. For who is signed in alone.
LARGEST_UPLOAD = 512 * 1024 * 1024
POLICY = (
    "default-src 'self'; img-src 'self' data:; script-src 'self'; style-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def writes(view: View) -> View:
    """Mark a view that writes though it answers GET: its transaction takes the lock at once."""
    view.writes = True  # type: ignore[attr-defined]  # a mark of ours
    return view


def local_path(target: str | None) -> str | None:
    """Return `target` where it is a path of this site, else None.

    Browsers drop tabs and newlines and read a backslash as a slash, so both are refused.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(ord(letter) < 33 for letter in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def back(endpoint: str, **values: Any) -> Any:
    """Redirect to the local path in `next`, else to `endpoint`."""
    return redirect(local_path(request.values.get("next")) or url_for(endpoint, **values))


def init_app(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]  # as Flask says
    with app.app_context():
        install_sqlite_hooks(db.engine)
    if not event.contains(db.session, "do_orm_execute", row_guard.apply):
        event.listen(db.session, "do_orm_execute", row_guard.apply)

    @app.before_request
    def choose_transaction() -> None:
        view = app.view_functions.get(request.endpoint or "")
        reading.set(request.method in SAFE and not getattr(view, "writes", False))

    @app.before_request
    def hold_to_what_is_visible() -> None:
        if request.endpoint == "static" or (request.endpoint or "").endswith(".static"):
            return
        user = current_user._get_current_object() if current_user.is_authenticated else None
        if user is not None:
            request.max_content_length = LARGEST_UPLOAD
        row_guard.hold(db.session(), user)

    @app.teardown_request
    def release(_error: BaseException | None) -> None:
        reading.set(False)
        row_guard.release()

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if settings.production:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if getattr(g.get("_login_user"), "is_authenticated", False):  # never loads anybody
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    register_health(app)
    register_errors(app)


def register_health(app: Flask) -> None:
    """What a supervisor asks: does the process live, does it reach its database."""

    @app.get("/healthz")
    def healthz() -> Any:
        return jsonify(status="ok")

    @app.get("/readyz")
    def readyz() -> Any:
        db.session.execute(sa.text("SELECT 1"))
        return jsonify(status="ok")


def register_errors(app: Flask) -> None:
    """Every error in the look of the house, in words that say what to do."""

    @app.errorhandler(CSRFError)
    def csrf_error(error: CSRFError) -> Any:
        return page(400, gettext("This form is too old. Go back, reload the page and try again."))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Any:
        if error.response is not None or (error.code or 500) < 400:
            return error
        words = {
            403: gettext("You may not open this page."),
            404: gettext("There is nothing here, or it is not for your eyes."),
            413: too_large(),
            429: gettext("Too many attempts. Wait a little and try again."),
        }
        if isinstance(error.description, LazyString):  # in the words of whoever refused
            return page(error.code or 500, str(error.description))
        return page(error.code or 500, words.get(error.code or 500, gettext("This did not work.")))

    @app.errorhandler(500)
    def broken(error: Exception) -> Any:
        db.session.rollback()
        return page(500, gettext("Something broke on our side. It has been recorded."))


def too_large() -> str:
    """Return what to do where more was sent than is taken: the browser still has the form."""
    limit = (request.max_content_length or 0) // (1024 * 1024)
    return gettext(
        "What you sent is larger than %(limit)s MB and was not taken. Go back with your browser: "
        "what you typed is still there. Choose fewer or smaller files, of 10 MB at most each, "
        "and send again.",
        limit=limit,
    )


def page(code: int, words: str) -> tuple[str, int]:
    return render_template("errors/error.html", code=code, words=words), code
