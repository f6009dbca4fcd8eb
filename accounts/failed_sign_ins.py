"""Failed sign-ins on record: whose account, from which network address.

An address that nobody has is kept masked: people type their password into the wrong field.
"""

from __future__ import annotations

from typing import Any

from models import EventName, SignInFailure, User
from workflows import engine

LONGEST = 64  # characters of what is kept of an address


def record(user: User | None, typed: Any, *, known_password: bool = False) -> None:
    """Put a failed sign-in on record, in the unit of work of the request.

    Args:
        user: the account, or None: there is none with that address.
        typed: the address, as it was typed.
        known_password: whether the password was right, and something else was not.
    """
    if user is not None:
        failed = SignInFailure.ACCOUNT if known_password else SignInFailure.PASSWORD
        engine.note(user, EventName.SIGN_IN_FAILED, None, changes={"failed": failed})
        return
    changes = {"failed": SignInFailure.UNKNOWN, "address": masked(typed)}
    engine.note_of(
        User.__tablename__, engine.EVERYTHING, EventName.SIGN_IN_FAILED, None, changes=changes
    )


def record_factor(user: User) -> None:
    """Put a wrong code on record, of an app or for recovery: somebody knows the password."""
    engine.note(user, EventName.SIGN_IN_FAILED, None, changes={"failed": SignInFailure.FACTOR})


def masked(typed: Any) -> str:
    """Return the first letter and the domain of an address, "" of what is none."""
    name, at, domain = str(typed or "").strip().rpartition("@")
    if not name or not at or "." not in domain:
        return ""
    return f"{name[0]}***@{domain}"[:LONGEST]


def record_sso() -> None:
    """Put on record that a single sign-on ended without one: nobody knows whose it was."""
    engine.note_of(
        User.__tablename__,
        engine.EVERYTHING,
        EventName.SIGN_IN_FAILED,
        None,
        changes={"failed": SignInFailure.SSO},
    )
