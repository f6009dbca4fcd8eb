"""The one clock. Rules and models ask here, so a test can set the time instead of sleeping."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

PARK = ZoneInfo("Asia/Shanghai")  # where days begin and end

_frozen: ContextVar[datetime | None] = ContextVar("frozen_now", default=None)


def now() -> datetime:
    """Return the current moment, timezone-aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Make `now()` return `at` (timezone-aware) within the block."""
    token = _frozen.set(at)
    try:
        yield
    finally:
        _frozen.reset(token)
