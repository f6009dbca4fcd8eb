"""The table of the outbox: mails to be delivered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import Email, Key, Model, Short, stored_by_value
from tables.base import SET_NULL, Guarded, ref


class MailStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


class Mail(Guarded, Model):
    """The outbox: template and context, rendered when sent. Its key makes it go out once."""

    id: Mapped[Key]
    created_at: Mapped[datetime] = mapped_column(default=now)
    key: Mapped[str] = mapped_column(sa.String(64), unique=True)  # made by outbox/keys.py
    template: Mapped[Short]
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    link: Mapped[str] = mapped_column(sa.String(500))  # a path; PUBLIC_URL is put before it
    recipient: Mapped[Email]
    locale: Mapped[str] = mapped_column(sa.String(16), default="zh_Hans_CN")
    status: Mapped[MailStatus] = mapped_column(
        stored_by_value(MailStatus), default=MailStatus.QUEUED
    )
    attempts: Mapped[int] = mapped_column(default=0)
    # attempts that were sent whole and never answered: it may be there
    doubts: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime] = mapped_column(default=now)
    leased_until: Mapped[datetime | None]
    turn: Mapped[int] = mapped_column(default=0, server_default="0")  # the lease's fencing token
    task_id: Mapped[int | None] = ref("task.id", SET_NULL)  # that gathers rows in it
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(sa.Text)

    __table_args__ = (sa.Index("ix_mail_due", "status", "due_at"),)

    def __str__(self) -> str:
        return f"#{self.id} → {self.recipient}"
