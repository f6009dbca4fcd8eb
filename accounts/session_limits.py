"""Session timeouts: how long a session lasts idle, and at all, by the kind of account.

The limits are settings of the panel. They are read in the query that loads the person, so that a
shorter limit holds at once, for sessions that began before it as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import sqlalchemy as sa

from content import settings
from models import SessionEnd, SiteSetting

KEYS = (
    "session_idle_staff",
    "session_whole_staff",
    "session_idle_others",
    "session_whole_others",
    "session_remember",
)
_setting = SiteSetting.__table__.c
# the settings that differ from their defaults, as "key=value,key=value"; NULL for none
STORED = (
    sa.select(sa.func.aggregate_strings(_setting.key + sa.literal("=") + _setting.value, ","))
    .where(_setting.key.in_(KEYS))
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts; `idle` is None where it is remembered."""

    idle: timedelta | None
    whole: timedelta

    def ends_at(self, began: datetime, last_seen: datetime) -> datetime:
        """Return when the session is over, unless it is used before."""
        end = began + self.whole
        return end if self.idle is None else min(end, last_seen + self.idle)

    def over(self, began: datetime, last_seen: datetime, at: datetime) -> SessionEnd | None:
        """Return why the session is over at `at`, or None: it goes on."""
        if at >= began + self.whole:
            return SessionEnd.EXPIRED
        if self.idle is not None and at >= last_seen + self.idle:
            return SessionEnd.IDLE
        return None


def of(stored: str | None, *, staff: bool, remembered: bool) -> Limits:
    """Return the limits in force.

    Args:
        stored: what `STORED` selects.
        staff: whether the person works for the platform; then nothing is remembered.
        remembered: whether they asked to stay signed in.
    """
    values = _values(stored)
    if staff:
        return Limits(
            timedelta(minutes=values["session_idle_staff"]),
            timedelta(hours=values["session_whole_staff"]),
        )
    if remembered and values["session_remember"]:
        return Limits(None, timedelta(days=values["session_remember"]))
    return Limits(
        timedelta(hours=values["session_idle_others"]),
        timedelta(days=values["session_whole_others"]),
    )


def remembers(stored: str | None) -> bool:
    """Whether "stay signed in on this device" is offered."""
    return bool(_values(stored)["session_remember"])


@lru_cache(maxsize=8)  # nearly every request finds those of the one before
def _values(stored: str | None) -> dict[str, int]:
    found = dict(pair.split("=", 1) for pair in stored.split(",")) if stored else {}
    return {key: settings.SETTINGS[key].read(found.get(key)) for key in KEYS}
