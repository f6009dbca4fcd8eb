"""What the holder learns of an objection: that there is one, how it ended and why; never whose."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.database import db
from models import EnterpriseMembership, Institution, Objection, ObjectionStatus, User

# bare tables: the row is the objector's, and the holder sees these columns of it alone
_row: Any = Objection.__table__
_contested = EnterpriseMembership.__table__.alias("contested")
_holder = Institution.__table__.alias("holder")


def is_contested(mine: EnterpriseMembership | None) -> bool:
    """Whether an objection to this very membership waits."""
    if mine is None:
        return False
    query = sa.select(_row.c.id).where(
        _row.c.contested_id == mine.id, _row.c.status == ObjectionStatus.OPEN
    )
    return db.session.scalar(query.limit(1)) is not None


def against(user: User, *, about_code: bool) -> list[Any]:
    """Return the objections to what `user` holds: when, how each ended, and why."""
    columns = (_row.c.id, _row.c.credit_code, _row.c.status, _row.c.created_at, _row.c.reason)
    query = sa.select(*columns)
    if about_code:
        query = query.join(_holder, _holder.c.id == _row.c.holder_id)
        query = query.where(_holder.c.applicant_id == user.id)
    else:
        query = query.join(_contested, _contested.c.id == _row.c.contested_id)
        query = query.where(_contested.c.user_id == user.id)
    return list(db.session.execute(query.order_by(_row.c.id.desc())).all())
