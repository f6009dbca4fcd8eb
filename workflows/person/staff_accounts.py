"""Accounts of the platform's staff: invited by mail, let in by their own password, signed out.

The link of an invitation is good for 72 hours. Nothing that is stored opens anything: the table
keeps the hash of the token, and the mail forgets it once it is out.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.orm import joinedload

import outbox
from core.clock import now
from core.database import db
from core.tokens import hashed
from models import EventName, SessionEnd, StaffInvitation, User
from workflows import engine
from workflows.person import registering
from workflows.person.roles import NeedsSecond, Refused, Role, end_sessions, keepers, set_role

LIFETIME = timedelta(hours=72)


def invite(email: str, name: str, role: Role, actor: User) -> User:
    """Make an account with a role for `email`, and mail the link to its password.

    Returns:
        The new account: it can do nothing until its owner chose a password. Without a role where
        a second person has to confirm that: the caller proposes it.

    Raises:
        PermissionError: the actor does not hold 'people and roles'.
        Refused: there is an account of this address, or the role may not be given.
    """
    keepers(actor=actor)
    email = email.strip().lower()
    known = db.session.scalar(sa.select(User).where(User.email == email))
    if known is not None and registering.replaceable(known):
        registering.forget(known)  # nobody has shown that the address is theirs
    elif known is not None:
        raise Refused(
            gettext("This address has an account already. Open that person's page to give a role.")
        )
    user = User(email=email, name=name, active=True, fs_uniquifier=uuid.uuid4().hex)
    db.session.add(user)
    db.session.flush()
    engine.note(user, EventName.CREATED, actor)
    try:
        set_role(user, role, actor)
    except NeedsSecond:
        return user  # who confirms the role sends the invitation, too
    _send(user, actor)
    return user


def send_first(user: User, actor: User) -> None:
    """Mail the link to who was invited while the role waited for a second person."""
    if user.role is not None and user.password is None and user.confirmed_at is None:
        _send(user, actor)


def renew(user: User, actor: User) -> None:
    """Mail a new link; the one before opens nothing any more.

    Raises:
        PermissionError: the actor does not hold 'people and roles'.
        Refused: there is nothing to renew.
    """
    keepers(user, actor=actor)
    if not waits(user):
        raise Refused(gettext("This person has chosen a password already."))
    _send(user, actor)


def waits(user: User) -> bool:
    """Whether `user` was invited and has not chosen a password yet."""
    row = of(user)
    return row is not None and row.accepted_at is None and user.active and user.role is not None


def of(user: User) -> StaffInvitation | None:
    return db.session.scalar(sa.select(StaffInvitation).where(StaffInvitation.user_id == user.id))


def by_token(token: str, *, lock: bool = False) -> StaffInvitation | None:
    """Return the invitation whose link carries `token`, while it opens something.

    Args:
        token: of the link.
        lock: whether it is about to be used.
    """
    query = (
        sa.select(StaffInvitation)
        .where(
            StaffInvitation.token_hash == hashed(token),
            StaffInvitation.accepted_at.is_(None),
            StaffInvitation.expires_at > now(),
        )
        .options(joinedload(StaffInvitation.user, innerjoin=True))
        .execution_options(populate_existing=lock)
    )
    row = db.session.scalar(query.with_for_update(of=StaffInvitation) if lock else query)
    return row if row is not None and row.user.active and row.user.role is not None else None


def accept(row: StaffInvitation, password: str) -> User:
    """Let the invited person in, in the caller's unit of work.

    Args:
        row: as `by_token` returned it, locked.
        password: the hash of what they chose.
    """
    user = row.user
    user.password, user.confirmed_at = password, user.confirmed_at or now()
    user.fs_uniquifier = uuid.uuid4().hex
    row.accepted_at = now()
    engine.note(user, EventName.STAFF_ACCEPTED, user)
    return user


def sign_out(user: User, actor: User) -> None:
    """End every session of `user`, on record.

    Raises:
        PermissionError: the actor does not hold 'people and roles'.
    """
    keepers(user, actor=actor)
    end_sessions(user, SessionEnd.ADMINISTRATOR)
    engine.note(user, EventName.SESSIONS_ENDED, actor)


def _send(user: User, actor: User) -> None:
    token = secrets.token_urlsafe(32)
    row = of(user) or StaffInvitation(user_id=user.id)
    row.inviter_id, row.token_hash = actor.id, hashed(token)
    row.sent_at = now()
    row.expires_at = row.sent_at + LIFETIME
    db.session.add(row)
    db.session.flush()
    engine.note(user, EventName.STAFF_INVITED, actor)
    outbox.enqueue(
        "staff_account",
        user.email,
        link=f"/staff-invitation/{token}",
        key=("staff_invitation", user.id, row.token_hash),
        kind=None,
        context={"name": user.name, "inviter": actor.name},
        locale=user.locale,
    )
