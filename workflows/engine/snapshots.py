"""Snapshots of submissions in the audit events, so that two of them can be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from core.database import db
from models import Event
from workflows.engine.table import Answers, M


def recorded(
    describe: Callable[[M], Any],
) -> Callable[[Sequence[M], Answers], dict[int, dict[str, Any]]]:
    """Return a `records` that keeps in the event what `describe` returns of each row, as JSON."""

    def records(rows: Sequence[M], _answers: Answers) -> dict[int, dict[str, Any]]:
        return {row.id: {"snapshot": describe(row)} for row in rows}

    return records


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
    found = [(changes or {}).get("snapshot") or {} for changes in db.session.scalars(query)]
    return (found[1], found[0]) if len(found) == 2 else None


def changed(
    row: Any, names: Iterable[str], shown: Callable[[str, Any], Any]
) -> dict[str, tuple[Any, Any]]:
    """Return {name: (before, after)} of what differs between the last two submissions of `row`.

    Args:
        row: what was handed in; at the first time nothing differs.
        names: what is compared, in this order.
        shown: what a reader is shown of a value: shown(name, value).
    """
    compared = last_two(row)
    if compared is None:
        return {}
    before, after = compared
    return {
        name: (shown(name, before.get(name)), shown(name, after.get(name)))
        for name in names
        if before.get(name) != after.get(name)
    }
