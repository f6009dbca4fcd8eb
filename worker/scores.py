"""The worker's loop over the score marks: every second, and without a write lock."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from flask import Flask

import ranking
from access import row_guard
from core.loops import Ending, repeat

PAUSE = 1.0  # seconds between two rounds: a new score shows within five of the step
AFTER_ERROR = 15.0  # seconds

logger = logging.getLogger(__name__)


def settle_scores(ending: Ending) -> int:
    """Compute the scores of all that are marked; return of how many.

    Raises:
        Exception: what went wrong. The marks are still there.
    """
    began = time.monotonic()
    number = ranking.settle(stop=ending.is_asked)
    if number:
        logger.info("scores: %d computed in %.1f s", number, time.monotonic() - began)
    return number


def watch_scores(
    app: Flask, ending: Ending, failed: Callable[[Exception], None] = lambda error: None
) -> None:
    """Settle marks, round after round, until the end is asked for; no error ends it.

    Args:
        app: the application.
        ending: asked before each round and between portions.
        failed: hears of an error. The marks stay, and are looked at again after a while.
    """
    broken = False

    def work() -> bool:
        nonlocal broken
        broken = True  # until the round is over
        settle_scores(ending)
        broken = False
        return False

    with row_guard.system():  # a thread declares its reader itself
        repeat(app, ending, work, lambda: AFTER_ERROR if broken else PAUSE, failed)
