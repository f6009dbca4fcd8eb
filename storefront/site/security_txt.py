"""security.txt (RFC 9116): where whoever finds a vulnerability writes to."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort

from content import settings
from core.clock import now
from storefront import bp
from storefront.site.structured_data import public

VALID_FOR = timedelta(days=180)  # RFC 9116, 2.5.5 recommends less than a year


@bp.get("/.well-known/security.txt")
def security_txt() -> Any:
    """The contact for vulnerabilities; 404 where no address is set at all."""
    address = settings.security_email()
    if not address:
        abort(404)
    expires = (now() + VALID_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: mailto:{address}",
        f"Expires: {expires.strftime('%Y-%m-%dT%H:%M:%SZ')}",
        "Preferred-Languages: zh, en",
        f"Canonical: {public('/.well-known/security.txt')}",
    )
    return "\n".join(lines) + "\n", {"Content-Type": "text/plain; charset=utf-8"}
