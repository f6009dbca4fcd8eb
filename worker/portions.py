"""One portion (batch) of a task: some of its rows, and how far it is, in the same unit of work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import force_locale

import access
from access import row_guard
from core import audit_context
from core.database import db
from core.leases import Lease, Leases
from models import Mail, Task, TaskRow, TaskStatus, User
from tables.task import UNFINISHED
from worker import bundles, resending
from worker.answers import unpack
from workflows import engine
from workflows.engine import Outcome, Words

_tasks: Any = Task.__table__
_rows: Any = TaskRow.__table__


def _due(at: datetime) -> sa.ColumnElement[bool]:
    free = sa.or_(_tasks.c.leased_until.is_(None), _tasks.c.leased_until <= at)
    return sa.and_(_tasks.c.status.in_(UNFINISHED), _tasks.c.due_at <= at, free)


LEASES = Leases(Task, _due)


class Lost(Exception):
    """Another worker has the task now; what this one did of the portion is undone."""


class NoLongerAllowed(Exception):
    """Who ordered the task may not take the step any more."""


def work_off(
    lease: Lease, size: int, at: datetime, until: datetime, refuse: Words | None = None
) -> bool:
    """Handle the next rows of a task, and commit.

    Args:
        lease: of the task.
        size: the most rows.
        at: now.
        until: when others may take the task, unless another portion follows.
        refuse: the reason, where the rows are not to be tried again but refused.

    Returns:
        Whether the task goes on. Where it does not, its end is written.

    Raises:
        Lost: the lease ran out.
        IntegrityError: what follows from the step met what somebody did just now.
        ValueError: the answers are not right any more.
    """
    task = db.session.execute(sa.select(_tasks).where(LEASES.ours([lease]))).one_or_none()
    if task is None or task.status not in UNFINISHED:
        raise Lost
    if task.cancel_at is not None:
        return end(lease, TaskStatus.CANCELLED, at)
    seen = _next_rows(task, size)
    if not seen:
        return end(lease, TaskStatus.FINISHED, at)
    try:
        with force_locale(task.locale):
            reasons = (
                dict.fromkeys(seen, str(refuse)) if refuse is not None else _take_step(task, seen)
            )
    except NoLongerAllowed:
        db.session.rollback()
        return end(lease, TaskStatus.STOPPED, at)
    _record(lease, task, seen, reasons, at, until)
    db.session.commit()
    return True


def end(lease: Lease, status: TaskStatus, at: datetime, **values: Any) -> bool:
    """Write that a task is over, let its mails go, and commit. Returns False: nothing follows."""
    ended = db.session.execute(
        sa.update(_tasks)
        .where(LEASES.ours([lease]))
        .values(status=status, finished_at=at, leased_until=None, **values)
    )
    if not ended.rowcount:  # type: ignore[attr-defined]  # a cursor's result has it
        raise Lost
    bundles.release(lease.id)
    db.session.commit()
    return False


def may_go_on(user: User | None, office: str) -> bool:
    """Whether `user` still works in the office in which the task was ordered."""
    if user is None or not user.active:
        return False
    if office == "admin":
        return access.is_staff(user)
    return bool(access.institution_ids(user) or access.consulted_institution_ids(user))


def _next_rows(task: Any, size: int) -> dict[int, int | None]:
    """Return the next rows of a task with the versions that were seen."""
    found = db.session.execute(
        sa.select(_rows.c.row_id, _rows.c.seen)
        .where(_rows.c.task_id == task.id, _rows.c.row_id > task.cursor)
        .order_by(_rows.c.row_id)
        .limit(size)
    )
    return {row.row_id: row.seen for row in found}


def _take_step(task: Any, seen: Mapping[int, int | None]) -> dict[int, str]:
    """Take the step on rows as its person; return why some were refused.

    Raises:
        NoLongerAllowed: the person is no longer one who may.
    """
    actor = db.session.get(User, task.actor_id, populate_existing=True)
    if actor is None or not may_go_on(actor, task.office):
        raise NoLongerAllowed
    row_guard.hold(db.session(), actor)  # as in a request of theirs
    try:
        with (
            audit_context.acting_from(task.address, task.sign_in_id),
            bundles.gathering(task.id),
        ):
            outcome = _perform(task, actor, seen)
            db.session.flush()  # what is put on record comes from there
    finally:
        row_guard.release()
    if seen and not outcome.done and set(outcome.refused.values()) == {engine.NOT_YOURS}:
        raise NoLongerAllowed  # the role, not the row: none of them is theirs any more
    gone = dict.fromkeys(outcome.missing, engine.GONE)
    return {id: str(words) for id, words in (outcome.refused | gone).items()}


def _perform(task: Any, actor: User, seen: Mapping[int, int | None]) -> Outcome:
    if task.subject_type == Mail.__tablename__:
        return resending.resend(list(seen), actor)
    model = {process.kind: model for model, process in engine.PROCESSES.items()}[task.subject_type]
    versions = {id: version for id, version in seen.items() if version is not None}
    answers = unpack(task.answers)
    return engine.perform(
        model, task.transition, seen, actor, seen=versions, confirmed=task.confirmed, **answers
    )


def _record(
    lease: Lease,
    task: Any,
    seen: Mapping[int, int | None],
    reasons: Mapping[int, str],
    at: datetime,
    until: datetime,
) -> None:
    """Write how far the task is, in the unit of work of its rows.

    Raises:
        Lost: another worker has it, and will do these rows or did them.
    """
    done = [id for id in seen if id not in reasons]
    of_task = _rows.c.task_id == task.id
    db.session.execute(sa.delete(_rows).where(of_task, _rows.c.row_id.in_(done)))
    if reasons:
        db.session.execute(
            sa.update(_rows).where(
                _rows.c.task_id == task.id, _rows.c.row_id == sa.bindparam("refused_id")
            ),
            [{"refused_id": id, "reason": words} for id, words in reasons.items()],
        )
    held = db.session.execute(
        sa.update(_tasks)
        .where(LEASES.ours([lease]))
        .values(
            status=TaskStatus.RUNNING,
            started_at=task.started_at or at,
            done=_tasks.c.done + len(done),
            refused=_tasks.c.refused + len(reasons),
            cursor=max(seen),
            failures=0,
            leased_until=until,
        )
    )
    if not held.rowcount:  # type: ignore[attr-defined]  # a cursor's result has it
        raise Lost
