"""Sessions on record: a row for each sign-in, and ending all the others."""

from __future__ import annotations

import ipaddress
import secrets

import sqlalchemy as sa
from flask import request, session
from flask_security import login_user

from core.clock import now
from core.database import db
from models import SignIn, User

KEY = "sign_in"  # in the session


def browser_of(agent: str) -> str:
    """Return the names of the browser and the system in a User-Agent header; "" for neither."""
    from ua_parser import parse  # its patterns take long to load

    parsed = parse(agent)
    names = (part.family for part in (parsed.user_agent, parsed.os) if part)
    return " · ".join(names)


def begin(user: User) -> None:
    """Put on record that a session of `user` begins with this request."""
    session[KEY] = secrets.token_urlsafe(24)
    db.session.add(
        SignIn(
            user_id=user.id,
            key=session[KEY],
            browser=str(request.user_agent)[:200],
            address=network(request.remote_addr),
        )
    )


def end() -> None:
    """Put on record that the session of this request ends."""
    if key := session.pop(KEY, None):
        _end(SignIn.key == key)


def end_others(user: User) -> None:
    """End every session of `user` but the one of this request, remembered ones too.

    A changed uniquifier ends them all; this browser is signed in again.
    """
    _end(SignIn.user_id == user.id)
    user.fs_uniquifier = secrets.token_hex(32)
    db.session.flush()
    login_user(user, remember=False, authn_via=["sign_out_elsewhere"])


def end_all(user: User) -> None:
    """Put on record that a new password ended the sessions of `user`, but for this one."""
    _end(SignIn.user_id == user.id, SignIn.key != session.get(KEY, ""))


def _end(*conditions: sa.ColumnElement[bool]) -> None:
    db.session.execute(
        sa.update(SignIn)
        .where(SignIn.ended_at.is_(None), *conditions)
        .values(ended_at=now())
        .execution_options(synchronize_session=False)
    )


def network(address: str | None) -> str:
    """Return an address without its last part: enough to know the place by, not the person."""
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return ""
    bits = 24 if known.version == 4 else 48
    return str(ipaddress.ip_network(f"{known}/{bits}", strict=False))
