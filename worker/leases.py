"""Who has a job in hand: taken by one worker for a while, given back with what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from core.database import db, reading
from models import JobRun
from worker.jobs import Job

_runs: Any = JobRun.__table__


@dataclass(frozen=True, slots=True)
class Lease:
    """A job in our hands. `turn` tells our lease from a later one."""

    job: Job
    turn: int


def enrol(jobs: Iterable[Job], at: datetime) -> None:
    """Give each job its row, and commit. A job that is new is due at once."""
    rows = [{"name": job.name, "due_at": at} for job in jobs]
    if not rows:
        return
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(_runs).on_conflict_do_nothing(index_elements=["name"])
    db.session.execute(insert, rows)
    db.session.commit()


def due(jobs: Iterable[Job], at: datetime) -> list[Job]:
    """Return the jobs that are due and in nobody's hand, those that waited longest first."""
    known = {job.name: job for job in jobs}
    looking = reading.set(True)  # a look takes no lock
    try:
        names = db.session.scalars(
            sa.select(_runs.c.name)
            .where(_runs.c.name.in_(known), *_free(at))
            .order_by(_runs.c.due_at, _runs.c.id)
        ).all()
        db.session.rollback()
    finally:
        reading.reset(looking)
    return [known[name] for name in names]


def take(job: Job, at: datetime) -> Lease | None:
    """Lease a job and commit, or return None where another worker was quicker.

    One UPDATE: the second of two finds the condition untrue once the first has committed.
    """
    turn = db.session.scalar(
        sa.update(_runs)
        .where(_runs.c.name == job.name, *_free(at))
        .values(leased_until=at + job.lease, started_at=at, turn=_runs.c.turn + 1)
        .returning(_runs.c.turn)
    )
    db.session.commit()
    return None if turn is None else Lease(job, turn)


def finish(lease: Lease, **values: Any) -> None:
    """Write what became of a run, unless the lease ran out and another worker has the job."""
    db.session.execute(
        sa.update(_runs)
        .where(_runs.c.name == lease.job.name, _runs.c.turn == lease.turn)
        .values(leased_until=None, **values)
    )
    db.session.commit()


def _free(at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _runs.c.due_at <= at,
        sa.or_(_runs.c.leased_until.is_(None), _runs.c.leased_until <= at),
    )
