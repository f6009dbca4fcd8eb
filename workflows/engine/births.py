"""Bringing rows into the world, by the transition that creates them."""

from __future__ import annotations

from typing import Any

from core.database import db
from models import User
from workflows.engine.journal import aftermath
from workflows.engine.table import PROCESSES, Row, check_answers


def begin(row: Row, name: str, actor: User, **answers: Any) -> Row:
    """Bring `row` into the world by its creating transition, in the caller's unit of work.

    `row` names its parents by id: tied to them as objects it would trouble the flush before it.

    Raises:
        PermissionError: the actor may not create it.
        ValueError: the transition's guard refuses the row, or the answers are not right.
        IntegrityError: a constraint objects; `conflict_words` says it for the reader.
    """
    begin_all([row], name, actor, **answers)
    return row


def begin_all(rows: list[Row], name: str, actor: User, **answers: Any) -> None:
    """As `begin`, for many rows of one kind at once: all of them, or an error and none.

    Raises:
        As `begin`.
    """
    if not rows:
        return
    process = PROCESSES[type(rows[0])]
    step = process[name]
    if step.source or step.target is None:
        raise ValueError(f"{name} does not create a {process.kind}")
    check_answers(step, answers)
    with db.session.no_autoflush:  # a row hangs on its parents already, and is not whole yet
        for row in rows:
            if not step.by(actor, row):
                raise PermissionError(f"{process.kind}.{name}")
            if step.guard and (reason := step.guard(row)):
                raise ValueError(str(reason))
    values = step.sets(answers, actor) if step.sets else {}
    for row in rows:
        row.status = step.target
        for column, value in values.items():
            setattr(row, column, value)
    with db.session.begin_nested():  # a savepoint flushes what is pending before it begins
        db.session.add_all(rows)
        db.session.flush()
    if step.born:
        for row in rows:
            step.born(row)
        db.session.flush()
    aftermath(process, step, rows, {row.id: None for row in rows}, actor, answers)
