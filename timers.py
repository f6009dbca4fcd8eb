"""What happens by itself, and how often: the one list of timed jobs. `flask worker` runs them.

A job is a function of the moment: it does what is due at `at`, commits, and returns how many
things it moved. It is safe to run twice, at once or again: it acts as `access.SYSTEM` through the
engine's transitions, whose source states let each thing move once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from workflows import confirmations


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One timed job: due `every` so often, or daily once it is `at` o'clock in the park."""

    name: str
    run: Callable[[datetime], int]
    every: timedelta | None = None
    at: time | None = None


JOBS: tuple[Job, ...] = (
    Job(name="silence", run=confirmations.count_silence, every=timedelta(hours=1)),
)
