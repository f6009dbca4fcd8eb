"""A write beside the unit of work of a request: over a connection of its own, and not waited for.

For what may be left out, such as when something was last used: where somebody else holds the lock,
it is.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from core.database import BESIDE, BUSY_TIMEOUT, db

PATIENCE = "100ms"  # with a lock of PostgreSQL

logger = logging.getLogger(__name__)


def write(statement: sa.Update) -> bool:
    """Execute `statement` in a unit of work of its own; returns whether it was."""
    try:
        with db.engine.connect() as opened, _without_waiting(opened):
            connection = opened.execution_options(**{BESIDE: True})
            connection.execute(statement)
            connection.commit()
    except DBAPIError as error:  # a lock, nearly always
        logger.info("left out: %s", error.orig)
        return False
    return True


@contextmanager
def _without_waiting(connection: sa.Connection) -> Iterator[None]:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        yield
        return
    raw = connection.connection.dbapi_connection  # beneath the events: no transaction begins
    raw.execute("PRAGMA busy_timeout=0")  # type: ignore[union-attr]  # SQLite's
    try:
        yield
    finally:
        connection.rollback()  # of what failed
        raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")  # type: ignore[union-attr]  # SQLite's
