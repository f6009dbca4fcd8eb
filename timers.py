"""What happens by itself, and how often: the one list of timed jobs. `flask worker` runs them.

A job is a function of the moment: it does what is due at `at`, commits, and returns how many
things it moved. It is safe to run twice, at once or again: it acts as `access.SYSTEM` through the
engine's transitions, whose source states let each thing move once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import inbox
from workflows import review_timing


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One timed job: due `every` so often, or daily once it is `at` o'clock in the park."""

    name: str
    run: Callable[[datetime], int]
    every: timedelta | None = None
    at: time | None = None


JOBS: tuple[Job, ...] = (
    Job(name="review_settle", run=review_timing.settle, every=timedelta(minutes=10)),
    Job(name="review_remind", run=review_timing.remind, every=timedelta(hours=1)),
    Job(name="activity_mails", run=inbox.fetch_due, every=timedelta(minutes=5)),
)
