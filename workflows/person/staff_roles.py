"""Roles that administrators make of duties: written, changed and removed, on record."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from flask_babel import gettext, ngettext

import access
from core.database import db
from models import (
    Duty,
    EventName,
    Proposal,
    ProposalStatus,
    StaffRole,
    StaffRoleDuty,
    User,
    touch,
)
from workflows import engine
from workflows.person import separation
from workflows.person.roles import (
    LastAdministrator,
    NeedsSecond,
    NotSeparated,
    OwnRole,
    Refused,
    keepers,
    needs_second,
    proposed_as,
)


def make(name: str, name_en: str, duties: Iterable[Duty], actor: User) -> StaffRole:
    """Return a new role, in the caller's unit of work.

    Raises:
        PermissionError: the actor does not hold 'people and roles'.
        NotSeparated: it holds two of the separated duties.
        IntegrityError: another role has the name.
    """
    keepers(actor=actor)
    held = _ordered(duties)
    _hold_to_separation(held)
    row = StaffRole(name=name, name_en=name_en, held=[StaffRoleDuty(duty=duty) for duty in held])
    db.session.add(row)
    db.session.flush()
    engine.note(row, EventName.CREATED, actor, changes={"duties": [None, [*map(str, held)]]})
    return row


def change(row: StaffRole, name: str, name_en: str, duties: Iterable[Duty], actor: User) -> None:
    """Change what a role is called and what it holds: for everybody who has it, at once.

    Raises:
        PermissionError: the actor does not hold 'people and roles'.
        OwnRole: the actor has this role.
        NotSeparated: it would hold two of the separated duties.
        LastAdministrator: nobody would be left who gives roles.
        NeedsSecond: people have it, and changes of roles wait for a second person.
        Refused: it is proposed to a second person, who confirms what it holds now.
    """
    keepers(actor=actor)
    held, before = _ordered(duties), _ordered(row.duties)
    if held != before:
        if actor.custom_role_id == row.id:
            raise OwnRole(gettext("You have this role yourself. Ask somebody else to change it."))
        _hold_to_separation(held)
        _hold_while_proposed(row)
        if needs_second() and _is_held(row):
            raise NeedsSecond(
                gettext(
                    "People have this role, and a second person confirms changes of roles: make "
                    "a new role and give it to them."
                )
            )
        kept = {part.duty: part for part in row.held}
        row.held = [kept.get(duty) or StaffRoleDuty(duty=duty) for duty in held]
        touch(row)
        db.session.flush()
        if Duty.PEOPLE in before and not _anybody_keeps():
            raise LastAdministrator(
                gettext("Nobody would be left who gives roles. Make somebody else one first.")
            )
        changes = {"duties": [[*map(str, before)], [*map(str, held)]]}
        engine.note(row, EventName.EDITED, actor, changes=changes)
    engine.edit(row, actor, {"name": name, "name_en": name_en})


def remove(row: StaffRole, actor: User) -> None:
    """Forget a role that nobody has.

    Raises:
        PermissionError: the actor does not hold 'people and roles'.
        Refused: somebody has it, or it is proposed for somebody.
    """
    keepers(actor=actor)
    count = db.session.scalar(sa.select(sa.func.count()).where(User.custom_role_id == row.id)) or 0
    if count:
        raise Refused(
            ngettext(
                "%(count)s person has this role. Give them another one first.",
                "%(count)s people have this role. Give them another one first.",
                count,
                count=count,
            )
        )
    _hold_while_proposed(row)
    engine.note(row, EventName.REMOVED, actor, changes={"name": [row.name, None]})
    db.session.delete(row)
    db.session.flush()


def _ordered(duties: Iterable[Duty]) -> list[Duty]:
    """Return `duties` once each, in the order of the list that people tick."""
    found = set(duties)
    return [duty for duty in Duty if duty in found]


def _hold_to_separation(duties: list[Duty]) -> None:
    if words := separation.why_not(duties):
        raise NotSeparated(words)


def _is_held(row: StaffRole) -> bool:
    query = sa.select(User.id).where(User.custom_role_id == row.id).limit(1)
    return db.session.scalar(query) is not None


def _hold_while_proposed(row: StaffRole) -> None:
    """Refuse where a second person is asked to give the role: they see what it holds now."""
    query = sa.select(Proposal.id).where(
        Proposal.status == ProposalStatus.PROPOSED,
        Proposal.subject_type == "user",
        Proposal.answers["role"].as_string() == proposed_as(row),
    )
    if db.session.scalar(query.limit(1)) is not None:
        raise Refused(
            gettext(
                "It is proposed to give somebody this role, and a second person has not decided "
                "yet. Wait for that, or withdraw the proposal."
            )
        )


def _anybody_keeps() -> bool:
    query = sa.select(User.id).where(access.holding(Duty.PEOPLE), User.active).limit(1)
    return db.session.scalar(query) is not None
