"""Passwords that are too short by now: noticed at the sign-in, and changed.

Of a password only the hash is kept, so its length is known at the sign-in alone. Somebody who was
given a role of the platform since then may have one that is long enough for others.
"""

from __future__ import annotations

import unicodedata

from flask import flash, session
from flask_babel import gettext

import access
from accounts import passwords
from models import User

KEY = "short_password"  # in the session: the fewest characters that it needs


def shortest_of(user: User) -> int:
    """Return how many characters a password of `user` has at least."""
    return passwords.SHORTEST_OF_STAFF if access.is_staff(user) else passwords.SHORTEST


def note(user: User, password: str) -> None:
    """Remember in the session whether the password that was just right is too short."""
    least = shortest_of(user)
    if len(unicodedata.normalize("NFKC", password)) >= least:
        session.pop(KEY, None)
        return
    session[KEY] = least
    if not access.is_staff(user):
        flash(words(least), "warning")


def words(least: int) -> str:
    return gettext(
        "Your password is shorter than the %(count)s characters that are asked for now. Please "
        "change it.",
        count=least,
    )
