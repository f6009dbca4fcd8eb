"""The park's register: which enterprises are the park's. Imported from a file, again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.dialects import postgresql, sqlite

from core.clock import now
from core.database import db
from models import (
    EventName,
    ParkEnterprise,
    User,
)
from park.file import COLUMNS, Line, checked, read, template
from spreadsheets import cells
from workflows import engine

__all__ = ["COLUMNS", "Line", "Report", "import_register", "read", "template"]

CHUNK = 1_000  # lines in one statement

_table: Any = ParkEnterprise.__table__

Values = dict[str, str | None]
Watch = Callable[[list[Any]], Iterable[Any]]


@dataclass(slots=True)
class Report(cells.Report):
    """As ever, and which lines seem odd."""

    remarks: list[tuple[int, str]] = field(default_factory=list)  # taken all the same


def import_register(
    lines: Iterable[Line], actor: User | None, *, watch: Watch = iter, source: str = ""
) -> Report:
    """Add the enterprises of `lines` to the register, or bring known ones up to date.

    A bad line is reported and the others are taken. A column that the file lacks is left alone.
    The whole file is read before the database is touched, so no lock waits for a parser. The
    caller commits.

    Args:
        lines: what `read` yields.
        actor: who imports; None on the command line.
        watch: wraps the list of enterprises to write, such as a progress bar.
        source: the name of the file, for the audit log.

    Returns:
        A Report.

    Raises:
        sheets.Unreadable: `lines` turn out to be no table.
    """
    report = Report()
    good = _checked(lines, report)
    chunk: list[Values] = []
    for values in watch(list(good.values())):
        chunk.append(values)
        if len(chunk) == CHUNK:
            _write(chunk, report)
            chunk = []
    if chunk:
        _write(chunk, report)
    # one event for the whole register: it has no row of its own
    engine.note(
        ParkEnterprise(id=0),
        EventName.IMPORTED,
        actor,
        changes=report.counts | {"file": source[:200]},
    )
    return report


def _checked(lines: Iterable[Line], report: Report) -> dict[str, Values]:
    """Return the good lines by credit code; the others go to `report`."""
    good: dict[str, Values] = {}
    first: dict[str, int] = {}
    for line in lines:
        try:
            code, values = checked(line)
        except ValueError as error:  # InvalidCreditCode is one
            report.bad.append((line.number, str(error)))
            continue
        if code.code in good:
            words = gettext("The same credit code stands on line %(line)s.", line=first[code.code])
            report.bad.append((line.number, words))
            continue
        if code.remark:
            report.remarks.append((line.number, code.remark))
        good[code.code] = values | {"credit_code": code.code}
        first[code.code] = line.number
    return good


def _write(chunk: list[Values], report: Report) -> None:
    """Write the enterprises that are new or differ, in one statement."""
    fields = [name for name in chunk[0] if name != "credit_code"]
    rows = db.session.execute(
        sa.select(_table.c.credit_code, *(_table.c[name] for name in fields)).where(
            _table.c.credit_code.in_([values["credit_code"] for values in chunk])
        )
    )
    known = {row.credit_code: dict(row._mapping) for row in rows}
    new = [values for values in chunk if values["credit_code"] not in known]
    changed = [
        values
        for values in chunk
        if values["credit_code"] in known and known[str(values["credit_code"])] != values
    ]
    report.added += len(new)
    report.updated += len(changed)
    report.unchanged += len(chunk) - len(new) - len(changed)
    if not new and not changed:
        return
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(_table)
    # in the order of the codes: two imports at once wait for each other instead of deadlocking
    wanted = sorted(new + changed, key=lambda values: str(values["credit_code"]))
    db.session.execute(
        insert.on_conflict_do_update(
            index_elements=["credit_code"],
            set_={name: insert.excluded[name] for name in fields}
            | {"updated_at": insert.excluded.updated_at, "version": _table.c.version + 1},
        ),
        [values | {"updated_at": now()} for values in wanted],
    )
