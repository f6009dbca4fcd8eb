"""Rate limits of the pages of signing in: by the e-mail typed and by the network address."""

from __future__ import annotations

from typing import Any

from flask import abort, request
from flask_limiter.util import get_remote_address
from limits import RateLimitItem, parse

from core.extensions import limiter

COUNTED = "supermarket.attempt_counted"  # of the request's environment
# endpoint -> how often with one address, and how often at all from one network address
LIMITS: dict[str, tuple[RateLimitItem, RateLimitItem]] = {
    "security.login": (parse("10 per 10 minutes"), parse("100 per 10 minutes")),
    "security.register": (parse("5 per hour"), parse("30 per hour")),
    "security.forgot_password": (parse("5 per hour"), parse("30 per hour")),
    "security.send_confirmation": (parse("5 per hour"), parse("30 per hour")),
    "security.reset_password": (parse("30 per hour"), parse("30 per hour")),
    "security.change_password": (parse("20 per hour"), parse("20 per hour")),
}


def hold() -> None:
    """Request hook: refuse the request with 429 where its sender has tried too often."""
    limits = LIMITS.get(request.endpoint or "")
    if limits is None or request.method != "POST" or not limiter.enabled:
        return
    if COUNTED in request.environ:  # run again after a lost race: they tried once
        return
    request.environ[COUNTED] = True
    sender = get_remote_address()
    typed = request.form.get("email", "").strip().lower()[:254]
    with_address, at_all = limits
    strategy: Any = limiter.limiter
    inside = strategy.hit(at_all, request.endpoint, sender)
    if not (strategy.hit(with_address, request.endpoint, sender, typed) and inside):
        abort(429)
