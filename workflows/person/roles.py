"""Platform roles: granting them, disabling accounts.

Only who holds 'people and roles' changes it, nobody changes their own, and somebody is always left
who can: the rows of all who hold that duty are locked first, so two of them who remove each other
at the same moment come one after the other.
"""

from __future__ import annotations

import uuid
from typing import TypeAlias

import sqlalchemy as sa
from flask_babel import gettext, lazy_gettext

import access
import labels
from access.separation import lock_keepers
from content import setting_changes, settings
from core.database import db
from models import (
    READY_MADE,
    Affiliation,
    AffiliationStatus,
    Consultant,
    Duty,
    Membership,
    PlatformRole,
    SessionEnd,
    StaffRole,
    User,
)
from workflows import engine
from workflows.engine import second_person
from workflows.person import separation, sessions

Role: TypeAlias = "PlatformRole | StaffRole | None"  # ready-made, one of the park's own, or none

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


class Refused(ValueError):
    """A rule objects. Its text says so to the reader."""


class LastAdministrator(Refused):
    """Nobody would be left who gives roles."""


class WorksElsewhere(Refused):
    """The person works for an institution."""


class OwnRole(Refused):
    """Nobody changes what they may do themselves."""


class NotSeparated(Refused):
    """System, security and audit are separated, and the role holds two of them."""


class NeedsSecond(Refused):
    """A second person has to confirm it."""


def needs_second() -> bool:
    """Whether changes of roles wait for a second person."""
    return bool(settings.get("second_person_roles"))


def may_ask_second(value: object) -> str | None:
    """Return why changes of roles may not wait for a second person, None where they may.

    Whoever alone gives roles could not make anybody else the second person any more.
    """
    keepers = sum(person.active and access.manages_people(person) for person in lock_keepers())
    if not value or keepers > 1:
        return None
    return gettext(
        "Only one person holds the duty “%(duty)s”, so that nobody could confirm anything. Give it "
        "to somebody else first.",
        duty=labels.label(Duty.PEOPLE),
    )


setting_changes.GUARDS["second_person_roles"] = may_ask_second


def proposed_as(role: Role) -> str:
    """Return what forms and proposals call a role."""
    return f"custom:{role.id}" if isinstance(role, StaffRole) else role or ""


def duties_in(role: Role) -> frozenset[Duty]:
    """Return what a role holds."""
    if isinstance(role, StaffRole):
        return role.duties
    return READY_MADE[role] if role is not None else frozenset()


def set_role(user: User, role: Role, actor: User, *, confirmed: bool = False) -> None:
    """Give `user` a platform role, or none, in the caller's unit of work.

    Raises:
        PermissionError: `actor` does not hold 'people and roles'.
        LastAdministrator: nobody else holds it.
        OwnRole: it is the actor's own.
        WorksElsewhere: they work for an institution, or are linked to one as its consultant.
        NotSeparated: the role holds two of the separated duties.
        NeedsSecond: a second person has to confirm it, and `confirmed` does not say so.
    """
    _check(user, actor, leaves=Duty.PEOPLE not in duties_in(role))
    if user.id == actor.id:
        raise OwnRole(gettext("Nobody changes their own role. Ask somebody else to do it."))
    if role is not None and takes_sides(user):
        raise WorksElsewhere(str(TAKES_SIDES))
    if words := separation.why_not(duties_in(role)):
        raise NotSeparated(words)
    if needs_second() and not confirmed:
        raise NeedsSecond(str(second_person.NEEDED))
    custom = role.id if isinstance(role, StaffRole) else None
    given = PlatformRole.CUSTOM if isinstance(role, StaffRole) else role
    if engine.edit(user, actor, {"role": given, "custom_role_id": custom}):
        db.session.flush()
        db.session.expire(user, ["custom_role"])
        end_sessions(user, SessionEnd.ROLE)


def disable(user: User, actor: User) -> None:
    """Keep `user` out: signed out everywhere, and cannot sign in.

    Raises:
        PermissionError: `actor` does not hold 'people and roles'.
        LastAdministrator: nobody else holds it.
    """
    _check(user, actor, leaves=True)
    if user.active:
        engine.edit(user, actor, {"active": False})
        end_sessions(user, SessionEnd.DISABLED)


def enable(user: User, actor: User) -> None:
    """Let `user` sign in again.

    Raises:
        PermissionError: `actor` does not hold 'people and roles'.
        NotSeparated: the role that they come back to holds two of the separated duties.
    """
    _check(user, actor, leaves=False)
    if words := separation.why_not(access.duties_of(user)):
        raise NotSeparated(words)
    engine.edit(user, actor, {"active": True})


def end_sessions(user: User, because: SessionEnd) -> None:
    """Sign `user` out everywhere, by the rows and by the value that every session is bound to."""
    sessions.end_all(user, because)
    user.fs_uniquifier = uuid.uuid4().hex


def keepers(*users: User, actor: User) -> set[int]:
    """Lock who may give roles, and `users`; return the ids of the former.

    Raises:
        PermissionError: `actor` is none of them.
    """
    found = lock_keepers(*users)
    ids = {person.id for person in found if access.manages_people(person) and person.active}
    if actor.id not in ids:
        raise PermissionError("only who holds the duty 'people' changes roles and accounts")
    return ids


def _check(user: User, actor: User, *, leaves: bool) -> None:
    """Lock those who may give roles as they are now, and hold to the two rules."""
    if keepers(user, actor=actor) == {user.id} and leaves:
        raise LastAdministrator(
            gettext("This is the last administrator. Make somebody else one first.")
        )
