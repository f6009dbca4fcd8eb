"""Predicates and guards of an enterprise membership."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
from core.database import db
from models import EnterpriseMembership, EnterpriseMembershipStatus, User
from workflows.engine import HANDLED, Words

S = EnterpriseMembershipStatus
ACTS_ALREADY: Words = lazy_gettext(
    "You act for an enterprise already, or wait for its answer. Leave it first."
)
CONFLICTS = {"uq_enterprise_membership_open": ACTS_ALREADY}
AT_HAND = sa.and_(User.active, User.confirmed_at.is_not(None))
_joined = EnterpriseMembership.__table__  # bare: a person who asks does not see the members yet


def is_own(user: User, row: EnterpriseMembership) -> bool:
    """The membership is the person's own."""
    return row.user_id == user.id


def may_agree(user: User, row: EnterpriseMembership) -> bool:
    """A verified member of the enterprise, or who reviews applications for the platform."""
    ours = access.verified_enterprise_ids(user)
    return access.reviews_applications(user) or row.enterprise_id in ours


def may_remove(user: User, row: EnterpriseMembership) -> bool:
    """A reviewer, or the verified member of longest standing; nobody removes themself."""
    if is_own(user, row):
        return False
    return access.reviews_applications(user) or user.id == first_member_id(row.enterprise_id)


def first_member_id(enterprise_id: int) -> int | None:
    """Return the id of the verified member of longest standing."""
    return db.session.scalar(
        sa.select(_joined.c.user_id)
        .where(
            _joined.c.enterprise_id == enterprise_id,
            _joined.c.status == S.MEMBER,
            _joined.c.verified_at.is_not(None),
        )
        .order_by(_joined.c.status_at, _joined.c.id)
        .limit(1)
    )


def not_verified(row: EnterpriseMembership) -> Words | None:
    """Guard: who is verified stays so, by what they were first."""
    return HANDLED if row.verified else None


def nobody_yet(row: EnterpriseMembership) -> Words | None:
    """Guard: only the very first person joins without asking; a code alone is public knowledge."""
    known = sa.select(_joined.c.id).where(_joined.c.enterprise_id == row.enterprise_id).limit(1)
    if db.session.scalar(known) is not None:
        return lazy_gettext("This enterprise is known already: ask its members to let you in.")
    return None
