"""Verified members: who may confirm, rate and decide for an enterprise, and by what it is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import sqlalchemy as sa

import access
from core.database import db
from models import EnterpriseMembership, EnterpriseMembershipStatus, VerifiedHow
from workflows.engine import perform


class OfPoster(access.OfPoster, Protocol):
    """What somebody posted."""

    @property
    def id(self) -> Any: ...


_joined = EnterpriseMembership.__table__


def verify(membership: EnterpriseMembership, how: VerifiedHow, by: int | None = None) -> None:
    """Put on record that the person of `membership` may speak for the enterprise.

    Args:
        membership: of somebody who acts for it; who is verified already stays as they are.
        how: by what it is known.
        by: the id of the person who decided; None where nobody did.
    """
    perform(EnterpriseMembership, "verify", [membership.id], access.SYSTEM, how=how, by=by)


def unverified_among(rows: Sequence[OfPoster]) -> set[int]:
    """Return the ids of demands or enquiries whose poster was never verified for the enterprise."""
    posted = [row for row in rows if row.enterprise_id is not None]
    if not posted:
        return set()
    known = db.session.execute(
        sa.select(_joined.c.user_id, _joined.c.enterprise_id).where(
            _joined.c.user_id.in_({row.poster_id for row in posted}),
            _joined.c.verified_at.is_not(None),
        )
    )
    pairs = {(row.user_id, row.enterprise_id) for row in known}
    return {row.id for row in posted if (row.poster_id, row.enterprise_id) not in pairs}


def is_verified(enterprise_id: int) -> bool:
    """Whether somebody who acts for the enterprise is verified: the platform knows it."""
    query = sa.select(_joined.c.id).where(
        _joined.c.enterprise_id == enterprise_id,
        _joined.c.status == EnterpriseMembershipStatus.MEMBER,
        _joined.c.verified_at.is_not(None),
    )
    return db.session.scalar(query.limit(1)) is not None
