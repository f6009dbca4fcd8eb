"""Retry after a lost race for a lock: deadlock, serialization failure, lock timeout.

PostgreSQL ends one of two that wait for each other (40P01), one of two that cannot be put in a
row (40001), and whoever waits too long (55P03); SQLite gives up with 'database is locked'. Nothing
of the unit of work is left then. The request is run once more (web/rerun.py); where it loses again,
a page of status 503 says so and keeps what was typed.
"""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError, OperationalError

from web import busy_page, rerun

LOST_RACES = frozenset({"40001", "40P01", "55P03"})  # serialization, deadlock, lock timeout
BUSY, LOCKED = 5, 6  # SQLite's primary result codes
REASON = "a lost race"

logger = logging.getLogger(__name__)


def is_lost_race(error: BaseException | None) -> bool:
    """Return whether `error` is a lock that was not got: the same work may go well again."""
    if not isinstance(error, OperationalError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in (BUSY, LOCKED)
    return getattr(error.orig, "sqlstate", None) in LOST_RACES


def init_app(app: Flask) -> None:
    app.register_error_handler(DBAPIError, retry)


def retry(error: DBAPIError) -> Any:
    """Answer a request that lost a race: by its second attempt, else by the page of a busy site."""
    if not is_lost_race(error):
        raise error  # to the handler of 500, which logs it
    if not rerun.possible(REASON):
        rerun.give_up()
        logger.error("a lock was not got: %s", error.orig)
        return busy_page.busy()
    logger.warning("a lock was not got, the request is tried again: %s", error.orig)
    try:
        return rerun.run(REASON)
    except Exception as again:
        return current_app.handle_user_exception(again)
