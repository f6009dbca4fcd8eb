"""Who may do what with a membership of an enterprise, who hears of it, and what follows."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
from core.database import db
from models import (
    AccountKind,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    PlatformRole,
    User,
)
from workflows.engine import Answers, Words
from workflows.engine.notices import Recipient, users

S = EnterpriseMembershipStatus
AT_HAND = sa.and_(User.active, User.confirmed_at.is_not(None))
_joined = EnterpriseMembership.__table__  # bare: a person who asks does not see the members yet


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
