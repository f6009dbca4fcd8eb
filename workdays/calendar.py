"""Working days (business days) of the park: Monday to Friday, but for the holiday table.

A period of n working days does not count the day it begins on, and its last day ends at midnight
(articles 201 and 203 of the Civil Code). Days are those of Asia/Shanghai.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

import sqlalchemy as sa

from core.clock import PARK, park_day
from core.database import db
from models import DayKind, Holiday

SATURDAY = 5  # of date.weekday()
DAY = timedelta(days=1)
When = TypeVar("When", date, datetime)


def end_of(day: date) -> datetime:
    """Return the moment, in UTC, at which `day` is over in the park."""
    return datetime.combine(day + DAY, time.min, PARK).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that are not what their weekday says. Load one with `calendar()` for many sums."""

    special: dict[date, DayKind] = field(default_factory=dict)

    def works(self, day: date) -> bool:
        """Whether `day` is worked."""
        kind = self.special.get(day)
        return kind is DayKind.WORK if kind is not None else day.weekday() < SATURDAY

    def add(self, start: When, days: int) -> When:
        """Return the last of `days` working days that follow `start`.

        Args:
            start: a day, or an aware moment. The day itself is not counted.
            days: how many, at least 1.

        Returns:
            A day for a day. For a moment, the moment at which the last working day is over.

        Raises:
            ValueError: `days` is less than 1.
        """
        if days < 1:
            raise ValueError("a period has one working day at the least")
        day = park_day(start)
        while days:
            day += DAY
            days -= self.works(day)
        return end_of(day) if isinstance(start, datetime) else day

    def between(self, start: date | datetime, end: date | datetime) -> int:
        """Return the working days after the day of `start`, up to and with the day of `end`.

        0 where `end` is not later. `between(day, add(day, n)) == n`.
        """
        day, last, count = park_day(start), park_day(end), 0
        while day < last:
            day += DAY
            count += self.works(day)
        return count


def calendar() -> Calendar:
    """Return the calendar as the administrators set it, in one query."""
    rows = db.session.execute(sa.select(Holiday.day, Holiday.kind)).all()
    return Calendar({row.day: row.kind for row in rows})


def is_working_day(when: date | datetime) -> bool:
    """Whether the day of `when` is worked in the park."""
    return calendar().works(park_day(when))


def add_working_days(start: When, days: int) -> When:
    """As `Calendar.add`, with the calendar of this moment."""
    return calendar().add(start, days)


def working_days_between(start: date | datetime, end: date | datetime) -> int:
    """As `Calendar.between`, with the calendar of this moment."""
    return calendar().between(start, end)
