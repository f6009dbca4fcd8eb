"""The code of a letter or a call: shown once to who sends it, entered by the person, hashed."""

from __future__ import annotations

import hmac
import secrets
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

from core.database import db
from core.tokens import hashed
from models import User, Verification
from workflows.engine import HANDLED, Words, perform
from workflows.verification.rules import CODE_OVER, MOST_TRIES, WAITING

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that are taken for another, read or heard
LENGTH = 10  # 50 bits
WRONG = lazy_gettext("The code is not right. Look at the letter again, or ask the platform.")
_row: Any = Verification.__table__


def new() -> str:
    """Return a new code, as it is written: ABCDE-FGHJK."""
    code = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    return f"{code[:5]}-{code[5:]}"


def plain(code: str) -> str:
    """Return a code as it is hashed, however it was typed."""
    return "".join(sign for sign in code.upper() if sign in SIGNS)


def stored(code: str) -> str:
    """Return what is kept of a code."""
    return hashed(f"verification:{plain(code)}")


def enter(row: Verification, user: User, typed: str) -> Words | None:
    """Take a code that `user` typed; return None, or why not. A wrong one uses up a try.

    The caller commits, in both cases.
    """
    counted = db.session.execute(
        sa.update(_row)
        .where(_row.c.id == row.id, _row.c.status.in_(WAITING), _row.c.code_tries < MOST_TRIES)
        .values(code_tries=_row.c.code_tries + 1)
    )
    if not counted.rowcount or row.code_hash is None:  # type: ignore[attr-defined]  # of an UPDATE
        return CODE_OVER
    if not hmac.compare_digest(stored(typed), row.code_hash):
        return WRONG
    outcome = perform(Verification, "enter_code", [row.id], user)
    return None if outcome.done else outcome.refused.get(row.id, HANDLED)
