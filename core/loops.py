"""Worker loops with graceful shutdown on signals: round after round, whatever a round meets."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.exc import DBAPIError

NAP = 0.2  # seconds until a request to end is noticed

logger = logging.getLogger(__name__)


class Ending:
    """Whether the worker was asked to end. No lock: a signal may come while one is held."""

    def __init__(self) -> None:
        self.asked = False
        self.by_itself = False  # a loop ended that nobody had asked to

    def ask(self, *_signal: object) -> None:
        self.asked = True

    def is_asked(self) -> bool:
        return self.asked

    def wait(self, seconds: float) -> None:
        """Return after `seconds`, or soon after the end was asked for."""
        until = time.monotonic() + seconds
        while not self.asked and time.monotonic() < until:
            time.sleep(NAP)


@contextmanager
def ending_on_signals() -> Iterator[Ending]:
    """Let SIGTERM and SIGINT ask for the end while the block runs."""
    ending = Ending()
    numbers = (signal.SIGTERM, signal.SIGINT)
    former = {number: signal.signal(number, ending.ask) for number in numbers}
    try:
        yield ending
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def repeat(
    app: Flask,
    ending: Ending,
    work: Callable[[], bool],
    pause: Callable[[], float],
    failed: Callable[[Exception], None] = lambda error: None,
) -> None:
    """Run `work` again and again. No error ends the loop: it is logged, and the next round begins.

    Args:
        app: each round has an application context of its own, and leaves nothing behind.
        ending: asked before each round.
        work: one round; True where there is more to do at once.
        pause: the seconds to wait where there is not, and after a failure.
        failed: hears of an error, in the failed round's context, which is rolled back already.
    """
    while not ending.asked:
        more = False
        try:
            with app.app_context():
                more = work()
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                logger.warning("the database went away: %s", type(error).__name__)
            else:
                logger.exception("a round failed")
            _hear(app, failed, error)
        if not more:
            ending.wait(pause())


def _hear(app: Flask, failed: Callable[[Exception], None], error: Exception) -> None:
    """Let `failed` know. It writes where it can; a database that is away is no second failure."""
    try:
        with app.app_context():
            failed(error)
    except Exception as second:
        logger.warning("the failure is not on record: %s", type(second).__name__)
