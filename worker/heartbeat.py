"""Heartbeat: the lease of the job in hand is renewed while its worker lives.

So a lease is short, a job may take as long as it needs, and the job of a killed worker is taken up
two minutes later.
"""

from __future__ import annotations

import logging
from datetime import datetime

from flask import Flask

from access import row_guard
from core import clock
from core.loops import Ending
from worker import rounds, runs

BEAT = 30.0  # seconds: a quarter of the lease, so that three may fail

logger = logging.getLogger(__name__)


def beat(app: Flask, ending: Ending, hand: rounds.Hand) -> None:
    """Renew what is in `hand` every BEAT seconds until the end is asked for: a thread of its own.

    No error ends it: a database that is away is asked again at the next beat.
    """
    with row_guard.system():
        while not ending.asked:
            ending.wait(BEAT)
            try:
                with app.app_context():
                    renew(hand, clock.now())
            except Exception as error:
                logger.warning("a lease was not renewed: %s", type(error).__name__)


def renew(hand: rounds.Hand, at: datetime) -> bool:
    """Hold the job in hand for another while; False where there is none, or it is another's now."""
    lease = hand.lease
    return lease is not None and bool(runs.LEASES.renew([lease], at + runs.HELD))
