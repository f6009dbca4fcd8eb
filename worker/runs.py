"""The rows of timed jobs: when each is due, who holds its lease, and what went wrong last."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.database import db, reading, storable
from core.leases import Leases
from models import JobRun
from worker.jobs import Job

LONGEST_ERROR = 500  # characters

_runs: Any = JobRun.__table__


def _due(at: datetime) -> sa.ColumnElement[bool]:
    free = sa.or_(_runs.c.leased_until.is_(None), _runs.c.leased_until <= at)
    return sa.and_(_runs.c.due_at <= at, free)


LEASES = Leases(JobRun, _due)


def enrol(jobs: Iterable[Job], at: datetime) -> None:
    """Give each job that has none its row, and commit. A job that is new is due at once."""
    names = [job.name for job in jobs]
    token = reading.set(True)  # as a rule all have one: no writer waits for this
    try:
        known = set(db.session.scalars(sa.select(_runs.c.name).where(_runs.c.name.in_(names))))
        db.session.rollback()
    finally:
        reading.reset(token)
    insert_missing([{"name": name, "due_at": at} for name in names if name not in known])
    db.session.commit()


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
