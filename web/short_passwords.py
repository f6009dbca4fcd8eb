"""The platform's people with a password that is too short for them change it first."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, session, url_for
from flask_login import current_user

import access
from accounts import short_passwords
from web.second_factor import OPEN


def lead_to_change() -> Any:
    """Request hook: lead them to the page that changes it; all others were told."""
    least = session.get(short_passwords.KEY)
    endpoint = request.endpoint or ""
    if not least or endpoint in OPEN or endpoint.endswith("static"):
        return None
    if not current_user.is_authenticated or not access.is_staff(current_user):
        return None
    flash(short_passwords.words(least), "warning")
    return redirect(url_for("security.change_password"))
