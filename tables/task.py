"""Long tasks: a step on very many rows, which the worker carries out in portions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core import audit_context
from core.clock import now
from core.database import Key, Model, Short, stored_by_value
from tables.account import session_row
from tables.base import CASCADE, ref, unique_while
from tables.person import User


class TaskStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    STOPPED = "stopped"  # whoever ordered it may not do so any more
    BROKEN = "broken"  # given up after errors


UNFINISHED = (TaskStatus.QUEUED, TaskStatus.RUNNING)


class Task(Model):
    """One transition on many rows, ordered by a person. Only worker/ moves it."""

    id: Mapped[Key]
    created_at: Mapped[datetime] = mapped_column(default=now)
    actor_id: Mapped[int] = ref("user.id", CASCADE)
    # from where it was ordered: its events name it
    address: Mapped[str] = mapped_column(
        sa.String(audit_context.LONGEST_ADDRESS), default=audit_context.address, server_default=""
    )
    sign_in_id: Mapped[int | None] = mapped_column(default=session_row)
    office: Mapped[Short]  # "admin" or "workbench"
    view: Mapped[Short]  # the list in which it was ordered, by its endpoint
    subject_type: Mapped[str] = mapped_column(sa.String(32))
    transition: Mapped[str] = mapped_column(sa.String(32))
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)  # as worker/answers.py packs them
    confirmed: Mapped[bool] = mapped_column(default=False, server_default=sa.false())  # by a second
    locale: Mapped[str] = mapped_column(sa.String(16))  # in which refusals are worded
    fingerprint: Mapped[str] = mapped_column(sa.String(64))  # of who, what and which rows
    status: Mapped[TaskStatus] = mapped_column(
        stored_by_value(TaskStatus), default=TaskStatus.QUEUED
    )
    due_at: Mapped[datetime] = mapped_column(default=now)
    leased_until: Mapped[datetime | None]
    turn: Mapped[int] = mapped_column(default=0, server_default="0")  # the lease's fencing token
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    cancel_at: Mapped[datetime | None]  # when somebody wished it to end
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    missing: Mapped[int] = mapped_column(default=0)  # were no rows of the list at the order
    cursor: Mapped[int] = mapped_column(default=0)  # rows up to this id are handled
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    error: Mapped[str | None] = mapped_column(sa.Text)  # the last one, for administrators

    actor: Mapped[User] = relationship()

    __table_args__ = (
        sa.Index("ix_task_due", "status", "due_at"),
        # a double click orders once
        unique_while("uq_task_unfinished", "fingerprint", where="status IN ('queued', 'running')"),
    )

    @property
    def unfinished(self) -> bool:
        return self.status in UNFINISHED

    @property
    def handled(self) -> int:
        """How many rows are handled, refused ones included."""
        return self.done + self.refused

    def __str__(self) -> str:
        return f"#{self.id}"


class TaskRow(Model):
    """A row that a task is still to handle, or one that was refused; what is done leaves."""

    task_id: Mapped[int] = ref("task.id", CASCADE, index=False, primary_key=True)
    row_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seen: Mapped[int | None]  # the version that the person looked at
    reason: Mapped[str | None] = mapped_column(sa.Text)  # why not, in the task's language
