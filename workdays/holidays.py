"""The holiday table filled at once: the published public holidays, and what people paste.

The published days are those of `chinesecalendar`, as the State Council set them; a year that it
does not know yet is pasted by an administrator. What they entered, changed or removed wins.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import chinese_calendar as calendar
import click
import sqlalchemy as sa
from flask.cli import AppGroup
from flask_babel import gettext

from core.database import db
from forms.contact import half_width
from models import DayKind, Event, Holiday
from spreadsheets import cells as spreadsheets_cells
from workdays.calendar import SATURDAY

DATA = Path(__file__).resolve().parent.parent / "data"
LONGEST_NAME = 64
DAY = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})\D?")  # 2027-01-01, 2027/1/1, 20270101
Day = tuple[date, DayKind, str]

group = AppGroup("holidays", help="The calendar of working days.")


@dataclass(slots=True)
class Report:
    """How many days were written, and how many stood there already or say nothing new."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    years: set[int] = field(default_factory=set)


def says_something(day: date, kind: DayKind) -> bool:
    """Whether `kind` differs from what the weekday of `day` says by itself."""
    return (day.weekday() < SATURDAY) == (kind is DayKind.OFF)


def published() -> list[Day]:
    """Return the published days that their weekday does not say: (day, kind, name)."""
    names = json.loads((DATA / "holiday_names.json").read_text(encoding="utf-8"))
    off = [(day, DayKind.OFF, names.get(name, name)) for day, name in calendar.holidays.items()]
    worked = [(day, DayKind.WORK, names.get(name, name)) for day, name in calendar.workdays.items()]
    return sorted(day for day in off + worked if says_something(day[0], day[1]))


def known_years(years: Collection[int]) -> set[int]:
    """Return those of `years` whose holidays are in the table.

    The National Day in October is the last holiday of a year: who entered it entered the year.
    """
    found = db.session.scalars(
        sa.select(Holiday.day).where(
            Holiday.kind == DayKind.OFF,
            sa.or_(
                sa.false(),
                *(Holiday.day.between(date(year, 10, 1), date(year, 10, 31)) for year in years),
            ),
        )
    )
    return {day.year for day in found}


def read_text(text: str) -> list[Day]:
    """As `read_table`, of what was pasted: a day, what it is and its name on each line."""
    return read_table(spreadsheets_cells.read(io.BytesIO(half_width(text).encode())))


def read_table(lines: Iterable[spreadsheets_cells.Row]) -> list[Day]:
    """Return the days of a table: a day, what it is ("off" or "work"), and its name.

    A first line that names no day is taken for the headings.

    Raises:
        sheets.Unreadable: a line says no day, or not what it is; the words name the line.
    """
    words = json.loads((DATA / "holiday_words.json").read_text(encoding="utf-8"))
    kinds = {word: DayKind(kind) for kind, them in words.items() for word in them}
    found: list[Day] = []
    for place, (line, cells) in enumerate(lines):
        texts = [half_width(str(cell or "")).strip() for cell in cells]
        if len(texts) == 1:  # nothing but spaces between them
            texts = texts[0].split() or [""]
        day = _day(cells[0] if isinstance(cells[0], date) else texts[0])
        if day is None and place == 0:
            continue
        if day is None:
            raise spreadsheets_cells.Unreadable(
                gettext("Line %(line)s does not begin with a day.", line=line)
            )
        kind = kinds.get(texts[1].lower()) if len(texts) > 1 else None
        if kind is None:
            raise spreadsheets_cells.Unreadable(
                gettext("Line %(line)s does not say whether the day is off or worked.", line=line)
            )
        found.append((day, kind, " ".join(texts[2:]).strip()[:LONGEST_NAME]))
    if not found:
        raise spreadsheets_cells.Unreadable(gettext("No line begins with a day."))
    return found


def _day(cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    match = DAY.fullmatch(str(cell).strip())
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:  # the thirtieth of February
        return None


def store(days: Iterable[Day], *, overwrite: bool = True) -> Report:
    """Write `days` to the table, in the caller's unit of work.

    Args:
        days: (day, kind, name). A weekend that is off and a weekday that is worked are left out.
        overwrite: whether a day that stands there is changed.
    """
    known = {row.day: row for row in db.session.scalars(sa.select(Holiday))}
    report = Report()
    for day, kind, name in days:
        row = known.get(day)
        if row is None and says_something(day, kind):
            known[day] = Holiday(day=day, kind=kind, name=name)
            db.session.add(known[day])
            report.added += 1
        elif row is not None and overwrite and (row.kind, row.name) != (kind, name):
            row.kind, row.name = kind, name
            report.changed += 1
        else:
            report.unchanged += 1
        report.years.add(day.year)
    db.session.flush()
    return report


def load_published() -> Report:
    """Add the published days that are missing; what an administrator entered or removed stays."""
    removed = _removed()
    return store((day for day in published() if day[0] not in removed), overwrite=False)


def _removed() -> set[date]:
    """Return the days that an administrator took out of the table, by the audit log."""
    changes = db.session.scalars(
        sa.select(Event.changes)
        .where(Event.subject_type == Holiday.__tablename__, Event.name == "remove")
        .execution_options(unguarded=True)
    )
    return {date.fromisoformat(change["day"]) for change in changes if change.get("day")}


@group.command("load")
def load() -> None:
    """Add the published public holidays that are missing."""
    report = load_published()
    db.session.commit()
    years = f"{min(report.years)}-{max(report.years)}"
    click.echo(f"{years}: {report.added} days added, {report.unchanged} known.")
