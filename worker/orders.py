"""Ordering a long task (background job), and cancelling it: what a page asks of the worker."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.clock import now
from core.database import db
from models import Task, TaskRow, TaskStatus, User
from tables.task import UNFINISHED
from worker import bundles
from worker.answers import pack

AT_ONCE = 1_000  # rows that a request handles by itself
CHUNK = 5_000  # rows in one statement


def order(
    user: User,
    *,
    office: str,
    view: str,
    subject_type: str,
    transition: str,
    ids: Sequence[int],
    seen: Mapping[int, int],
    answers: Mapping[str, Any],
    missing: int,
    locale: str,
    confirmed: bool = False,
) -> Task:
    """Order a step on many rows, in the caller's unit of work; the worker reads every second.

    Args:
        user: who orders; the worker asks anew, portion by portion, whether they may.
        office: "admin" or "workbench".
        view: the endpoint of the list.
        subject_type: what the audit log calls the rows.
        transition: the step.
        ids: the rows.
        seen: the versions that the person looked at.
        answers: what the step asked, cleaned.
        missing: how many more were named that are no rows of the list.
        locale: the language in which refusals are worded.
        confirmed: whether a second person confirmed it.

    Returns:
        The task; the one that is under way already, where the same was ordered twice.

    Raises:
        TypeError: the answers cannot be stored.
    """
    packed = pack(answers)
    named = [(id, seen.get(id)) for id in sorted(set(ids))]
    fingerprint = _fingerprint(user.id, office, view, subject_type, transition, packed, named)
    task = Task(
        actor_id=user.id,
        office=office,
        view=view,
        subject_type=subject_type,
        transition=transition,
        answers=packed,
        locale=locale,
        confirmed=confirmed,
        fingerprint=fingerprint,
        total=len(named),
        missing=missing,
    )
    try:
        with db.session.begin_nested():
            db.session.add(task)
    except IntegrityError:
        return db.session.scalars(
            sa.select(Task).where(Task.fingerprint == fingerprint, Task.status.in_(UNFINISHED))
        ).one()
    _insert_rows(task, named)
    return task


def _fingerprint(*what: Any) -> str:
    """Return what two orders of the same have in common, in a fixed length."""
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()


def _insert_rows(task: Task, named: Sequence[tuple[int, int | None]]) -> None:
    """Insert the rows of a task, each with the version that was seen."""
    for start in range(0, len(named), CHUNK):
        db.session.execute(
            sa.insert(TaskRow),
            [
                {"task_id": task.id, "row_id": id, "seen": version}
                for id, version in named[start : start + CHUNK]
            ],
        )


def cancel(task_id: int) -> None:
    """Let a task end before its next portion, in the caller's unit of work.

    What is done stays done. A task that nobody has in hand ends at once.
    """
    at = now()
    change = (
        sa.update(Task)
        .where(Task.id == task_id, Task.status.in_(UNFINISHED))
        .execution_options(synchronize_session=False)
    )
    ended = db.session.execute(
        change.where(Task.leased_until.is_(None)).values(
            cancel_at=at, finished_at=at, status=TaskStatus.CANCELLED
        )
    )
    if ended.rowcount:  # type: ignore[attr-defined]  # a cursor's result has it
        bundles.release(task_id)
    else:
        db.session.execute(change.where(Task.cancel_at.is_(None)).values(cancel_at=at))
