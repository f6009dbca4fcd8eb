"""The subqueries that scopes of several kinds share: for whom a person works, consults and acts."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from access import aliases
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
        sa.select(aliases.membership.c.institution_id)
        .select_from(  # spelled out: Select.join() guesses its left side anew when it is cloned
            aliases.membership.join(
                aliases.institution, aliases.institution.c.id == aliases.membership.c.institution_id
            )
        )
        .where(
            aliases.membership.c.user_id == user.id,
            aliases.membership.c.active,
            aliases.institution.c.status.in_(AT_WORK),
        )
    )


def consulting_in(user: User) -> sa.Select[tuple[int]]:
    """Ids of the affiliations that link `user` to an institution at work (one)."""
    return (
        sa.select(aliases.link.c.id)
        .select_from(
            aliases.link.join(
                aliases.consultant, aliases.consultant.c.id == aliases.link.c.consultant_id
            ).join(aliases.institution, aliases.institution.c.id == aliases.link.c.institution_id)
        )
        .where(
            aliases.consultant.c.user_id == user.id,
            aliases.link.c.status == AffiliationStatus.LINKED,
            aliases.institution.c.status.in_(AT_WORK),
        )
    )


def consulting_for(user: User) -> sa.Select[tuple[int]]:
    """Ids of the institutions to which `user` is linked as a consultant (one)."""
    return sa.select(aliases.link.c.institution_id).where(
        aliases.link.c.id.in_(consulting_in(user))
    )


def acting_for(user: User) -> sa.Select[tuple[int]]:
    """Ids of the enterprises that `user` acts for, and is verified: they see what is its own."""
    return belonging_to(user).where(aliases.joined.c.verified_at.is_not(None))


def belonging_to(user: User) -> sa.Select[tuple[int]]:
    """Ids of the enterprises whose member `user` is, verified or not."""
    return sa.select(aliases.joined.c.enterprise_id).where(
        aliases.joined.c.user_id == user.id,
        aliases.joined.c.status == EnterpriseMembershipStatus.MEMBER,
    )


def certified() -> sa.Select[tuple[int]]:
    """Ids of the institutions that stand on the storefront."""
    return sa.select(aliases.institution.c.id).where(
        aliases.institution.c.status == InstitutionStatus.CERTIFIED
    )


def qualifications_of(consultants: sa.Select[tuple[int]]) -> sa.Select[tuple[int]]:
    """Ids of what the consultants of a subquery are qualified for."""
    return sa.select(aliases.qualification.c.id).where(
        aliases.qualification.c.consultant_id.in_(consultants)
    )


def readable_from(side: ReviewSide) -> Condition:
    """What a side of a transaction may read: its own review, and the other's once unsealed."""
    return sa.or_(
        Review.side == side, Review.status.in_((ReviewStatus.PUBLISHED, ReviewStatus.HIDDEN))
    )
