"""CSRF tokens that say who began the form: the one of a session ends with the id of its person.

The token of a page is signed (Flask-WTF), so its owner is known after its session is over.
"""

from __future__ import annotations

import secrets
from typing import Any

from flask import current_app, g, session
from itsdangerous import BadData, URLSafeTimedSerializer

from models import User

FIELD = "csrf_token"  # in forms, in the session and in `g`, where Flask-WTF keeps it
SALT = "wtf-csrf-token"  # of Flask-WTF


def own(user: User) -> None:
    """Let forms of this session say that `user` began them; what a visitor began is a new page."""
    if _owner_in(session.get(FIELD)) != user.id:
        session[FIELD] = f"{secrets.token_hex(20)}.{user.id}"
        g.pop(FIELD, None)


def owner_of(token: str | None) -> int | None:
    """Return the id of who began the form with this token, of whatever session.

    None for what we did not sign, and for what a visitor began.
    """
    signed = URLSafeTimedSerializer(str(current_app.secret_key), salt=SALT)
    try:
        return _owner_in(signed.loads(token or ""))
    except BadData:
        return None


def _owner_in(value: Any) -> int | None:
    owner = str(value or "").partition(".")[2]
    return int(owner) if owner.isdecimal() else None
