"""The subqueries that scopes of several kinds share: for whom a person works, speaks and acts."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from access import bare
from models import (
    AffiliationStatus,
    EnterpriseMembershipStatus,
    InstitutionStatus,
    Review,
    ReviewSide,
    ReviewStatus,
    User,
)

Condition = sa.ColumnElement[bool]
Scope = Callable[[User], Condition]


AT_WORK = (InstitutionStatus.CERTIFIED, InstitutionStatus.SUSPENDED)


def working_for(user: User) -> sa.Select[tuple[int]]:
    """Ids of the institutions in whose workbench `user` works now."""
    return (
        sa.select(bare.membership.c.institution_id)
        .select_from(  # spelled out: Select.join() guesses its left side anew when it is cloned
            bare.membership.join(
                bare.institution, bare.institution.c.id == bare.membership.c.institution_id
            )
        )
        .where(
            bare.membership.c.user_id == user.id,
            bare.membership.c.active,
            bare.institution.c.status.in_(AT_WORK),
        )
    )


def consulting_in(user: User) -> sa.Select[tuple[int]]:
    """Ids of the affiliations in which `user` speaks for an institution at work (one)."""
    return (
        sa.select(bare.link.c.id)
        .select_from(
            bare.link.join(bare.consultant, bare.consultant.c.id == bare.link.c.consultant_id).join(
                bare.institution, bare.institution.c.id == bare.link.c.institution_id
            )
        )
        .where(
            bare.consultant.c.user_id == user.id,
            bare.link.c.status == AffiliationStatus.LINKED,
            bare.institution.c.status.in_(AT_WORK),
        )
    )


def consulting_for(user: User) -> sa.Select[tuple[int]]:
    """Ids of the institutions that `user` speaks for as a consultant (one)."""
    return sa.select(bare.link.c.institution_id).where(bare.link.c.id.in_(consulting_in(user)))


def acting_for(user: User) -> sa.Select[tuple[int]]:
    """Ids of the enterprises that `user` acts for."""
    return sa.select(bare.joined.c.enterprise_id).where(
        bare.joined.c.user_id == user.id, bare.joined.c.status == EnterpriseMembershipStatus.MEMBER
    )


def certified() -> sa.Select[tuple[int]]:
    """Ids of the institutions that stand on the storefront."""
    return sa.select(bare.institution.c.id).where(
        bare.institution.c.status == InstitutionStatus.CERTIFIED
    )


def qualifications_of(consultants: sa.Select[tuple[int]]) -> sa.Select[tuple[int]]:
    """Ids of what the consultants of a subquery are qualified for."""
    return sa.select(bare.qualification.c.id).where(
        bare.qualification.c.consultant_id.in_(consultants)
    )


def readable_from(side: ReviewSide) -> Condition:
    """What one side of a deal may read: its own review, and the other's once it is unsealed."""
    return sa.or_(
        Review.side == side, Review.status.in_((ReviewStatus.PUBLISHED, ReviewStatus.HIDDEN))
    )
