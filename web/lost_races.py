"""Retry after a lost race for a lock (deadlock, serialization failure, lock timeout), or a cut.

PostgreSQL ends one of two that wait for each other (40P01), one of two that cannot be put in a
row (40001), and whoever waits too long (55P03); SQLite gives up with 'database is locked'. Nothing
of the unit of work is left then, nor where the server ended the connection, as it does when it is
restarted. The request is run once more (web/rerun.py); where that fails too, a page of status 503
says so and keeps what was typed.
"""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from web import busy_page, rerun

LOST_RACES = frozenset({"40001", "40P01", "55P03"})  # serialization, deadlock, lock timeout
BUSY, LOCKED = 5, 6  # SQLite's primary result codes
# SQLSTATE of a server that ends, is starting, or has no place left; beside class 08
OUTAGES = frozenset({"57P01", "57P02", "57P03", "53300"})

logger = logging.getLogger(__name__)


def is_lost_race(error: BaseException | None) -> bool:
    """Return whether `error` is a lock that was not got: the same work may go well again."""
    if not isinstance(error, OperationalError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in (BUSY, LOCKED)
    return getattr(error.orig, "sqlstate", None) in LOST_RACES


def is_outage(error: BaseException | None) -> bool:
    """Return whether `error` is a connection that was ended or not had: the database is away."""
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in OUTAGES or state.startswith("08")
    # psycopg names no state where it reached no server; such an error has no statement
    return isinstance(error, OperationalError) and error.statement is None


def reason_to_retry(error: BaseException | None) -> str:
    """Return why the same work may go well again; "" where it will not."""
    if is_lost_race(error):
        return "a lost race"
    return "an outage of the database" if is_outage(error) else ""


def init_app(app: Flask) -> None:
    app.register_error_handler(DBAPIError, retry)
    app.register_error_handler(PoolTimeout, overloaded)


def retry(error: DBAPIError) -> Any:
    """Answer a request that lost a race or its connection: by its second attempt, else by 503."""
    reason = reason_to_retry(error)
    if not reason:
        raise error  # to the handler of 500, which logs it
    if not rerun.possible(reason):
        rerun.give_up()
        logger.error("%s: %s", reason, error.orig)
        return busy_page.busy()
    logger.warning("%s, the request is tried again: %s", reason, error.orig)
    try:
        return rerun.run(reason)
    except Exception as again:
        return current_app.handle_user_exception(again)


def overloaded(error: PoolTimeout) -> Any:
    """Answer a request that got no connection of the pool in time: by 503, and at once."""
    rerun.give_up()
    logger.error("no connection was free: %s", error)
    return busy_page.busy()
