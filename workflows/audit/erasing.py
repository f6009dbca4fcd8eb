"""Erasure within the audit log: what events say of a person goes, that they happened stays.

The hash of what stood there takes its place, so the chain stays whole (tables/append_only.py).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.clock import now
from core.database import db
from models import Event
from workflows.audit import chain

_events: Any = Event.__table__


def erase(*conditions: sa.ColumnElement[bool]) -> int:
    """Erase reason and changes of the events that meet all `conditions` on the bare table; return
    how many. In the caller's unit of work; what is erased already stays as it is."""
    db.session.flush()
    said = sa.or_(_events.c.reason.is_not(None), sa.cast(_events.c.changes, sa.Text) != "{}")
    query = sa.select(_events).where(_events.c.erased_at.is_(None), said, *conditions)
    rows = db.session.execute(query.order_by(_events.c.id)).all()
    if rows:
        db.session.execute(
            sa.update(_events)
            .where(_events.c.id == sa.bindparam("event_id"))
            .values(
                reason=None,
                changes={},
                salt="",
                erased_at=now(),
                content_hash=sa.bindparam("erased_hash"),
            ),
            [{"event_id": row.id, "erased_hash": chain.content_hash(row)} for row in rows],
        )
    return len(rows)
