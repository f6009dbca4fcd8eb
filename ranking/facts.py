"""The facts of many institutions or consultants, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from core.clock import park_day
from ranking import benefits
from ranking.formula import WINDOW, Filed, months_before
from workdays import calendar


@dataclass(frozen=True, slots=True)
class Asked:
    """A demand, and when the first of each step on it was taken."""

    posted: datetime
    deadline: datetime  # of an answer in time
    category_id: int | None
    answered: datetime | None
    accepted: datetime | None
    recorded: datetime | None
    withdrawn: datetime | None


@dataclass(frozen=True, slots=True)
class Rated:
    """A published review: its stars."""

    stars: float
    category_id: int | None


@dataclass(slots=True)
class Facts:
    """All that a score is made of."""

    transactions: list[Filed] = field(default_factory=list)  # a year more than counts: for k
    demands: list[Asked] = field(default_factory=list)
    ratings: list[Rated] = field(default_factory=list)
    activities: list[benefits.Held] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # of the profile
    items: int = 1
    categories: set[int] = field(default_factory=set)  # its own, and those above them


@dataclass(frozen=True, slots=True)
class Moment:
    """When a score is computed, and where its windows begin."""

    at: datetime

    @property
    def day(self) -> date:
        return park_day(self.at)

    @property
    def first_day(self) -> date:
        """The last day that does not count any more."""
        return months_before(self.day, WINDOW)

    @property
    def first(self) -> datetime:
        return calendar.end_of(self.first_day)


def counted(asked: Asked, at: datetime) -> bool:
    """Whether a demand counts as received: it was answered, or ought to have been by `at`.

    One that was withdrawn before the two days were over, unanswered, asks for nothing any more.
    """
    if asked.answered is not None:
        return True
    return asked.deadline <= (asked.withdrawn or at) and asked.deadline <= at


def in_time(asked: Asked) -> bool:
    return asked.answered is not None and asked.answered < asked.deadline
