"""Reverse proxies: the sender, host and scheme that trusted ones report (ProxyFix).

`TRUSTED_PROXIES` says how many there are, `PROXY_NETWORKS` where the nearest one stands. Of
X-Forwarded-For only the last hops count, which our own proxies wrote; and of a request that came
past the proxy nothing of the kind. Without the setting all who come through a proxy have its
address, and share the limits by network: that is said in the log.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)
REPORTED = "HTTP_X_FORWARDED_"  # the headers of proxies, in the environment
FORWARDED = "HTTP_FORWARDED"


def middleware(app: Flask) -> None:
    """Believe as many proxies as the settings trust; none, as long as they do not say."""
    settings = app.config["SETTINGS"]
    if settings.trusted_proxies:
        app.wsgi_app = TrustedProxies(  # type: ignore[method-assign]  # as Flask says
            app.wsgi_app, settings.trusted_proxies, settings.networks_of_proxies
        )
    elif settings.production:
        log.warning(
            "TRUSTED_PROXIES is 0: whoever connects counts as the sender. Behind a reverse proxy "
            "set it to the number of proxies; else all people share one network in every limit."
        )
        app.wsgi_app = ProxyNotice(app.wsgi_app)  # type: ignore[method-assign]  # as Flask says


class TrustedProxies(ProxyFix):
    """ProxyFix for requests that a proxy of ours hands over; all others lose their headers."""

    def __init__(self, app: WSGIApplication, count: int, networks: Iterable[Any]) -> None:
        super().__init__(app, x_for=count, x_proto=count, x_host=count)
        self.networks = tuple(networks)
        self.said = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if self._is_ours(environ.get("REMOTE_ADDR") or ""):
            return super().__call__(environ, start_response)
        if not self.said and reported(environ):
            self.said = True
            log.warning(
                "a request came past the reverse proxy, from %s: its X-Forwarded headers are not "
                "believed. Where that is your proxy, name its network in PROXY_NETWORKS.",
                environ.get("REMOTE_ADDR"),
            )
        for name in reported(environ):
            del environ[name]
        return self.app(environ, start_response)

    def _is_ours(self, peer: str) -> bool:
        if not peer:  # a socket of this machine
            return True
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self.networks)


class ProxyNotice:
    """Says once that a proxy reports senders whom nobody believes."""

    def __init__(self, app: WSGIApplication) -> None:
        self.app = app
        self.said = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self.said and "HTTP_X_FORWARDED_FOR" in environ:
            self.said = True
            log.warning(
                "X-Forwarded-For arrives, and TRUSTED_PROXIES is 0: everybody behind that proxy "
                "shares the limits of one network. Set TRUSTED_PROXIES to the number of proxies."
            )
        return self.app(environ, start_response)


def reported(environ: WSGIEnvironment) -> list[str]:
    """Return the names of the headers in which proxies report, of those that are there."""
    return [name for name in environ if name.startswith(REPORTED) or name == FORWARDED]
