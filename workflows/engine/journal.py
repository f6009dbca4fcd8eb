"""Audit events: of transitions, with their side effects, of edits, and other notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

import labels
from core import audit_context
from core.clock import now
from core.database import db
from models import Event, EventName, User
from workflows.engine import notices
from workflows.engine.table import Answers, M, Process, Transition, Words, process_of

EVERYTHING = 0  # in place of an id: the event is about a whole table


def side_effects(
    process: Process[M],
    step: Transition[M],
    rows: list[M],
    sources: Mapping[int, StrEnum | None],
    actor: User,
    answers: Answers,
) -> None:
    """Journal, notices and cascades of rows that moved."""
    facts = step.records(rows, answers) if step.records else {}
    db.session.execute(
        sa.insert(Event),
        [
            {
                "at": now() if step.target is None else row.status_at,
                "actor_id": actor.id,
                "subject_type": process.kind,
                "subject_id": row.id,
                "name": step.name,
                "source": sources[row.id],
                "target": step.target,
                "reason": answers.get("reason") or None,
                "changes": facts.get(row.id, {}),
            }
            for row in rows
        ],
    )
    for notice in step.notices:
        notices.notify(process.kind, notice, rows, process.context, answers)
    if step.then:
        step.then(rows, actor, answers)


def edit(row: Any, actor: User, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set columns of `row` outside its status, and journal what changed.

    Returns:
        {column: [before, after]} of what changed, as JSON; empty when nothing did.

    Raises:
        ValueError: `values` touch the status, which only `perform` writes.
    """
    if "status" in values:
        raise ValueError("status is written by transitions")
    changes = {}
    for name, after in values.items():
        before = getattr(row, name)
        if before != after:
            setattr(row, name, after)
            changes[name] = [plain(before), plain(after)]
    if changes:
        note(row, EventName.EDITED, actor, changes=changes)
    return changes


def note(
    row: Any,
    name: EventName,
    actor: User | None,
    *,
    reason: str | None = None,
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Put an event on record that is no transition: an edit, a look at a contact, a download.

    Raises:
        ValueError: the vocabulary of EventName has no such name.
    """
    note_of(row.__tablename__, row.id, name, actor, reason=reason, changes=changes)


def note_of(
    kind: str,
    id: int,
    name: EventName,
    actor: User | None,
    *,
    reason: str | None = None,
    changes: Mapping[str, Any] | None = None,
) -> None:
    """As `note`, of what is no row at hand: a whole list that was exported, an unknown account.

    Args:
        kind: of thing, by the name of its table.
        id: of the row; EVERYTHING for many.
    """
    db.session.add(
        Event(
            at=now(),  # the moment it happened, not the one it is written at
            actor_id=actor.id if actor else None,
            subject_type=kind,
            subject_id=id,
            name=EventName(name),
            reason=reason,
            changes=dict(changes or {}),
            address=audit_context.address(),
        )
    )


def note_export(kind: str, actor: User, *, rows: int, filters: str = "") -> None:
    """Put on record that `actor` took many rows of a kind out of the platform, as a file.

    Args:
        kind: of thing, by the name of its table.
        rows: how many.
        filters: what the list was narrowed to, as a query string.
    """
    changes = {"rows": rows} | ({"filters": filters} if filters else {})
    note_of(kind, EVERYTHING, EventName.EXPORTED, actor, changes=changes)


def event_label(event: Event) -> Words:
    """Return what happened, in the past tense: the words of the transition, or of the event name.

    An event whose transition is no longer in the tables shows its own name.
    """
    process = process_of(event.subject_type)
    step = process.get(event.name) if process else None
    if step is not None:
        return step.done
    return labels.event_label(event.subject_type, event.name)


def plain(value: Any) -> Any:
    """Return `value` as the journal keeps it in JSON."""
    if value is None or isinstance(value, bool | int | str | dict):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return str(value)


def history(row: Any) -> Sequence[Event]:
    """Return the events of `row`, oldest first, each with its actor."""
    return db.session.scalars(
        sa.select(Event)
        .where(Event.subject_type == row.__tablename__, Event.subject_id == row.id)
        .order_by(Event.id)
        .options(joinedload(Event.actor))
        .execution_options(unguarded=True)  # who may see the row may see its past
    ).all()
