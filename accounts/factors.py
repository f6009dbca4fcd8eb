"""Second factors of a person: what changes with them, who is told, and how a lost one is reset.

authenticator.py    TOTP by an app
passkeys.py         WebAuthn
recovery_codes.py   for the day on which both are lost
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_babel import LazyString, lazy_gettext

import access
import outbox
from accounts import sign_ins
from content import settings
from core.clock import now
from core.database import db
from models import EventName, Passkey, SessionEnd, User
from workflows import engine
from workflows.person import roles

AUTHENTICATOR, PASSKEY = "authenticator", "passkey"
REQUIRED, DAYS = "staff_second_factor", "staff_second_factor_days"  # settings
LAST = lazy_gettext(
    "People of the platform need a second factor: set up another one before you remove the last."
)


def real(user: Any) -> User:
    """Return the person that Flask-Login's stand-in for who is signed in stands for."""
    found: User = user._get_current_object() if hasattr(user, "_get_current_object") else user
    return found


def number(user: User) -> int:
    """Return how many second factors `user` has."""
    return len(user.webauthn) + bool(user.tf_primary_method)


def due(user: User, *, required: bool, days: int) -> datetime | None:
    """Return when `user` has to have a second factor by; None where they have, or need, none.

    Args:
        required, days: the settings of these names.
    """
    if not required or user.second_factor_at or not access.is_staff(user):
        return None
    return (user.role_since or user.created_at) + timedelta(days=days)


def why_keep(user: User) -> LazyString | None:
    """Return why `user` may not remove a factor, or None."""
    if access.is_staff(user) and number(user) <= 1 and settings.get(REQUIRED):
        return LAST
    return None


# --- signals of Flask-Security ------------------------------------------------------------------


def authenticator_added(_app: Flask, user: Any, **_extra: Any) -> None:
    """Signal `tf_profile_changed`: an app is set up, or another one in its place."""
    _added(real(user), AUTHENTICATOR)


def passkey_added(_app: Flask, user: Any, name: str, **_extra: Any) -> None:
    """Signal `wan_registered`."""
    _added(real(user), PASSKEY, name)


def authenticator_removed(_app: Flask, user: Any, **_extra: Any) -> None:
    """Signal `tf_disabled`."""
    _removed(real(user), AUTHENTICATOR, left=number(real(user)))


def passkey_removed(_app: Flask, user: Any, name: str, **_extra: Any) -> None:
    """Signal `wan_deleted`, sent while the passkey is there yet."""
    _removed(real(user), PASSKEY, name, left=number(real(user)) - 1)


def _added(user: User, factor: str, name: str = "") -> None:
    user.second_factor_at = user.second_factor_at or now()
    _on_record(user, EventName.FACTOR_ADDED, {"factor": factor, "name": name})
    _mail(user, "factor_added", factor=factor, passkey=name)
    sign_ins.end_others(user, SessionEnd.FACTOR)


def _removed(user: User, factor: str, name: str = "", *, left: int) -> None:
    if not left:
        user.second_factor_at = user.mf_recovery_codes = None
    _on_record(user, EventName.FACTOR_REMOVED, {"factor": factor, "name": name})
    _mail(user, "factor_removed", factor=factor, passkey=name)
    sign_ins.end_others(user, SessionEnd.FACTOR)


# --- recovery codes -----------------------------------------------------------------------------


def codes_made(user: User) -> None:
    """New recovery codes stand in place of the old ones."""
    _on_record(user, EventName.CODES_MADE, {})
    _mail(user, "recovery_codes_made")


def code_used(user: User) -> None:
    """Somebody signed in with a recovery code of `user`."""
    left = len(user.mf_recovery_codes or ())
    _on_record(user, EventName.CODE_USED, {"left": left})
    _mail(user, "recovery_code_used", left=left)


# --- lost ---------------------------------------------------------------------------------------


def reset(user: User, actor: User | None, reason: str) -> None:
    """Take away every second factor of `user`, who has lost them. The caller commits.

    Their sessions end; at the next sign-in the password is enough, and who works for the platform
    is led to set up a new one.

    Args:
        actor: another administrator; None is whoever may run commands on the server.

    Raises:
        PermissionError: the actor manages no people, or it is their own.
    """
    if actor is not None and (actor.id == user.id or not access.manages_people(actor)):
        raise PermissionError("another administrator resets a second factor")
    clear(user)
    roles.end_sessions(user, SessionEnd.FACTOR)
    engine.note(user, EventName.FACTOR_RESET, actor, reason=reason)
    _mail(user, "factor_reset", reason=reason)


def clear(user: User) -> None:
    """Forget every secret of the second factors of `user`."""
    db.session.execute(sa.delete(Passkey).where(Passkey.user_id == user.id))
    db.session.expire(user, ["webauthn"])
    user.second_factor_at = None
    user.tf_primary_method = user.tf_totp_secret = None
    user.mf_recovery_codes = None


def _on_record(user: User, name: EventName, changes: dict[str, Any]) -> None:
    kept = {key: value for key, value in changes.items() if value != ""}
    engine.note(user, name, user, changes=kept)


def _mail(user: User, template: str, **context: Any) -> None:
    outbox.enqueue(
        template,
        user.email,
        link="/account/security",
        context={"name": user.name} | context,
        key=("account", user.id, template, now().isoformat()),
        kind=None,  # it guards the account
        locale=user.locale,
    )
