"""Reverse proxies: the sender, host and scheme that so many of them report (ProxyFix)."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix


def middleware(app: Flask) -> None:
    """Believe as many proxies as the settings trust; none, as long as they do not say."""
    count = app.config["SETTINGS"].trusted_proxies
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]  # as Flask says
