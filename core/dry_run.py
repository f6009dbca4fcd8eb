"""Dry run: a view is run to show its page, and may change nothing.

While one is under way no form is taken (forms/base.py), no statement writes, nothing is committed
and no file is stored. What tries is ended by `WouldWrite`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from core.database import db, reading

# what a statement that is let through begins with; reading may lock rows, until the rollback
HARMLESS = re.compile(r"\s*(?:SELECT|WITH|BEGIN|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA|SHOW)\b", re.I)
WRITES = re.compile(r"\b(?:INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+\S+\s+SET)\b", re.I)  # in a WITH
_active: ContextVar[bool] = ContextVar("dry_run", default=False)


class WouldWrite(BaseException):
    """In a dry run something was about to change. No `except Exception` of a view keeps it."""


def init_app(app: Flask) -> None:
    """Refuse statements that write, and commits, while a dry run is under way."""
    with app.app_context():
        event.listen(db.engine, "before_execute", _before_execute)
        event.listen(db.engine, "before_cursor_execute", _before_statement)


def active() -> bool:
    """Whether a dry run is under way."""
    return _active.get()


def forbid() -> None:
    """End a dry run here: what follows would change something. Else do nothing.

    Raises:
        WouldWrite: a dry run is under way.
    """
    if _active.get():
        raise WouldWrite


@contextmanager
def held() -> Iterator[None]:
    """Let what runs in the block change nothing. Its transaction begins and ends with it."""
    db.session.rollback()
    run, only_reading = _active.set(True), reading.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        _active.reset(run)
        reading.reset(only_reading)


def _before_execute(_connection: sa.Connection, statement: Any, *_more: Any) -> None:
    """Refuse what is known to write here, where the connection stays as it is."""
    if _active.get() and isinstance(statement, sa.UpdateBase | sa.DDLElement):
        raise WouldWrite


def _before_statement(
    _connection: sa.Connection, _cursor: Any, statement: str, *_more: Any
) -> None:
    # whatever else writes; the connection is given up then
    if _active.get() and (not HARMLESS.match(statement) or WRITES.search(statement)):
        raise WouldWrite


@event.listens_for(db.session, "before_commit")
def _before_commit(_session: Any) -> None:
    forbid()
