"""Storage of the rate limits (`limits`): the database, which all workers share, or Redis.

`database://` counts in rows of `rate_counter`. `shared+redis://host:6379` counts in Redis, and in
the database as long as Redis is away: nobody is kept from signing in, and nobody tries freely.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from limits.storage import Storage, storage_from_string
from sqlalchemy.dialects import postgresql, sqlite

from core.clock import now
from core.database import BESIDE, db, reading, without_write_lock
from models import RateCounter

log = logging.getLogger(__name__)
SHARED = "shared+"  # before the scheme of a storage that may be away
SCHEMES = ("redis", "rediss", "redis+unix")
TIMEOUT = 1.0  # seconds, until Redis counts as away
PAUSE = 30.0  # seconds, until it is asked again
_counters: Any = RateCounter.__table__


class DatabaseStorage(Storage):
    """Counters in the project's database. Each count is one statement in a unit of its own."""

    STORAGE_SCHEME = ["database"]

    @property
    def base_exceptions(self) -> type[Exception]:
        return sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, and return how much was counted in this window. Atomic on both databases.

        Args:
            key: of any length; its hash is kept.
            expiry: seconds that a window lasts from its first count on.
            amount: below zero gives back what was counted; a window never goes below zero.
        """
        at = now()
        over = _counters.c.expires_at <= at
        left = _counters.c.count + amount
        with _beside_the_request() as connection:
            insert = _dialect(connection).insert(_counters)
            count: int = connection.execute(
                insert.values(
                    key=_hashed(key),
                    count=max(amount, 0),
                    expires_at=at + timedelta(seconds=expiry),
                )
                .on_conflict_do_update(
                    index_elements=["key"],
                    set_={
                        "count": sa.case((over, max(amount, 0)), (left < 0, 0), else_=left),
                        "expires_at": sa.case(
                            (over, insert.excluded.expires_at), else_=_counters.c.expires_at
                        ),
                    },
                )
                .returning(_counters.c.count)
            ).scalar_one()
        return count

    def get(self, key: str) -> int:
        return self._row(key)[0]

    def get_expiry(self, key: str) -> float:
        return self._row(key)[1]

    def check(self) -> bool:
        self._row("")
        return True

    def reset(self) -> int:
        with _beside_the_request() as connection:
            return connection.execute(sa.delete(_counters)).rowcount

    def clear(self, key: str) -> None:
        with _beside_the_request() as connection:
            connection.execute(sa.delete(_counters).where(_counters.c.key == _hashed(key)))

    def _row(self, key: str) -> tuple[int, float]:
        """Return count and end of the window of `key`: 0 and this moment where there is none."""
        at = now()
        query = sa.select(_counters.c.count, _counters.c.expires_at).where(
            _counters.c.key == _hashed(key), _counters.c.expires_at > at
        )
        token = reading.set(True)  # waits for no writer
        try:
            with db.engine.connect() as connection:
                row = connection.execute(query).first()
        finally:
            reading.reset(token)
        return (row[0], row[1].timestamp()) if row else (0, at.timestamp())


class SharedStorage(Storage):
    """A storage that may be away, before the one that is always there. Every wait has its end."""

    STORAGE_SCHEME = [f"{SHARED}{scheme}" for scheme in SCHEMES]

    def __init__(self, uri: str, wrap_exceptions: bool = False, **options: Any) -> None:
        from redis.backoff import NoBackoff  # of the extra: only where it is asked for
        from redis.retry import Retry

        waits: dict[str, Any] = {
            "socket_timeout": TIMEOUT,
            "socket_connect_timeout": TIMEOUT,
            "retry": Retry(NoBackoff(), 0),  # the database is asked instead
        }
        self.first = storage_from_string(uri.removeprefix(SHARED), **waits | options)
        self.second = DatabaseStorage()
        self.away_until = 0.0  # of time.monotonic()
        super().__init__(uri, wrap_exceptions=wrap_exceptions)

    @property
    def base_exceptions(self) -> type[Exception]:
        return sa.exc.SQLAlchemyError

    def _ask(self, name: str, *values: Any) -> Any:
        if time.monotonic() >= self.away_until:
            first: Callable[..., Any] = getattr(self.first, name)
            try:
                return first(*values)
            except (self.first.base_exceptions, OSError):  # type: ignore[misc]  # one or several
                self.away_until = time.monotonic() + PAUSE
                log.exception("rate limits: the storage is away, the database counts meanwhile")
        return getattr(self.second, name)(*values)

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        return int(self._ask("incr", key, expiry, amount))

    def get(self, key: str) -> int:
        return int(self._ask("get", key))

    def get_expiry(self, key: str) -> float:
        return float(self._ask("get_expiry", key))

    def check(self) -> bool:
        return bool(self._ask("check"))

    def reset(self) -> int | None:
        count: int | None = self._ask("reset")
        return count

    def clear(self, key: str) -> None:
        self._ask("clear", key)


def purge(at: datetime) -> int:
    """Timed job: forget the windows that are over. Commits."""
    gone = db.session.execute(sa.delete(_counters).where(_counters.c.expires_at <= at))
    db.session.commit()
    count: int = gone.rowcount  # type: ignore[attr-defined]  # of a DELETE
    return count


@contextmanager
def _beside_the_request() -> Iterator[sa.Connection]:
    """Open a short unit of work beside that of the request, which may be rolled back or run again.

    On SQLite there is one writer: where the request has written already, it counts for itself.
    """
    with without_write_lock() as free:
        if not free:
            yield db.session.connection()
            return
        token = reading.set(False)
        try:
            with db.engine.connect() as connection:
                connection = connection.execution_options(**{BESIDE: True})
                with connection.begin():
                    yield connection
        finally:
            reading.reset(token)


def _dialect(connection: sa.Connection) -> Any:
    return sqlite if connection.dialect.name == "sqlite" else postgresql


def _hashed(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
