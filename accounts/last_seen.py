"""When a session was last used: written once a minute at most, beside the request's own work.

A page that only reads stays a reader: the moment is written when the answer is made, over a
connection of its own, and left out where somebody else holds the lock just then. The next request
makes up for it. Neither the person nor any table that a page is cached by is touched.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from flask import request

from accounts import sessions
from core import aside
from core.clock import now
from core.database import db
from models import SignIn

SPARSELY = timedelta(minutes=1)
WARN = timedelta(minutes=5)  # before the end, on an open page
FAR = timedelta(days=1)
BACKGROUND = "X-Background"  # header of what a page asks for by itself: nobody is at work


def due() -> bool:
    """Whether this request is to be noted as a use of its session."""
    current = sessions.current()
    if current is None or BACKGROUND in request.headers:
        return False
    return now() - current.last_seen >= SPARSELY


def note(_error: BaseException | None) -> None:
    """Request hook at the end: note that the session was used, where it is time to."""
    current = sessions.current()
    if current is not None and due():
        current.last_seen = now()
        aside.write(_moved(current))


def clock() -> dict[str, int | bool] | None:
    """Return what an open page has to know of the end of its session, in seconds; or None.

    None also where the end is more than a day off: nobody looks at a page for so long.
    """
    current = sessions.current()
    if current is None:
        return None
    used = replace(current, last_seen=now()) if due() else current
    left = used.left
    if left > FAR:
        return None
    idle = current.limits.idle
    warn = WARN if idle is None else min(WARN, idle / 4)
    return {
        "left": int(left.total_seconds()),
        "warn": int(warn.total_seconds()),
        "final": used.final,
    }


def note_now() -> None:
    """Note it in the unit of work of the request, however short ago the last time was."""
    current = sessions.current()
    if current is not None:
        current.last_seen = now()
        db.session.execute(_moved(current))


def _moved(current: sessions.Current) -> sa.Update:
    return (
        sa.update(SignIn)
        .where(SignIn.id == current.id, SignIn.ended_at.is_(None))
        .where(SignIn.last_seen_at < current.last_seen)
        .values(last_seen_at=current.last_seen)
        .execution_options(synchronize_session=False)
    )
