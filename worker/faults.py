"""What went wrong in the worker's own loops, on record among the timed jobs for a day."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from core import clock
from core.database import db
from models import JobRun
from worker import runs

LOOPS = (
    "loop_jobs",
    "loop_mails",
    "loop_scores",
    "loop_tasks",
)  # rows of JobRun beside those of the jobs
SHOWN = timedelta(days=1)

_runs: Any = JobRun.__table__


class Faults:
    """The failures of one loop. What the database cannot take now, it takes after a round."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.last: tuple[datetime, str] | None = None  # not on record yet

    def note(self, error: Exception) -> None:
        """Put a failure on record: once the database takes it, where it is away."""
        self.last = clock.now(), runs.words_of(error)
        self.write()

    def write(self) -> None:
        """Write what is not on record yet; ask after each round."""
        if self.last is None:
            return
        at, words = self.last
        runs.insert_missing([{"name": self.name, "due_at": at}])
        db.session.execute(
            sa.update(_runs)
            .where(_runs.c.name == self.name)
            .values(error=words, started_at=at, finished_at=at, due_at=at)
        )
        db.session.commit()
        self.last = None


def forget_old(at: datetime) -> None:
    """Take failures off the record that did not come again for a day."""
    db.session.execute(
        sa.update(_runs)
        .where(_runs.c.name.in_(LOOPS), _runs.c.finished_at < at - SHOWN)
        .values(error=None)
    )
    db.session.commit()
