"""Verified members: who may confirm, rate and decide for an enterprise, and by what it is known."""

from __future__ import annotations

import sqlalchemy as sa

import access
from core.database import db
from models import EnterpriseMembership, EnterpriseMembershipStatus, VerifiedHow
from workflows.engine import perform

_joined = EnterpriseMembership.__table__


def verify(membership: EnterpriseMembership, how: VerifiedHow, by: int | None = None) -> None:
    """Put on record that the person of `membership` may speak for the enterprise.

    Args:
        membership: of somebody who acts for it; who is verified already stays as they are.
        how: by what it is known.
        by: the id of the person who decided; None where nobody did.
    """
    perform(EnterpriseMembership, "verify", [membership.id], access.SYSTEM, how=how, by=by)


def is_verified(enterprise_id: int) -> bool:
    """Whether somebody who acts for the enterprise is verified: the platform knows it."""
    query = sa.select(_joined.c.id).where(
        _joined.c.enterprise_id == enterprise_id,
        _joined.c.status == EnterpriseMembershipStatus.MEMBER,
        _joined.c.verified_at.is_not(None),
    )
    return db.session.scalar(query.limit(1)) is not None
