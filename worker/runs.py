"""The rows of timed jobs: when each is due, who holds its lease, and what went wrong last."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.database import db, reading, storable
from core.leases import Leases
from models import JobRun
from worker.jobs import Job

LONGEST_ERROR = 500  # characters
HELD = timedelta(minutes=2)  # a lease; a worker that lives renews it (worker/heartbeat.py)
TOLERANCE = timedelta(minutes=5)  # between the clocks of two machines

logger = logging.getLogger(__name__)

_runs: Any = JobRun.__table__


def _due(at: datetime) -> sa.ColumnElement[bool]:
    free = sa.or_(_runs.c.leased_until.is_(None), _runs.c.leased_until <= at)
    return sa.and_(_runs.c.due_at <= at, free)


LEASES = Leases(JobRun, _due)


def enrol(jobs: Iterable[Job], at: datetime) -> None:
    """Give each job that has none its row, and commit. A job that is new is due at once.

    So is a job whose row waits for a moment beyond its rhythm, or is leased for longer than any
    lease lasts: it was written while the clock was wrong.
    """
    jobs = tuple(jobs)
    known = _known([job.name for job in jobs])
    insert_missing([{"name": job.name, "due_at": at} for job in jobs if job.name not in known])
    for job in jobs:
        due_at, leased_until = known.get(job.name, (at, None))
        waits_too_long = due_at > job.next(at) + TOLERANCE
        if waits_too_long or (leased_until and leased_until > at + HELD + TOLERANCE):
            logger.error("job %s was due at %s, which no right clock says: now", job.name, due_at)
            db.session.execute(
                sa.update(_runs)
                .where(_runs.c.name == job.name, _runs.c.due_at == due_at)
                .values(due_at=min(due_at, at), leased_until=None)
            )
    db.session.commit()


def _known(names: list[str]) -> dict[str, tuple[datetime, datetime | None]]:
    """Return due_at and leased_until by the name of the job, of those that have a row."""
    token = reading.set(True)  # as a rule all have one: no writer waits for this
    try:
        found = db.session.execute(
            sa.select(_runs.c.name, _runs.c.due_at, _runs.c.leased_until).where(
                _runs.c.name.in_(names)
            )
        ).all()
        db.session.rollback()
    finally:
        reading.reset(token)
    return {name: (due_at, leased_until) for name, due_at, leased_until in found}


def due(jobs: Iterable[Job], at: datetime) -> list[Job]:
    """Return the jobs that are due and in nobody's hand, those that waited longest first."""
    known = {job.name: job for job in jobs}
    names = LEASES.peek(at, _runs.c.name.in_(known), column="name")
    return [known[name] for name in names]


def insert_missing(rows: list[dict[str, Any]]) -> None:
    """Insert rows whose name is not known yet, in the caller's unit of work."""
    if rows:
        dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
        insert = dialect.insert(_runs).on_conflict_do_nothing(index_elements=["name"])
        db.session.execute(insert, rows)


def words_of(error: Exception) -> str:
    """Return what went wrong in a few words, for the administrators."""
    return storable(f"{type(error).__name__}: {error}")[:LONGEST_ERROR]
