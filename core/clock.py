"""The clock: the current moment in UTC, and the day that it is in the park (Asia/Shanghai).

Rules and models ask here, so a test can set the time instead of sleeping.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARK = ZoneInfo("Asia/Shanghai")  # where days begin and end

_frozen: ContextVar[datetime | None] = ContextVar("frozen_now", default=None)


def now() -> datetime:
    """Return the current moment, timezone-aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def park_day(when: date | datetime) -> date:
    """Return the day that it is in the park at `when`; a date is returned as it is."""
    return when.astimezone(PARK).date() if isinstance(when, datetime) else when


def park_today() -> date:
    """Return the day that it is in the park."""
    return park_day(now())


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Make `now()` return `at` (timezone-aware) within the block."""
    token = _frozen.set(at)
    try:
        yield
    finally:
        _frozen.reset(token)
