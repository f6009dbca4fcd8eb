"""Performing a transition on many rows, set-based: lock, guard, write, side effects.

One row and ten thousand take the same road. An optimistic lock (`seen`) refuses newer versions.
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
from workflows.engine import savepoints, second_person
from workflows.engine.conflicts import conflict_words
from workflows.engine.journal import side_effects
from workflows.engine.locking import CHUNK
from workflows.engine.table import (
    CHANGED,
    PROCESSES,
    Answers,
    M,
    Process,
    Transition,
    Words,
    check_answers,
    refusals,
)


@dataclass(slots=True)
class Outcome:
    """What became of each row: ids done, and the others with the reason why not."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, Words] = field(default_factory=dict)
    missing: list[int] = field(default_factory=list)  # not there, or not for this person's eyes


def perform(
    model: type[M],
    name: str,
    ids: Iterable[int],
    actor: User,
    *,
    seen: Mapping[int, int] | None = None,
    confirmed: bool = False,
    **answers: Any,
) -> Outcome:
    """Take one step on many rows, in the caller's unit of work.

    Args:
        model: the table, which must have a registered process.
        name: the transition's verb.
        ids: rows to take it on; those the actor may not see come back as missing.
        actor: who does it.
        seen: the version of each row that the actor looked at; a newer one is refused, and so is a
            row that is not named. None: nobody looked, it follows from another step.
        confirmed: whether a second person confirmed it, where the step waits for one.
        answers: what the transition's form asked, already cleaned.

    Returns:
        An Outcome. One refused row never sinks the others.

    Raises:
        KeyError: no such transition.
        ValueError: the answers are not those the transition asks for.
    """
    process: Process[M] = PROCESSES[model]
    step = process[name]
    check_answers(step, answers)
    outcome = Outcome()
    wanted = sorted(set(ids))
    if not confirmed and second_person.required(step):
        outcome.refused = dict.fromkeys(wanted, second_person.NEEDED)
        return outcome
    chunks = [wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK)]
    _lock(process, step, wanted, chunks, actor)
    for chunk in chunks:
        _perform_chunk(process, step, chunk, actor, seen, answers, outcome)
    return outcome


def _lock(
    process: Process,
    step: Transition,
    ids: Sequence[int],
    chunks: Sequence[Sequence[int]],
    actor: User,
) -> None:
    """Lock what comes before the rows, and all rows before the cascades of the first of them."""
    db.session.flush()
    for lock in (step.locks, process.locks):
        if lock is not None and ids:
            lock(ids)
    if len(chunks) > 1:  # one chunk is locked as it is loaded
        for chunk in chunks:
            db.session.execute(_mine(process, chunk, actor).with_only_columns(process.model.id))


def _perform_chunk(
    process: Process[M],
    step: Transition[M],
    ids: Sequence[int],
    actor: User,
    seen: Mapping[int, int] | None,
    answers: Answers,
    outcome: Outcome,
) -> None:
    rows = _locked(process, ids, actor)
    outcome.missing += sorted(set(ids) - {row.id for row in rows})
    refused = refusals(step, rows, actor)
    for row in rows:
        if seen is not None and seen.get(row.id) != row.version:
            refused.setdefault(row.id, CHANGED)
    outcome.refused.update(refused)
    ready = [row for row in rows if row.id not in refused]
    sources = {row.id: row.status for row in ready}
    done = _move(process, step, ready, actor, answers, outcome)
    if done:
        side_effects(process, step, done, sources, actor, answers)
        outcome.done += [row.id for row in done]


def _locked(process: Process[M], ids: Sequence[int], actor: User) -> list[M]:
    """Load the rows in id order under a lock, as they are now and not as remembered."""
    db.session.flush()
    query = _mine(process, ids, actor).options(*process.loads)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _mine(process: Process, ids: Sequence[int], actor: User) -> sa.Select[Any]:
    """Return the locking SELECT of those rows among `ids` that the actor may see."""
    model = process.model
    return (
        access.visible(actor, model)
        .where(model.id.in_(ids))
        .order_by(model.id)
        .with_for_update(of=model, key_share=True)
        # what the system does follows from a person's step: that person's row guard is not its own
        .execution_options(unguarded=actor is access.SYSTEM)
    )


def _move(
    process: Process[M],
    step: Transition[M],
    rows: list[M],
    actor: User,
    answers: Answers,
    outcome: Outcome,
) -> list[M]:
    """Write the new state of all rows at once; where a constraint objects, one by one."""
    if not rows:
        return []
    try:
        with db.session.begin_nested():
            _write_state(process, step, rows, actor, answers)
        return rows
    except IntegrityError as error:
        if len(rows) == 1:
            outcome.refused[rows[0].id] = conflict_words(step.conflicts, error)
            return []
    # savepoints: one row that breaks a constraint must not sink nineteen
    return [moved for row in rows for moved in _move(process, step, [row], actor, answers, outcome)]


def _write_state(
    process: Process[M], step: Transition[M], rows: list[M], actor: User, answers: Answers
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
    savepoints.remember(rows)
