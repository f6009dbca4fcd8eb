"""One round of the scheduler: what is due runs; a job that fails is on record and gets a retry."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core import clock
from core.database import db
from core.leases import Lease
from models import JobRun
from worker import runs
from worker.jobs import Job

AGAIN = timedelta(minutes=10)  # until a job that failed is tried again
INTERRUPTED = "The worker lost the database while the job ran."

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]
_runs: Any = JobRun.__table__


@dataclass(slots=True)
class Hand:
    """The job that a worker has in hand: its lease, until what became of it is written."""

    lease: Lease | None = None


def run_due(
    jobs: Iterable[Job],
    now: Clock = clock.now,
    stop: Callable[[], bool] = lambda: False,
    hand: Hand | None = None,
) -> list[str]:
    """Run the jobs that are due, one after the other, each in a unit of work of its own.

    Args:
        jobs: the jobs; a job without a row gets one, and is due.
        now: the clock.
        stop: asked between jobs; True ends the round.
        hand: of the worker; a job that a former round left in it is given back first.

    Returns:
        The names of the jobs that ran here, failed ones included.
    """
    jobs, hand = tuple(jobs), hand or Hand()
    if hand.lease is not None:
        put_down(hand, error=INTERRUPTED, due_at=now() + AGAIN)
    runs.enrol(jobs, now())
    ran = []
    for job in runs.due(jobs, now()):
        if stop():
            break
        if take(job, now(), hand):
            _run(job, hand, now)
            ran.append(job.name)
    return ran


def take(job: Job, at: datetime, hand: Hand) -> bool:
    """Lease `job`; False where another worker was quicker."""
    for lease in runs.LEASES.take(at, at + runs.HELD, _runs.c.name == job.name, started_at=at):
        hand.lease = lease
        return True
    return False


def put_down(hand: Hand, **values: Any) -> None:
    """Give back the job in hand, with what became of it; it stays there where that fails."""
    if hand.lease is not None:
        runs.LEASES.give_back([hand.lease], **values)
        hand.lease = None


def _run(job: Job, hand: Hand, now: Clock) -> None:
    at, began = now(), time.monotonic()
    try:
        moved = job.run(at)
        db.session.commit()
    except Exception as error:  # whatever a job does: the others go on
        logger.exception("job %s failed", job.name)
        with suppress(Exception):  # of a connection that is gone
            db.session.rollback()
        db.session.remove()
        again = min(at + AGAIN, job.next(at))
        put_down(hand, finished_at=now(), error=runs.words_of(error), due_at=again)
        return
    took = time.monotonic() - began
    level = logging.INFO if moved else logging.DEBUG
    logger.log(level, "job %s: %d moved in %.1f s", job.name, moved, took)
    put_down(hand, finished_at=now(), error=None, moved=moved, due_at=job.next(at))
