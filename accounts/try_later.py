"""The page of status 429: how long to wait, over the form with the address that was typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import render_template, request
from flask_babel import gettext
from flask_security.proxies import _security
from flask_security.utils import _config_value

from accounts.forms import ConfirmForm, ForgotForm, SignInForm
from accounts.registration import RegistrationForm
from core.clock import PARK, now

# endpoint -> its form, and how Flask-Security names form and template
FORMS: dict[str, tuple[Callable[[], Any], str, str]] = {
    "security.login": (SignInForm, "login_user_form", "LOGIN_USER_TEMPLATE"),
    "security.register": (RegistrationForm, "register_user_form", "REGISTER_USER_TEMPLATE"),
    "security.forgot_password": (
        ForgotForm,
        "forgot_password_form",
        "FORGOT_PASSWORD_TEMPLATE",
    ),
    "security.send_confirmation": (
        ConfirmForm,
        "send_confirmation_form",
        "SEND_CONFIRMATION_TEMPLATE",
    ),
}


def words(seconds: int) -> str:
    """Return how long somebody has to wait, in words."""
    minutes = max(1, -(-seconds // 60))
    until = (now() + timedelta(minutes=minutes)).astimezone(PARK)
    return gettext(
        "Too many attempts. Wait %(minutes)s minutes, until %(until)s, then try again.",
        minutes=minutes,
        until=f"{until:%H:%M}",
    )


def page(seconds: int) -> tuple[str, int, dict[str, str]]:
    """Return the answer to who tried too often.

    Args:
        seconds: until they may try again.
    """
    said, headers = words(seconds), {"Retry-After": str(seconds), "Cache-Control": "no-store"}
    known = FORMS.get(request.endpoint or "")
    if known is None:
        return render_template("errors/error.html", code=429, words=said), 429, headers
    make, name, template = known
    html = _security.render_template(
        _config_value(template),
        try_later=said,
        **{name: make()},
        **_security._run_ctx_processor((request.endpoint or "").removeprefix("security.")),
    )
    return str(html), 429, headers
