"""The journal: events, notices, the outbox of mails, and the settings of the site."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from core.clock import now
from core.database import Email, Key, Line, Short, Text, db, stored_by_value
from tables.base import CASCADE, SET_NULL, ref
from tables.people import User


class Event(db.Model):
    """The append-only audit: who did what to which row, when and why."""

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(default=now)
    actor_id: Mapped[int | None] = ref("user.id", SET_NULL)
    subject_type: Mapped[str] = mapped_column(sa.String(32))
    subject_id: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(32))
    source: Mapped[str | None] = mapped_column(sa.String(32))
    target: Mapped[str | None] = mapped_column(sa.String(32))
    reason: Mapped[str | None] = mapped_column(sa.Text)
    # {field: [before, after]} of an edit, or what a step put on record
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)

    actor: Mapped[User | None] = relationship()

    __table_args__ = (sa.Index("ix_event_subject", "subject_type", "subject_id", "id"),)

    def __str__(self) -> str:
        return f"#{self.id}"


class Notification(db.Model):
    """An in-app notice. Its words are the subject of the mail template of the same name."""

    id: Mapped[Key]
    created_at: Mapped[datetime] = mapped_column(default=now)
    user_id: Mapped[int] = ref("user.id", CASCADE)
    key: Mapped[str] = mapped_column(sa.String(200), unique=True)
    template: Mapped[Short]
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    link: Mapped[Line]
    read_at: Mapped[datetime | None]


# how many notices wait for a person: read along with him at the beginning of a request
User.unread = column_property(
    sa.select(sa.func.count(Notification.id))
    .where(Notification.user_id == User.id, Notification.read_at.is_(None))
    .correlate(User.__table__)
    .scalar_subquery(),
    deferred=True,
)


class MailStatus(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


class Mail(db.Model):
    """The outbox: template and context, rendered when sent. Its key keeps us from telling twice."""

    id: Mapped[Key]
    created_at: Mapped[datetime] = mapped_column(default=now)
    key: Mapped[str] = mapped_column(sa.String(300), unique=True)
    template: Mapped[Short]
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    link: Mapped[str] = mapped_column(sa.String(500))  # a path; PUBLIC_URL is put before it
    recipient: Mapped[Email]
    locale: Mapped[str] = mapped_column(sa.String(16), default="zh_Hans_CN")
    status: Mapped[MailStatus] = mapped_column(
        stored_by_value(MailStatus), default=MailStatus.QUEUED
    )
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(default=now)
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(sa.Text)

    __table_args__ = (sa.Index("ix_mail_due", "status", "due_at"),)

    def __str__(self) -> str:
        return f"#{self.id} → {self.recipient}"


class SiteSetting(db.Model):
    """A setting that an administrator changed; content/settings.py holds what there is and the defaults."""

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    value: Mapped[Text]
