"""Savepoints: rows that are written past the mapper are expired where theirs is rolled back.

The mapper expires by itself what it flushed inside a savepoint. It knows nothing of a set-based
UPDATE, whose values the engine puts on the rows in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from core.database import db

WRITTEN = "written past the mapper"  # in session.info: [(savepoint, rows)]


def remember(rows: Sequence[Any]) -> None:
    """Note that the values of `rows` in memory hold as long as the savepoint of this moment."""
    session = db.session()
    session.info.setdefault(WRITTEN, []).append((session.get_nested_transaction(), rows))


def _forget(session: Session, undone: SessionTransaction) -> None:
    for savepoint, rows in session.info.get(WRITTEN, ()):
        if _within(savepoint, undone):
            for row in rows:
                if row in session:
                    session.expire(row)


def _within(savepoint: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while savepoint is not None:
        if savepoint is outer:
            return True
        savepoint = savepoint.parent
    return False


def _end(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(WRITTEN, None)


event.listen(db.session, "after_soft_rollback", _forget)
event.listen(db.session, "after_transaction_end", _end)
