"""Sessions on record: a row for each sign-in, begun, ended, listed."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import g, request, session

import access
from accounts import session_limits, sessions
from accounts.sessions import KEY
from core.clock import now
from core.database import db
from models import SessionEnd, SignIn, User
from workflows.person.sessions import end, end_all

MOST = 50  # sessions that a person is shown
TICKED = "_remember"  # in the session: what Flask-Login notes of the box on the sign-in page


def browser_of(agent: str) -> str:
    """Return the names of the browser and the system in a User-Agent header; "" for neither."""
    from ua_parser import parse  # its patterns take long to load

    parsed = parse(agent)
    names = (part.family for part in (parsed.user_agent, parsed.os) if part)
    return " · ".join(names)


def begin(user: User, authn_via: Sequence[str] = ()) -> None:
    """Put on record that a session of `user` begins with this request.

    Whatever session the browser had is over. It is remembered where the box was ticked, and stays
    so after a change of the password. For the platform's staff it never is.

    Args:
        authn_via: how they signed in, as Flask-Security says it.
    """
    before = sessions.current()
    if replaced := session.pop(KEY, None):
        end(SessionEnd.REPLACED, SignIn.key == replaced)
    # Flask-Login would write a cookie of its own, which no row stands for
    ticked = session.pop(TICKED, None) == "set"
    kept = before is not None and before.remembered and "change" in authn_via
    stored = db.session.scalar(sa.select(session_limits.STORED))
    remembered = (ticked or kept) and may_be_remembered(user, stored)
    session.pop(sessions.OVER, None)
    session[KEY] = secrets.token_urlsafe(24)
    session.pop(sessions.PERMANENT, None)
    if remembered:
        session.permanent = True
    row = SignIn(
        user_id=user.id,
        key=session[KEY],
        at=now(),
        last_seen_at=now(),
        remembered=remembered,
        browser=str(request.user_agent)[:200],
        address=network(request.remote_addr),
    )
    db.session.add(row)
    db.session.flush()
    limits = session_limits.of(stored, staff=access.is_staff(user), remembered=remembered)
    setattr(g, sessions.CURRENT, sessions.Current(row.id, row.at, row.at, remembered, limits))


def may_be_remembered(user: User, stored: str | None) -> bool:
    """Whether `user` may stay signed in after the browser is closed."""
    return session_limits.remembers(stored) and not access.is_staff(user)


def end_this() -> None:
    """Put on record that the session of this request ends."""
    if key := session.get(KEY):
        end(SessionEnd.SIGNED_OUT, SignIn.key == key)
    sessions.forget(None)


@dataclass(frozen=True, slots=True)
class Listed:
    """A session that goes on, for the list of its owner."""

    id: int
    began: datetime
    last_seen: datetime
    ends_at: datetime
    remembered: bool
    browser: str
    address: str
    this_one: bool


def of(user: User) -> list[Listed]:
    """Return the sessions of `user` that go on, this one first, then the last used."""
    query = (
        sa.select(SignIn, session_limits.STORED.label("stored"))
        .where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
        .order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())
        .limit(MOST)
    )
    at, staff, found = now(), access.is_staff(user), []
    for row, stored in db.session.execute(query):
        limits = session_limits.of(stored, staff=staff, remembered=row.remembered)
        if limits.over(row.at, row.last_seen_at, at):
            continue
        found.append(
            Listed(
                id=row.id,
                began=row.at,
                last_seen=row.last_seen_at,
                ends_at=limits.ends_at(row.at, row.last_seen_at),
                remembered=row.remembered,
                browser=browser_of(row.browser),
                address=row.address,
                this_one=row.key == session.get(KEY),
            )
        )
    return sorted(found, key=lambda row: not row.this_one)


def end_others(user: User, because: SessionEnd = SessionEnd.ELSEWHERE) -> None:
    """End every session of `user` but that of this request."""
    end_all(user, because, but=session.get(KEY, ""))


def end_one(user: User, id: int) -> bool:
    """End the session `id` of `user`; returns whether it is theirs and went on until now."""
    return bool(end(SessionEnd.ELSEWHERE, SignIn.id == id, SignIn.user_id == user.id))


def network(address: str | None) -> str:
    """Return an address without its last part: enough to know the place by, not the person."""
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    bits = 24 if known.version == 4 else 48
    return str(ipaddress.ip_network(f"{known}/{bits}", strict=False))
