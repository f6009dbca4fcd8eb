"""Sessions that the clock ended: their rows say so, whether or not anybody comes with the cookie.

What opens an account is decided at each request (accounts/sessions.py). With the row ended, a limit
that is raised later revives nothing.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from accounts import session_limits
from core.database import db
from models import SessionEnd, SignIn, User
from workflows.person import sessions


def end_overdue(at: datetime) -> int:
    """End the sessions that are over as of `at`, and commit. Returns how many. A job."""
    stored = db.session.scalar(sa.select(session_limits.STORED))
    works = (
        sa.select(User.id).where(User.id == SignIn.user_id, User.role.is_not(None)).exists()
    )  # as access.is_staff has it
    ended = 0
    for staff, remembered, whose in (
        (True, False, works),
        (False, True, sa.and_(~works, SignIn.remembered)),
        (False, False, sa.and_(~works, ~SignIn.remembered)),
    ):
        limits = session_limits.of(stored, staff=staff, remembered=remembered)
        ended += sessions.end(SessionEnd.EXPIRED, whose, SignIn.at <= at - limits.whole)
        if limits.idle is not None:
            ended += sessions.end(SessionEnd.IDLE, whose, SignIn.last_seen_at <= at - limits.idle)
    db.session.commit()
    return ended
