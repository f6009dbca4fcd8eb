"""What waits for a person: shown before their account is disabled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString, gettext, lazy_gettext
from sqlalchemy.orm import aliased, joinedload

import access
import labels
from core.database import db
from models import (
    Demand,
    Duty,
    Enquiry,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Membership,
    MembershipRole,
    StaffRole,
    Task,
    User,
)
from tables.task import UNFINISHED
from workflows.demand.rules import UNSETTLED
from workflows.enquiry.rules import LOOKING

M = EnterpriseMembershipStatus.MEMBER


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that nobody else would do: what it is, and how much of it."""

    what: LazyString | str
    count: int


def waiting(user: User) -> list[Waiting]:
    """Return what waits for `user`, without what there is none of."""
    counted = [Waiting(what, db.session.scalar(query) or 0) for what, query in _counts(user)]
    return [*sole_duties(user), *(found for found in counted if found.count)]


def sole_duties(user: User) -> list[Waiting]:
    """Return the duties of `user` that nobody else holds who can sign in."""
    query = (
        sa.select(User)
        .where(User.role.is_not(None), User.active, User.id != user.id)
        .options(joinedload(User.custom_role).joinedload(StaffRole.held))
    )
    others = frozenset[Duty]().union(
        *(access.duties_of(other) for other in db.session.scalars(query).unique())
    )
    return [
        Waiting(gettext("Nobody else holds the duty “%(duty)s”", duty=labels.label(duty)), 1)
        for duty in Duty
        if duty in access.duties_of(user) - others
    ]


def _counts(user: User) -> Iterable[tuple[LazyString, sa.Select[Any]]]:
    count = sa.func.count()
    yield (
        lazy_gettext("Bulk tasks that would be stopped"),
        sa.select(count).where(Task.actor_id == user.id, Task.status.in_(UNFINISHED)),
    )
    yield (
        lazy_gettext("Institutions of which they are the only owner"),
        _alone(Membership, Membership.institution_id, _owner, user),
    )
    yield (
        lazy_gettext("Enterprises for which nobody else acts"),
        _alone(EnterpriseMembership, EnterpriseMembership.enterprise_id, _member, user),
    )
    yield (
        lazy_gettext("Open demands"),
        sa.select(count).where(Demand.poster_id == user.id, Demand.status.in_(UNSETTLED)),
    )
    yield (
        lazy_gettext("Open enquiries"),
        sa.select(count).where(Enquiry.poster_id == user.id, Enquiry.status.in_(LOOKING)),
    )


def _owner(row: Any) -> sa.ColumnElement[bool]:
    return sa.and_(row.role == MembershipRole.OWNER, row.active)


def _member(row: Any) -> sa.ColumnElement[bool]:
    return sa.and_(row.status == M)


def _alone(model: Any, place: Any, counts: Any, user: User) -> sa.Select[Any]:
    """Return a SELECT of how many places have `user` and nobody else who counts."""
    other = aliased(model)
    others = sa.select(other.id).where(
        getattr(other, place.key) == place, other.user_id != user.id, counts(other)
    )
    return sa.select(sa.func.count()).where(
        model.user_id == user.id, counts(model), ~others.exists()
    )
