"""Mails and notices of a task: one for each recipient at its end, however many portions it took.

A mail that a portion writes is held back, and takes in the rows of the portions that follow; so
does the line in the bell, which is seen at once. Whatever happens to the task, a mail that was not
added to for a while goes out as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from core.clock import now
from core.database import db
from models import Mail, MailStatus, Notification
from workflows.engine import notices as engine_notices
from workflows.engine.notices import COUNT, MOST_NAMED, OTHERS, list_of

HELD = timedelta(minutes=10)
REASON = "reason"  # of the step: given once, not with each row


@contextmanager
def gathering(task_id: int) -> Iterator[None]:
    """Gather the mails and notices that are written while the block runs for the task."""

    def gather(
        model: type[Mail] | type[Notification], rows: list[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        return merge(task_id, model, rows)

    token = engine_notices.gathers.set(gather)
    try:
        yield
    finally:
        engine_notices.gathers.reset(token)


def merge(
    task_id: int, model: type[Mail] | type[Notification], rows: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Add `rows` to what waits for the same recipients; return the rows that found nothing.

    Args:
        task_id: the task.
        model: Mail or Notification.
        rows: as `notices.insert_new` takes them.
    """
    waiting = {_place(model, dict(vars(row))): row for row in _waiting(task_id, model, rows)}
    more: dict[str, Any] = {"task_id": task_id}
    if model is Mail:
        more["due_at"] = now() + HELD
    new = []
    for row in rows:
        held = waiting.get(_place(model, row))
        if held is None:
            new.append(row | more)
            continue
        held.context = together(held.context, row["context"])
        held.link = list_of(held.link)
        if isinstance(held, Mail):
            held.due_at = more["due_at"]
        else:
            held.read_at = None  # there is something new
    db.session.flush()
    return new


def release(task_id: int) -> None:
    """Let the mails of a task go, in the caller's unit of work."""
    db.session.execute(
        sa.update(Mail)
        .where(Mail.task_id == task_id, *_HELD_BACK)
        .values(due_at=now())
        .execution_options(synchronize_session=False)
    )


def together(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Return the context of one mail about the rows of two."""
    named = {key: value for key, value in second.items() if key not in (OTHERS, COUNT, REASON)}
    others = [*first.get(OTHERS, ()), named, *second.get(OTHERS, ())]
    count = first.get(COUNT, 0) + 1 + second.get(COUNT, 0)
    return first | {OTHERS: others[:MOST_NAMED], COUNT: count}


_HELD_BACK = (Mail.status == MailStatus.QUEUED, Mail.attempts == 0)


def _waiting(
    task_id: int, model: type[Mail] | type[Notification], rows: Sequence[dict[str, Any]]
) -> Sequence[Mail | Notification]:
    person: Any = Mail.recipient if model is Mail else Notification.user_id
    query: sa.Select[Any] = (
        sa.select(model)
        .where(
            model.task_id == task_id,
            model.template.in_({row["template"] for row in rows}),
            person.in_({row[person.key] for row in rows}),
        )
        .order_by(model.id)
        .execution_options(unguarded=True, populate_existing=True)
        .with_for_update()
    )
    if model is Mail:
        query = query.where(*_HELD_BACK)
    return db.session.scalars(query).all()


def _place(model: type[Mail] | type[Notification], row: dict[str, Any]) -> tuple[Any, ...]:
    """Return what two mails or lines of the bell have in common where they are one."""
    about = row["template"], list_of(row["link"])
    if model is Mail:
        return (*about, row["recipient"], row["locale"])
    return (*about, row["user_id"])
