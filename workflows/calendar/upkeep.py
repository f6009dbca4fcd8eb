"""Upkeep of the holiday table: published days are added, who runs the system is warned in time.

The State Council publishes the holidays of a year in the late autumn before; a release of
`chinesecalendar` follows within days. From 1 December on everybody who runs the system is notified
once that the next year is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.clock import park_day
from core.database import db
from models import Duty, Notification
from workdays import holidays
from workflows.confirmation import effects as confirmation_effects
from workflows.engine import notices as engine_notices
from workflows.engine.notices import HoldersOf, Notice

DECEMBER = 12
TEMPLATE = "holidays_missing"
PASTE = "/admin/holiday/paste/"


@dataclass(frozen=True, slots=True)
class MissingYear:
    """A year without holidays; in place of a row, for `notices.notify`."""

    year: int

    @property
    def id(self) -> int:
        return self.year

    @property
    def version(self) -> int:
        """Each of them is warned once of a year."""
        return 1


def missing_years(at: datetime) -> list[int]:
    """Return the years whose holidays are missing though they are due: this one, and from 1
    December the next."""
    today = park_day(at)
    years = [today.year] + [today.year + 1] * (today.month == DECEMBER)
    known = holidays.known_years(years)
    return [year for year in years if year not in known]


def keep_filled(at: datetime) -> int:
    """Add the published days that are missing, then warn of a year that still is; return how many
    days and warnings. Commits."""
    report = holidays.load_published()
    if report.added:
        confirmation_effects.follow_calendar()
    missing = [MissingYear(year) for year in missing_years(at)]
    before = _notified()
    if missing:
        engine_notices.notify("holiday", TO_WHO_RUNS_THE_SYSTEM, missing, _context, {})
    db.session.commit()
    return report.added + _notified() - before


def _notified() -> int:
    mine = Notification.template == TEMPLATE
    count = sa.select(sa.func.count(Notification.id)).where(mine)
    return db.session.scalar(count.execution_options(unguarded=True)) or 0


def _context(rows: Sequence[MissingYear]) -> dict[int, dict[str, Any]]:
    return {row.id: {"year": str(row.year)} for row in rows}


TO_WHO_RUNS_THE_SYSTEM = Notice(
    template=TEMPLATE,
    kind=None,  # without the calendar every deadline is wrong
    recipients=HoldersOf(Duty.SYSTEM),
    link=lambda _row: PASTE,
    each=True,  # its key says that this year was warned of
)
