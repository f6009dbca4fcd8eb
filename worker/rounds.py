"""One look at what is due. A job that fails is on record, tried again, and stops no other."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from core import clock
from core.database import db
from worker import leases
from worker.jobs import Job

AGAIN = timedelta(minutes=10)  # until a job that failed is tried again
LONGEST_ERROR = 500  # characters

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


def run_due(
    jobs: Iterable[Job], now: Clock = clock.now, stop: Callable[[], bool] = lambda: False
) -> list[str]:
    """Run the jobs that are due, one after the other, each in a unit of work of its own.

    Args:
        jobs: the jobs; a job without a row gets one, and is due.
        now: the clock.
        stop: asked between jobs; True ends the round.

    Returns:
        The names of the jobs that ran here, failed ones included.
    """
    jobs = tuple(jobs)
    leases.enrol(jobs, now())
    ran = []
    for job in leases.due(jobs, now()):
        if stop():
            break
        lease = leases.take(job, now())
        if lease is not None:
            _run(lease, now)
            ran.append(job.name)
    return ran


def _run(lease: leases.Lease, now: Clock) -> None:
    job, at, began = lease.job, now(), time.monotonic()
    try:
        moved = job.run(at)
        db.session.commit()
    except Exception as error:  # whatever a job does: the others go on
        db.session.rollback()
        logger.exception("job %s failed", job.name)
        words = f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
        again = min(at + AGAIN, job.next(at))
        leases.finish(lease, finished_at=now(), error=words, due_at=again)
        return
    took = time.monotonic() - began
    level = logging.INFO if moved else logging.DEBUG
    logger.log(level, "job %s: %d moved in %.1f s", job.name, moved, took)
    leases.finish(lease, finished_at=now(), error=None, moved=moved, due_at=job.next(at))
