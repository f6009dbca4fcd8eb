"""The timed jobs: when each ran, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Key, Model, Short

if TYPE_CHECKING:
    pass


class JobRun(Model):
    """When a timed job is due, when it ran last, and whether a worker has it in hand."""

    id: Mapped[Key]
    name: Mapped[Short] = mapped_column(unique=True)
    due_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    turn: Mapped[int] = mapped_column(default=0, server_default="0")  # the lease's fencing token
    moved: Mapped[int | None]  # by the last run that went well
    error: Mapped[str | None] = mapped_column(sa.Text)  # of the last run

    def __str__(self) -> str:
        return self.name
