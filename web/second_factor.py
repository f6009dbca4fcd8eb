"""The second factor of the platform's people: counted down in a banner, then asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Flask, redirect, request, url_for
from flask_login import current_user

import access
from accounts import factors, passkeys
from core.clock import now
from models import User
from web.template_context import Site, here

# What is open to who is late: setting one up, reading the texts, and leaving.
OPEN = {
    f"security.{name}"
    for name in ("two_factor_setup", "two_factor_setup_validate", "wan_register", "verify",
                 "wan_register_response", "wan_verify", "wan_verify_response", "change_password",
                 "mf_recovery_codes", "logout")
} | {
    f"storefront.{name}"
    for name in ("security", "recovery_codes_file", "standing_page", "set_language",
                 "sso_start", "sso_callback")
} | {"healthz", "readyz"}  # fmt: skip


def due() -> datetime | None:
    """Return when the signed-in person has to have a second factor by, or None."""
    if not current_user.is_authenticated:
        return None
    user: User = current_user._get_current_object()
    if user.second_factor_at or not access.is_staff(user):
        return None
    site = Site()
    return factors.due(user, required=site.staff_second_factor, days=site.staff_second_factor_days)


def lead_to_set_up() -> Any:
    """Request hook: whoever works for the platform and is late sees the page that sets one up."""
    endpoint = request.endpoint or ""
    if endpoint in OPEN or endpoint.endswith("static"):
        return None
    until = due()
    if until is None or until > now():
        return None
    return redirect(url_for("storefront.security", next=here()))


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(second_factor_due=due, passkey_origin=lambda: passkeys.site()[1])
