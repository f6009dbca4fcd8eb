"""Platform roles (administrator, reviewer, auditor): granting them, disabling accounts.

Only administrators change it, and there is always one left who can: rows of all administrators
are locked first, so two of them who remove each other at the same moment come one after the other.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from flask_babel import gettext, lazy_gettext

from core.database import db
from models import (
    Affiliation,
    AffiliationStatus,
    Consultant,
    Membership,
    PlatformRole,
    SessionEnd,
    User,
)
from workflows import engine
from workflows.person import sessions

TAKES_SIDES = lazy_gettext(
    "This person works for an institution, or speaks for one as a consultant, and cannot work for "
    "the platform as well."
)


def takes_sides(user: User) -> bool:
    """Whether the person works for an institution or is linked to one as its consultant."""
    works = sa.select(Membership.id).where(Membership.user_id == user.id, Membership.active)
    linked = (
        sa.select(Affiliation.id)
        .join(Consultant, Consultant.id == Affiliation.consultant_id)
        .where(Consultant.user_id == user.id, Affiliation.status == AffiliationStatus.LINKED)
    )
    return bool(db.session.scalar(sa.select(sa.or_(works.exists(), linked.exists()))))


class LastAdministrator(ValueError):
    """Nobody would be left to administer the platform. Its text says so to the reader."""


class WorksElsewhere(ValueError):
    """The person works for an institution. Its text says so to the reader."""


def set_role(user: User, role: PlatformRole | None, actor: User) -> None:
    """Give `user` a platform role, or none, in the caller's unit of work.

    Raises:
        PermissionError: `actor` is no administrator.
        LastAdministrator: `user` is the last active administrator.
        WorksElsewhere: they work for an institution, or are linked to one as its consultant.
    """
    _check(user, actor, leaves=role is not PlatformRole.ADMINISTRATOR)
    if role is not None and takes_sides(user):
        raise WorksElsewhere(str(TAKES_SIDES))
    if user.role is not role:
        engine.edit(user, actor, {"role": role})
        end_sessions(user, SessionEnd.ROLE)


def disable(user: User, actor: User) -> None:
    """Keep `user` out: signed out everywhere, and cannot sign in.

    Raises:
        PermissionError: `actor` is no administrator.
        LastAdministrator: `user` is the last active administrator.
    """
    _check(user, actor, leaves=True)
    if user.active:
        engine.edit(user, actor, {"active": False})
        end_sessions(user, SessionEnd.DISABLED)


def enable(user: User, actor: User) -> None:
    """Let `user` sign in again.

    Raises:
        PermissionError: `actor` is no administrator.
    """
    _check(user, actor, leaves=False)
    engine.edit(user, actor, {"active": True})


def end_sessions(user: User, because: SessionEnd) -> None:
    """Sign `user` out everywhere, by the rows and by the value that every session is bound to."""
    sessions.end_all(user, because)
    user.fs_uniquifier = uuid.uuid4().hex


def _check(user: User, actor: User, *, leaves: bool) -> None:
    """Lock the administrators as they are now, and hold to the two rules."""
    db.session.flush()
    administers = sa.and_(User.role == PlatformRole.ADMINISTRATOR, User.active)
    found = db.session.scalars(
        sa.select(User)
        .where(sa.or_(administers, User.id == user.id))
        .order_by(User.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    ids = {
        person.id for person in found if person.role is PlatformRole.ADMINISTRATOR and person.active
    }
    if actor.id not in ids:
        raise PermissionError("only administrators change roles and accounts")
    if leaves and ids == {user.id}:
        raise LastAdministrator(
            gettext("This is the last administrator. Make somebody else one first.")
        )
