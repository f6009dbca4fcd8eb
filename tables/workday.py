"""Days that are not what their weekday says."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped, mapped_column

from core.database import Key, Model, Short, stored_by_value

if TYPE_CHECKING:
    pass


class DayKind(StrEnum):
    OFF = "off"  # a weekday without work
    WORK = "work"  # a Saturday or Sunday worked instead


class Holiday(Model):
    """A day that is not what its weekday says, as the administrators set the calendar."""

    id: Mapped[Key]
    day: Mapped[date] = mapped_column(unique=True)
    kind: Mapped[DayKind] = mapped_column(stored_by_value(DayKind), default=DayKind.OFF)
    name: Mapped[Short] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
