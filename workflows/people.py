"""A person of an enterprise: the first one joins, later ones ask and wait for a yes."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from database import db
from models import (
    AccountKind,
    Enterprise,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    ParkEnterprise,
    PlatformRole,
    User,
)
from workflows.engine import Answers, Process, Transition, Words, begin, register
from workflows.forms import ReasonForm
from workflows.notices import Notice, Recipient, users

S = EnterpriseMembershipStatus
_joined = EnterpriseMembership.__table__  # bare: a person who asks does not see the members yet


class NotInRegister(LookupError):
    """The park's register has no enterprise of this credit code."""


def find_in_register(code: str) -> ParkEnterprise | None:
    """Return the line of the park's register for a credit code in its plain form."""
    return db.session.scalar(sa.select(ParkEnterprise).where(ParkEnterprise.credit_code == code))


def enter(user: User, code: str, *, remark: str | None = None) -> EnterpriseMembership:
    """Make `user` a person of the enterprise with this code, in the caller's unit of work.

    The first person of an enterprise joins at once; a later one asks, and its members are told.

    Args:
        user: who joins; flushed, so that the journal can name him.
        code: a credit code in its plain form.
        remark: what an administrator should know of the code.

    Raises:
        NotInRegister: the enterprise is not one of the park's.
        IntegrityError: the person acts for an enterprise already, or another first person was
            faster; `conflict` says it for the reader.
    """
    enterprise = db.session.scalar(sa.select(Enterprise).where(Enterprise.credit_code == code))
    if enterprise is not None:
        return begin(_membership(user, enterprise), "request", user)
    listed = find_in_register(code)
    if listed is None:
        raise NotInRegister(code)
    enterprise = Enterprise(credit_code=code, name=listed.name, remark=remark)
    db.session.add(enterprise)
    db.session.flush()
    return begin(_membership(user, enterprise), "join", user)


def _membership(user: User, enterprise: Enterprise) -> EnterpriseMembership:
    """By ids: a row tied to its parents, and not yet added, troubles every flush before it is."""
    return EnterpriseMembership(user_id=user.id, enterprise_id=enterprise.id)


# --- predicates and guards --------------------------------------------------------------------


def oneself(user: User, row: EnterpriseMembership) -> bool:
    """The membership is the person's own."""
    return row.user_id == user.id


def agrees(user: User, row: EnterpriseMembership) -> bool:
    """A member of the enterprise, or an administrator."""
    return access.is_administrator(user) or row.enterprise_id in access.enterprise_ids(user)


def removes(user: User, row: EnterpriseMembership) -> bool:
    """An administrator, or the member of longest standing; nobody removes himself."""
    if oneself(user, row):
        return False
    return access.is_administrator(user) or user.id == first_member_id(row.enterprise_id)


def first_member_id(enterprise_id: int) -> int | None:
    """Return the id of the member of longest standing."""
    return db.session.scalar(
        sa.select(_joined.c.user_id)
        .where(_joined.c.enterprise_id == enterprise_id, _joined.c.status == S.MEMBER)
        .order_by(_joined.c.status_at, _joined.c.id)
        .limit(1)
    )


def nobody_yet(row: EnterpriseMembership) -> Words | None:
    """Guard: only the very first person joins without asking; a code alone is public knowledge."""
    known = sa.select(_joined.c.id).where(_joined.c.enterprise_id == row.enterprise_id).limit(1)
    if db.session.scalar(known) is not None:
        return lazy_gettext("This enterprise is known already: ask its members to let you in.")
    return None


# --- who hears, and what follows --------------------------------------------------------------


AT_HAND = sa.and_(User.active, User.confirmed_at.is_not(None))


def members(rows: Sequence[EnterpriseMembership]) -> dict[int, list[Recipient]]:
    """The members of the enterprise who can sign in."""
    found = db.session.execute(
        sa.select(_joined.c.enterprise_id, User)
        .join(User, User.id == _joined.c.user_id)
        .where(
            _joined.c.enterprise_id.in_({row.enterprise_id for row in rows}),
            _joined.c.status == S.MEMBER,
            AT_HAND,
        )
    ).all()
    return {row.id: users(user for of, user in found if of == row.enterprise_id) for row in rows}


def administrators(rows: Sequence[EnterpriseMembership]) -> dict[int, list[Recipient]]:
    """The administrators, where no member could answer."""
    answered = members(rows)
    everyone = db.session.scalars(
        sa.select(User).where(User.role == PlatformRole.ADMINISTRATOR, AT_HAND)
    ).all()
    return {row.id: [] if answered[row.id] else users(everyone) for row in rows}


def person(rows: Sequence[EnterpriseMembership]) -> dict[int, list[Recipient]]:
    """The person whose membership it is."""
    return {row.id: users([row.user]) for row in rows}


def to_enterprise(_row: EnterpriseMembership) -> str:
    return "/account/enterprise"


def to_back_office(row: EnterpriseMembership) -> str:
    return f"/admin/enterprise_membership/details/?id={row.id}"


def enterprise_user(rows: list[EnterpriseMembership], _actor: User, _answers: Answers) -> None:
    for row in rows:
        row.user.kind = AccountKind.ENTERPRISE


def ordinary_user(rows: list[EnterpriseMembership], _actor: User, _answers: Answers) -> None:
    for row in rows:
        row.user.kind = AccountKind.ORDINARY


ACTS_ALREADY: Words = lazy_gettext(
    "You act for an enterprise already, or wait for its answer. Leave it first."
)
CONFLICTS = {
    "uq_enterprise_membership_open": ACTS_ALREADY,
    "enterprise_membership.user_id": ACTS_ALREADY,
}

memberships = register(
    Process(
        model=EnterpriseMembership,
        context=lambda row: {"person": row.user.name, "enterprise": row.enterprise.name},
        loads=(
            joinedload(EnterpriseMembership.user),
            joinedload(EnterpriseMembership.enterprise),
        ),
        transitions=(
            Transition(
                name="join",
                label=lazy_gettext("Join as the first person"),
                source=frozenset(),
                target=S.MEMBER,
                by=oneself,
                guard=nobody_yet,
                then=enterprise_user,
                conflicts=CONFLICTS,
            ),
            Transition(
                name="request",
                label=lazy_gettext("Ask to join"),
                source=frozenset(),
                target=S.REQUESTED,
                by=oneself,
                tells=(
                    Notice(template="membership_requested", to=members, link=to_enterprise),
                    Notice(template="membership_requested", to=administrators, link=to_back_office),
                ),
                conflicts=CONFLICTS,
            ),
            Transition(
                name="agree",
                label=lazy_gettext("Agree"),
                source=frozenset({S.REQUESTED}),
                target=S.MEMBER,
                by=agrees,
                tells=(Notice(template="membership_agreed", to=person, link=to_enterprise),),
                then=enterprise_user,
            ),
            Transition(
                name="decline",
                label=lazy_gettext("Decline"),
                source=frozenset({S.REQUESTED}),
                target=S.DECLINED,
                by=agrees,
                asks=ReasonForm,
                sets=lambda answers, _actor: {"reason": answers["reason"]},
                tells=(Notice(template="membership_declined", to=person, link=to_enterprise),),
                tone="danger",
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the request"),
                source=frozenset({S.REQUESTED}),
                target=S.REMOVED,
                by=oneself,
                tone="secondary",
                confirm=True,
            ),
            Transition(
                name="remove",
                label=lazy_gettext("Remove"),
                source=frozenset({S.MEMBER}),
                target=S.REMOVED,
                by=removes,
                asks=ReasonForm,
                sets=lambda answers, _actor: {"reason": answers["reason"]},
                tells=(Notice(template="membership_removed", to=person, link=to_enterprise),),
                then=ordinary_user,
                tone="danger",
            ),
            Transition(
                name="leave",
                label=lazy_gettext("Leave the enterprise"),
                source=frozenset({S.MEMBER}),
                target=S.REMOVED,
                by=oneself,
                then=ordinary_user,
                tone="secondary",
                confirm=True,
            ),
        ),
    )
)
