"""Security headers of every answer, and no-store on what a person sees."""

from __future__ import annotations

from flask import Flask, Response, current_app, g

from core.config import Settings

POLICY = (
    "default-src 'self'; img-src 'self' data:; script-src 'self'; style-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
UNUSED = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation",
    "gyroscope", "magnetometer", "microphone", "midi", "payment", "screen-wake-lock", "usb",
    "xr-spatial-tracking",
)  # fmt: skip
SECURITY_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    # what no page of ours asks a browser for; passkeys are not among it
    "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
}
# in production; every name below the site's is held to TLS as well
HSTS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
EXTENSION = "security_headers"


def headers_of(settings: Settings) -> dict[str, str]:
    """Return the security headers of every answer, static files included."""
    return SECURITY_HEADERS | (dict([HSTS]) if settings.production else {})


def init_app(app: Flask) -> None:
    app.extensions[EXTENSION] = headers_of(app.config["SETTINGS"])


def add(response: Response) -> Response:
    """Request hook: set each header that the view did not set itself."""
    for name, value in current_app.extensions[EXTENSION].items():
        response.headers.setdefault(name, value)
    person = g.get("_login_user")
    # asks for no column: of who is signed in a commit has expired them all
    if person is not None and not person.is_anonymous:
        response.headers.setdefault("Cache-Control", "no-store")
    return response
