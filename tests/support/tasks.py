"""Orders of many rows, and a worker that deals with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from core.clock import now
from core.database import db
from models import Institution, Task, TaskRow, User
from worker import orders, tasks


def seen(ids: Sequence[int]) -> str:
    """Return the rows as a list's form names them, each in its first version."""
    return ",".join(f"{id}:1" for id in ids)


def order(user: User, ids: Sequence[int], **more: Any) -> int:
    """Order the rejection of applications in the platform's office; return the task's id."""
    what: dict[str, Any] = {
        "office": "admin",
        "view": "application",
        "subject_type": Institution.__tablename__,
        "transition": "reject",
        "answers": {"reason": "No licence."},
        "missing": 0,
        "locale": "en",
        "seen": dict.fromkeys(ids, 1),
    } | more
    task = orders.order(user, ids=ids, **what)
    db.session.commit()
    return task.id


def task(id: int) -> Task:
    """Return a task as it stands in the database now."""
    db.session.rollback()
    return db.session.get_one(Task, id, populate_existing=True)


def counts(id: int) -> tuple[str, int, int]:
    """Return state, done and refused."""
    found = task(id)
    return found.status.value, found.done, found.refused


def reasons(id: int) -> dict[int, str]:
    db.session.rollback()
    query = sa.select(TaskRow.row_id, TaskRow.reason).where(TaskRow.task_id == id)
    return {row.row_id: row.reason for row in db.session.execute(query) if row.reason}


def work_later(minutes: float = 0, **more: Any) -> int:
    """Let a worker work when so many minutes have passed."""
    db.session.rollback()
    return tasks.work(now=lambda: now() + timedelta(minutes=minutes), **more)
