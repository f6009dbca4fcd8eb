"""Re-authentication (fresh sign-in, step-up): the one list of what asks who it is once more.

A session that was left open, or a cookie that was copied, is not enough for the gravest pages: the
sign-in must be minutes old (setting `fresh_minutes`). Otherwise the request leads to
`security.verify`, and from there back.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, session, url_for
from flask_babel import gettext
from flask_login import current_user

from content import settings
from core.views import local_path

Condition = Callable[[], bool]
MANY = 100  # rows of one step: more ask for a fresh sign-in
GRAVE_STEPS = frozenset({"revoke", "suspend"})  # of the platform
AUTHENTICATED_AT = "fs_paa"  # in the session; Flask-Security's


# --- when ----------------------------------------------------------------------------------------


def always() -> bool:
    return True


def sent() -> bool:
    """Somebody sends a form; the page itself may be read."""
    return request.method == "POST"


def grave_step() -> bool:
    """A grave step of the platform, with the page that asks for its reason; or very many rows."""
    if request.path.startswith("/admin/") and request.values.get("verb") in GRAVE_STEPS:
        return True
    if request.method != "POST":
        return False
    rows = len(request.form.get("ids", "").split(",")) + len(request.form.getlist("pick"))
    return rows > MANY or request.form.get("choice") == "all"


def without_password() -> bool:
    """The page asks for the password itself, but this person has none."""
    return not current_user.password


# --- the list ------------------------------------------------------------------------------------

GRAVE: dict[str, Condition] = {
    # people and roles
    "admin_user.role_view": sent,
    "admin_user.disable_view": sent,
    "admin_user.enable_view": sent,
    "admin_user.reset_factor_view": sent,
    "admin_user.invite_view": sent,
    "admin_user.renew_view": sent,
    "admin_user.end_sessions_view": sent,
    "admin_user.view_as_view": sent,
    "staff_role.create_view": sent,
    "staff_role.edit_view": sent,
    "staff_role.remove_view": sent,
    "proposal.ask_view": sent,  # the second person of a grave step
    # settings and rules
    "setting.index": sent,
    "score_rule.create_view": sent,
    "score_rule.edit_view": sent,
    # steps: revoke, suspend, more than a hundred at once; of every list
    "*.ask_view": grave_step,
    # exports that hold telephone numbers and addresses
    "event.export_list": sent,
    "storefront.my_data": always,
    # what the account is opened with, and its end
    "security.two_factor_setup": always,
    "security.two_factor_setup_validate": always,
    "security.two_factor_token_validation": always,  # of who is signed in: the end of a set-up
    "security.wan_register": always,
    "security.wan_register_response": always,
    "security.wan_delete": sent,
    "security.mf_recovery_codes": always,
    "security.change_password": without_password,
    "storefront.close_account": without_password,
}


def condition_of(endpoint: str) -> Condition | None:
    """Return when `endpoint` asks for a fresh sign-in, or None: never."""
    return GRAVE.get(endpoint) or GRAVE.get("*." + endpoint.rpartition(".")[2])


def is_fresh() -> bool:
    """Whether who is signed in has proved it within the minutes of the setting."""
    at = session.get(AUTHENTICATED_AT)
    return at is not None and abs(time.time() - at) < settings.get("fresh_minutes") * 60


def ask_again() -> Any:
    """Request hook: lead whoever asks for a grave page to the page that asks who they are."""
    condition = condition_of(request.endpoint or "")
    if condition is None or not current_user.is_authenticated or not condition() or is_fresh():
        return None
    flash(gettext("Before this step, please confirm that it is you."), "info")
    return redirect(url_for("security.verify", next=_back()))


def _back() -> str:
    """Return where to go on: the page asked for, or that of the form that was sent."""
    if request.method == "POST":
        origin = request.host_url.rstrip("/")
        came_from = request.referrer or ""
        page = local_path(came_from.removeprefix(origin)) if came_from.startswith(origin) else None
        return page or "/"
    return request.full_path.rstrip("?")
