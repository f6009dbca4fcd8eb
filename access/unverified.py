"""Which demands and enquiries were posted by somebody never verified for their enterprise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import sqlalchemy as sa

from access.predicates import OfPoster
from core.database import db
from models import EnterpriseMembership

_joined = EnterpriseMembership.__table__  # bare: whoever reads the row may know it


class Posted(OfPoster, Protocol):
    """What somebody posted."""

    @property
    def id(self) -> Any: ...


def unverified_among(rows: Sequence[Posted]) -> set[int]:
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
