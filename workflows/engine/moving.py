"""Taking one step on many rows: lock, ask, write, and what follows.

Set-based: one row and ten thousand take the same road.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

import access
from core.clock import now
from core.database import db
from models import User
from workflows.engine.journal import aftermath
from workflows.engine.table import (
    CHANGED,
    PROCESSES,
    Answers,
    Process,
    Row,
    Transition,
    Words,
    check_answers,
    conflict_words,
    why_not,
)

CHUNK = 5_000  # ids in one statement: below the bind limits of both databases


@dataclass(slots=True)
class Outcome:
    """What became of each row: ids done, and the others with the reason why not."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, Words] = field(default_factory=dict)
    missing: list[int] = field(default_factory=list)  # not there, or not for this person's eyes


def perform(
    model: type[Any],
    name: str,
    ids: Iterable[int],
    actor: User,
    *,
    seen: Mapping[int, int] | None = None,
    **answers: Any,
) -> Outcome:
    """Take one step on many rows, in the caller's unit of work.

    Args:
        model: the table, which must have a registered process.
        name: the transition's verb.
        ids: rows to take it on; those the actor may not see come back as missing.
        actor: who does it.
        seen: the version of each row that the actor looked at; a newer one is refused.
        answers: what the transition's form asked, already cleaned.

    Returns:
        An Outcome. One refused row never sinks the others.

    Raises:
        KeyError: no such transition.
        ValueError: the answers are not those the transition asks for.
    """
    process = PROCESSES[model]
    step = process[name]
    check_answers(step, answers)
    outcome = Outcome()
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        _perform_chunk(process, step, wanted[start : start + CHUNK], actor, seen, answers, outcome)
    return outcome


def _perform_chunk(
    process: Process,
    step: Transition,
    ids: Sequence[int],
    actor: User,
    seen: Mapping[int, int] | None,
    answers: Answers,
    outcome: Outcome,
) -> None:
    rows = _locked(process, ids, actor)
    outcome.missing += sorted(set(ids) - {row.id for row in rows})
    ready = []
    for row in rows:
        stale = seen is not None and seen.get(row.id, row.version) != row.version
        reason = why_not(step, row, actor) or (CHANGED if stale else None)
        if reason is None:
            ready.append(row)
        else:
            outcome.refused[row.id] = reason
    sources = {row.id: row.status for row in ready}
    done = _move(process, step, ready, actor, answers, outcome)
    if done:
        aftermath(process, step, done, sources, actor, answers)
        outcome.done += [row.id for row in done]


def _locked(process: Process, ids: Sequence[int], actor: User) -> list[Row]:
    """Load the rows in id order under a lock, as they are now and not as remembered."""
    model = process.model
    db.session.flush()
    if process.locks:
        process.locks(ids)
    query = (
        access.visible(actor, model)
        .where(model.id.in_(ids))
        .order_by(model.id)
        .with_for_update(of=model)
        .options(*process.loads)
        # the clockwork follows from a person's step: that person's guard is not its own
        .execution_options(populate_existing=True, unguarded=actor is access.SYSTEM)
    )
    return list(db.session.scalars(query))


def _move(
    process: Process,
    step: Transition,
    rows: list[Row],
    actor: User,
    answers: Answers,
    outcome: Outcome,
) -> list[Row]:
    """Write the new state of all rows at once; where a constraint objects, one by one."""
    if not rows:
        return []
    try:
        with db.session.begin_nested():
            _write_state(process, step, rows, actor, answers)
        return rows
    except IntegrityError as error:
        if len(rows) == 1:
            outcome.refused[rows[0].id] = conflict_words(step, error)
            return []
    # savepoints: one row that breaks a constraint must not sink nineteen
    return [one for row in rows for one in _move(process, step, [row], actor, answers, outcome)]


def _write_state(
    process: Process, step: Transition, rows: list[Row], actor: User, answers: Answers
) -> None:
    table = process.model.__table__
    values: dict[str, Any] = {}
    if step.target is not None:
        values = {"status": step.target, "status_at": now()}
    values |= step.sets(answers, actor) if step.sets else {}
    db.session.execute(
        sa.update(table)
        .where(table.c.id.in_([row.id for row in rows]))
        .values(**values, version=table.c.version + 1)
    )
    for row in rows:  # the identity map learns it without reading all rows again
        for name, value in values.items():
            set_committed_value(row, name, value)
        set_committed_value(row, "version", row.version + 1)
