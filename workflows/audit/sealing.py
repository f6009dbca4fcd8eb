"""Sealing the audit log (hash chain): a timed job, so that no step waits for another's hash.

To chain events as they are written would let all writers wait for each other. The job chains what
is committed, in the order of ids. On PostgreSQL ids commit out of order: events up to an id are
sealed only when every transaction that might still commit a lower one is over, as CREATE INDEX
CONCURRENTLY waits. SQLite has one writer, so what is committed is whole.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.database import db, reading
from models import Event, EventSeal
from workflows.audit import chain, keys

PORTION = 1000  # events of one seal
PATIENCE = 5.0  # seconds to wait for transactions under way; else the next round seals
PAUSE = 0.05  # seconds between two looks

_events: Any = Event.__table__
_seals: Any = EventSeal.__table__
WRITERS = sa.text(
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation'"
    " AND relation = CAST('event' AS regclass) AND mode = 'RowExclusiveLock'"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND pid <> pg_backend_pid()"
)


def seal(at: datetime) -> int:
    """Seal what is committed; return how many events. Commits after each portion.

    Two that seal at once make one chain: a seal's first id is unique.
    """
    limit, sealed = watermark(), 0
    while limit is not None:
        values = _next_seal(limit, at)
        if values is None or not _insert(values):
            break
        sealed += values["count"]
    return sealed


def watermark() -> int | None:
    """Return an id up to which no event can be added any more; None: not now, or none is there."""
    with _reading():
        last = db.session.scalar(sa.select(sa.func.max(_events.c.id)))
        if db.engine.dialect.name == "postgresql" and last is not None and not _writers_over():
            return None
    return last


def _writers_over() -> bool:
    """Wait until the transactions that have written events by now are over; False: too long."""
    waiting = set(db.session.scalars(WRITERS))
    end = time.monotonic() + PATIENCE
    while waiting:
        if time.monotonic() > end:
            return False
        time.sleep(PAUSE)
        waiting &= set(db.session.scalars(WRITERS))
    return True


def _next_seal(limit: int, at: datetime) -> dict[str, Any] | None:
    """Return the columns of the next seal; None: all is sealed. Reads, and holds no lock."""
    with _reading():
        before = db.session.execute(
            sa.select(_seals.c.last_id, _seals.c.hash).order_by(_seals.c.id.desc()).limit(1)
        ).one_or_none()
        last_id, previous = before or (0, chain.GENESIS)
        events = db.session.execute(
            sa.select(_events)
            .where(_events.c.id > last_id, _events.c.id <= limit)
            .order_by(_events.c.id)
            .limit(PORTION)
        ).all()
    return _seal_of(events, last_id + 1, previous, at) if events else None


def _seal_of(events: Sequence[Any], first_id: int, previous: str, at: datetime) -> dict[str, Any]:
    key, last_id, count = keys.signing_key(), events[-1].id, len(events)
    entries = chain.packed((event.id, chain.digest(event)) for event in events)
    own = chain.seal_hash(first_id, last_id, count, entries, previous)
    return {
        "first_id": first_id,
        "last_id": last_id,
        "count": count,
        "entries": entries,
        "previous": previous,
        "hash": own,
        "signature": chain.sign(key, own),
        "key_id": chain.key_id(key),
        "at": at,
        "newest_at": max(event.at for event in events),
    }


def _insert(values: dict[str, Any]) -> bool:
    """Write a seal and commit; False: somebody else sealed these events."""
    try:
        db.session.execute(sa.insert(_seals).values(values))
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        return False
    return True


class _reading:  # noqa: N801  # used as a function
    """A unit of work that only reads: on SQLite no writer waits for it."""

    def __enter__(self) -> None:
        db.session.rollback()
        self.token = reading.set(True)

    def __exit__(self, *_error: object) -> None:
        db.session.rollback()
        reading.reset(self.token)
