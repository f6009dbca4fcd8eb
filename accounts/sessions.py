"""Session management: the session of a request is what its row says, not what its cookie says.

The cookie is signed and holds the key of a row of `sign_in`. Flask-Login asks `load` for the person
of the cookie at every request; the row comes with the person, in one query. A session that was
ended, was idle for too long or is past its absolute end opens nothing, and the sign-in page says
why. "Stay signed in" is the same cookie with a longer life: there is no second cookie to copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import g, session
from flask_security.utils import set_request_attr

import access
from accounts import session_limits
from accounts.datastore import OF_A_SESSION
from core import audit_context
from core.clock import now
from core.database import db
from models import SessionEnd, User

KEY = "sign_in"  # in the session: the key of its row
OVER = "session_over"  # in the session: why the one before it ended
CURRENT = "current_session"  # in `g`
# what Flask-Login and Flask-Security keep in the session of who is signed in
OF_LIBRARIES = ("_user_id", "_fresh", "_id", "_remember", "fs_paa", "fs_gexp", "fs_cc")
PERMANENT = "_permanent"  # how Flask notes that a cookie outlives the browser
LONGEST = timedelta(days=30)  # of a cookie; no setting allows more


@dataclass(slots=True)
class Current:
    """The session of this request, as its row has it."""

    id: int
    began: datetime
    last_seen: datetime
    remembered: bool
    limits: session_limits.Limits

    @property
    def ends_at(self) -> datetime:
        """When it is over, unless it is used before."""
        return self.limits.ends_at(self.began, self.last_seen)

    @property
    def left(self) -> timedelta:
        return self.ends_at - now()

    @property
    def final(self) -> bool:
        """Whether its end cannot be put off: it is that of the absolute limit."""
        return self.ends_at == self.began + self.limits.whole


def current() -> Current | None:
    """Return the session of this request, or None: nobody is signed in."""
    found: Current | None = g.get(CURRENT)
    return found


def load(token: str) -> User | None:
    """Return the person of the session (Flask-Login's user loader), or None where it is over.

    Args:
        token: what the cookie says of the person, `User.fs_uniquifier`.
    """
    found = db.session.execute(OF_A_SESSION, {"key": session.get(KEY) or ""}).unique().first()
    if found is None:
        forget(None)
        return None
    user, row = found.User, found
    limits = session_limits.of(
        row.stored, staff=access.is_staff(user), remembered=bool(row.remembered)
    )
    because = row.ended_because if row.ended_at else limits.over(row.at, row.last_seen_at, now())
    if row.ended_at or because or user.fs_uniquifier != token or not user.active:
        forget(because or (None if user.active else SessionEnd.DISABLED))
        return None
    setattr(g, CURRENT, Current(row.id, row.at, row.last_seen_at, row.remembered, limits))
    audit_context.in_session(row.id)
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", session.get("fs_paa", 0))
    return user


def forget(because: SessionEnd | None) -> None:
    """Take the person out of the cookie, and leave in it why, for the sign-in page."""
    for name in (KEY, *OF_LIBRARIES, PERMANENT):
        session.pop(name, None)
    g.pop(CURRENT, None)
    if because not in (None, SessionEnd.SIGNED_OUT, SessionEnd.REPLACED):
        session[OVER] = because.value


def is_over() -> bool:
    """Whether a session of this browser ended, and nobody was told why yet."""
    return OVER in session


def why_over() -> SessionEnd | None:
    """Return why the session before this one ended, once."""
    told = session.pop(OVER, None)
    return SessionEnd(told) if told in set(SessionEnd) else None
