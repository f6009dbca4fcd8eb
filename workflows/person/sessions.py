"""Ending sessions (revocation): what is written on their rows, whoever ends them.

A session is over as soon as its row says so: the row is read with the person, at every request.
"""

from __future__ import annotations

import sqlalchemy as sa

from core.clock import now
from core.database import db
from models import SessionEnd, SignIn, User


def end_all(user: User, because: SessionEnd, *, but: str = "") -> int:
    """End every session of `user`, in the caller's unit of work.

    Args:
        because: what the sign-in page tells whoever comes with one of them.
        but: the key of one that goes on.

    Returns:
        How many ended.
    """
    return end(because, SignIn.user_id == user.id, SignIn.key != but)


def end(because: SessionEnd, *conditions: sa.ColumnElement[bool]) -> int:
    """End the sessions that `conditions` pick out; returns how many."""
    written = db.session.execute(
        sa.update(SignIn)
        .where(SignIn.ended_at.is_(None), *conditions)
        .values(ended_at=now(), ended_because=because)
        .execution_options(synchronize_session=False)
    )
    return int(written.rowcount)  # type: ignore[attr-defined]  # of an UPDATE
