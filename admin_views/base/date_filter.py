"""List filter by a range of days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask_babel import get_timezone, lazy_gettext

from admin_views.base.filters import Condition, Control
from admin_views.base.rows import RowsView


@dataclass(frozen=True, slots=True)
class DateRangeFilter:
    """A column of moments or days, from one day to another, both included, as read here."""

    name: str
    label: Any = None

    @property
    def parameters(self) -> tuple[str, ...]:
        return (f"{self.name}_from", f"{self.name}_to")

    def read(self, args: Mapping[str, str]) -> dict[str, str]:
        return {name: args[name] for name in self.parameters if _day(args.get(name)) is not None}

    def conditions(self, view: RowsView, values: Mapping[str, str]) -> list[Condition]:
        column = getattr(view.model, self.name)
        moments = not isinstance(column.type, sa.Date)
        start, end = self.parameters
        found = []
        if (day := _day(values.get(start))) is not None:
            found.append(column >= (_midnight(day) if moments else day))
        if (day := _day(values.get(end))) is not None:
            following = day + timedelta(days=1)
            found.append(column < (_midnight(following) if moments else following))
        return found

    def controls(self, view: RowsView, values: Mapping[str, str]) -> list[Control]:
        label = self.label or view.label_of(self.name)
        start, end = self.parameters
        since = lazy_gettext("%(column)s from", column=label)
        until = lazy_gettext("%(column)s to", column=label)
        return [
            Control(start, since, "date", values.get(start, "")),
            Control(end, until, "date", values.get(end, "")),
        ]


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2999 else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(str(get_timezone())))
