"""The audit log, append-only: who did what (the journal)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import now
from core.database import Key, Model
from tables.base import SET_NULL, Guarded, ref
from tables.person import User


class Event(Guarded, Model):
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
