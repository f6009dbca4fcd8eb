"""Working on tasks: portion after portion, each task for some seconds, then the next one's turn."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from flask import Flask, current_app
from sqlalchemy.exc import IntegrityError, OperationalError

from core import clock
from core.database import db
from core.leases import Lease
from models import Task, TaskStatus
from worker import portions, runs
from worker.portions import LEASES, Lost
from workflows import engine

FIRST, SMALLEST, LARGEST = 100, 10, 500  # rows in a portion
ASPIRED = 0.4  # seconds that a portion takes: others wait for its locks
REST = 0.15  # seconds between two, in which whoever waits for SQLite's lock gets it
SLICE = 5.0  # seconds until another task's turn comes
HELD = timedelta(minutes=2)  # the lease; longer than any portion takes
AGAIN = timedelta(seconds=30)  # until a task that failed is tried again
MOST_FAILURES = 5  # in a row, until it is given up
CLASHES = 3  # with the locks of others, until it counts as a failure

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]


class Hand:
    """The task that a worker has in hand."""

    def __init__(self) -> None:
        self.lease: Lease | None = None

    def put_down(self, at: datetime) -> None:
        """Give the task back, that it may go on at once; it stays in hand where that fails."""
        if self.lease is not None:
            LEASES.give_back([self.lease], due_at=at)
            self.lease = None


def work(
    now: Clock = clock.now, stop: Callable[[], bool] = lambda: False, hand: Hand | None = None
) -> int:
    """Work on tasks until none waits.

    Args:
        now: the clock.
        stop: asked between portions; True gives the task back as far as it is.
        hand: of the worker; a task that a former round left in it is given back first.

    Returns:
        How many portions were dealt with here.
    """
    hand, count = hand or Hand(), 0
    hand.put_down(now())
    while not stop():
        taken = LEASES.take(now(), now() + HELD)
        if not taken:
            break
        [hand.lease] = taken
        try:
            count += _slice(taken[0], now, stop)
        except Lost:  # another worker has it
            hand.lease = None
        except Exception as error:  # whatever a step does: other tasks go on
            logger.exception("task %d failed", taken[0].id)
            _failed(taken[0], error, now())
            hand.lease = None
        else:
            hand.put_down(now())
    return count


def _slice(lease: Lease, now: Clock, stop: Callable[[], bool]) -> int:
    """Work off portions of one task for some seconds; return how many.

    Raises:
        Lost, ValueError: as `portions.work_off`.
        Exception: whatever a step raised, and a lock that could not be had.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy has it
    count, size, alone, clashes = 0, FIRST, 0, 0
    until = time.monotonic() + SLICE
    while not stop() and time.monotonic() < until:
        began = time.monotonic()
        try:
            # a context of its own: a portion leaves nothing behind
            with app.app_context():
                goes_on = portions.work_off(lease, 1 if alone else size, now(), now() + HELD)
        except IntegrityError:
            if alone:  # the one row that sinks the others
                with app.app_context():
                    portions.work_off(lease, 1, now(), now() + HELD, refuse=engine.TAKEN)
            else:
                alone = size + 1  # one by one
            goes_on = True
        except OperationalError as error:
            clashes += 1
            if error.connection_invalidated or clashes == CLASHES:
                raise
            goes_on = True
        else:
            count, clashes = count + 1, 0
            if not alone:
                took = time.monotonic() - began
                size = max(SMALLEST, min(LARGEST, int(size * ASPIRED / max(took, 0.01))))
        alone = max(0, alone - 1)
        if not goes_on:
            break
        time.sleep(REST if db.engine.dialect.name == "sqlite" else 0)
    return count


def _failed(lease: Lease, error: Exception, at: datetime) -> None:
    """Write what went wrong. It is tried again later, a few times, unless it is of no use."""
    with suppress(Exception):  # of a connection that is gone
        db.session.rollback()
    db.session.remove()
    words = runs.words_of(error)
    failures = 1 + (db.session.get_one(Task, lease.id).failures)
    db.session.rollback()
    try:
        if isinstance(error, ValueError) or failures >= MOST_FAILURES:
            portions.end(lease, TaskStatus.BROKEN, at, error=words, failures=failures)
        else:
            LEASES.give_back([lease], due_at=at + AGAIN, error=words, failures=failures)
    except Lost:
        logger.warning("task %d is another worker's now", lease.id)
