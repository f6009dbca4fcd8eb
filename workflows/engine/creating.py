"""Creating rows by the transition that creates them, one or many in a set-based INSERT."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.database import db
from models import User
from workflows.engine.journal import side_effects
from workflows.engine.table import PROCESSES, M, Process, Transition, check_answers


def create(row: M, name: str, actor: User, **answers: Any) -> M:
    """Create `row` by its creating transition, in the caller's unit of work.

    `row` names its parents by id: tied to them as objects it would trouble the flush before it.

    Raises:
        PermissionError: the actor may not create it.
        ValueError: the transition's guard refuses the row, or the answers are not right.
        IntegrityError: a constraint objects; `conflict_words` says it for the reader.
    """
    create_all([row], name, actor, **answers)
    return row


def create_all(rows: list[M], name: str, actor: User, **answers: Any) -> None:
    """As `create`, for many rows of one kind at once: all of them, or an error and none.

    Raises:
        As `create`.
    """
    if not rows:
        return
    process: Process[M] = PROCESSES[type(rows[0])]
    step = process[name]
    if step.source or step.target is None:
        raise ValueError(f"{name} does not create a {process.kind}")
    check_answers(step, answers)
    _check(process, step, rows, actor)
    values = step.sets(answers, actor) if step.sets else {}
    for row in rows:
        row.status = step.target
        for column, value in values.items():
            setattr(row, column, value)
    _number(process.model, rows)
    with db.session.begin_nested():  # a savepoint flushes what is pending before it begins
        db.session.add_all(rows)
        db.session.flush()
    if step.created:
        step.created(rows)
        db.session.flush()
    _load(process, rows)
    side_effects(process, step, rows, {row.id: None for row in rows}, actor, answers)


def _check(process: Process[M], step: Transition[M], rows: list[M], actor: User) -> None:
    with db.session.no_autoflush:  # a row hangs on its parents already, and is not whole yet
        for row in rows:
            if not step.by(actor, row):
                raise PermissionError(f"{process.kind}.{step.name}")
            if step.guard and (reason := step.guard(row)):
                raise ValueError(str(reason))


def _number(model: type[M], rows: list[M]) -> None:
    """Give many rows the ids and defaults that SQLite would give each, so that one statement does.

    Who creates holds SQLite's one lock for writing. PostgreSQL returns what it gave to many by
    itself.
    """
    if db.engine.dialect.name != "sqlite" or len(rows) == 1:
        return
    table = model.__table__
    defaults = {
        column.key: column.default.arg
        for column in table.c
        if column.server_default is not None and column.default is not None
    }
    last = db.session.scalar(sa.select(sa.func.max(table.c.id))) or 0
    for id, row in enumerate(rows, last + 1):
        row.id = id
        for name, value in defaults.items():
            if getattr(row, name) is None:
                setattr(row, name, value)


def _load(process: Process[M], rows: list[M]) -> None:
    """Bring what context and records touch of many rows, instead of a query for each."""
    if process.loads and len(rows) > 1:
        model = process.model
        db.session.scalars(
            sa.select(model)
            .where(model.id.in_([row.id for row in rows]))
            .options(*process.loads)
            .execution_options(unguarded=True)  # what a mail says is not what the actor may see
        ).unique().all()
