"""Loopback only: without APP_ENV the site answers this machine and nobody else.

Who runs it without having said what for gets the demo's accounts, the mails at /dev/mails and a
secret key that everybody can read. So a request counts as this machine's own only where it was sent
from it, to a name of it, and no proxy says that it came from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, request
from flask_babel import lazy_gettext

from core.loopback import is_loopback

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEY = "supermarket.this_machine"  # of the request's environment
# what proxies add, whatever they are told to
OF_PROXIES = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_", "HTTP_X_REAL_IP", "HTTP_VIA")
ELSEWHERE = lazy_gettext(
    "This site answers the machine that it runs on and nobody else, because nobody said what it is "
    "run for. Whoever runs it: set APP_ENV=production, or APP_ENV=development to try it out."
)


class Observed:
    """Middleware: note whether a request is of this machine, before any proxy is believed."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[KEY] = _is_ours(environ)
        return self.app(environ, start_response)


def _is_ours(environ: WSGIEnvironment) -> bool:
    if any(name.startswith(OF_PROXIES) for name in environ):
        return False
    try:
        host = urlsplit(f"//{environ.get('HTTP_HOST') or 'localhost'}").hostname
    except ValueError:
        return False
    return is_loopback(environ.get("REMOTE_ADDR") or "") and is_loopback(host or "")


def middleware(app: Flask) -> None:
    app.wsgi_app = Observed(app.wsgi_app)  # type: ignore[method-assign]  # as Flask says


def asks() -> bool:
    """Whether the request is of this machine."""
    return bool(request.environ.get(KEY))


def hold() -> None:
    """Request hook: without APP_ENV, refuse whoever is elsewhere."""
    if current_app.config["SETTINGS"].undeclared and not asks():
        abort(403, ELSEWHERE)
