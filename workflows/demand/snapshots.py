"""What a thing said when it was handed in, kept in the journal: to compare two submissions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from database import db
from models import Event


def last_two(row: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """Return (before, after) of the last two submissions of `row`, None at the first."""
    query = (
        sa.select(Event.changes)
        .where(
            Event.subject_type == row.__tablename__,
            Event.subject_id == row.id,
            Event.name == "submit",
        )
        .order_by(Event.id.desc())
        .limit(2)
        .execution_options(unguarded=True)  # who may see the row may see its past
    )
    found = [changes.get("snapshot", {}) for changes in db.session.scalars(query)]
    return (found[1], found[0]) if len(found) == 2 else None
