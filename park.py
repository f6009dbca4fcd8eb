"""The park's register: which enterprises are the park's. Imported from a file, again and again."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from flask_babel import gettext
from openpyxl.cell.cell import ERROR_CODES
from sqlalchemy.dialects import postgresql, sqlite

import credit_codes
import sheets
from clock import now
from database import db
from models import ParkEnterprise, User
from workflows import engine

CHUNK = 1_000  # lines in one statement
HEADING_WITHIN = 10  # lines: titles may stand above the headings
LONGEST = {"name": 200, "address": 200, "legal_person": 64}
REQUIRED = ("credit_code", "name")
# field -> the headings it goes by: the Chinese one first, then the English one
COLUMNS: dict[str, list[str]] = json.loads(
    (Path(__file__).parent / "data" / "register_columns.json").read_text(encoding="utf-8")
)
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_table: Any = ParkEnterprise.__table__

Values = dict[str, str | None]
Watch = Callable[[list[Any]], Iterable[Any]]


@dataclass(frozen=True, slots=True)
class Line:
    """What one line of the file says, as found."""

    number: int
    cells: Mapping[str, Any]


@dataclass(slots=True)
class Report:
    """What became of the lines: counts, and which were refused or look odd, and why."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)
    remarks: list[tuple[int, str]] = field(default_factory=list)  # taken all the same

    @property
    def taken(self) -> int:
        return self.added + self.updated + self.unchanged


def read(stream: IO[bytes]) -> Iterator[Line]:
    """Yield the lines of a register file (xlsx or csv), whatever the order of its columns.

    Raises:
        sheets.Unreadable: no table, or without a column for the credit code or the name.
    """
    rows = sheets.read(stream)
    places = _headings(rows)
    for number, cells in rows:
        found = {name: cells[at] if at < len(cells) else None for name, at in places.items()}
        if any(cell not in (None, "") for cell in found.values()):
            yield Line(number, found)


def _headings(rows: Iterator[sheets.Row]) -> dict[str, int]:
    """Return where each field stands, from the first line that names all required ones."""
    known = {_plain(title): name for name, titles in COLUMNS.items() for title in titles}
    for count, (_number, cells) in enumerate(rows, start=1):
        places: dict[str, int] = {}
        for at, cell in enumerate(cells):
            name = known.get(_plain(cell))
            if name:
                places.setdefault(name, at)
        if all(name in places for name in REQUIRED):
            return places
        if count == HEADING_WITHIN:
            break
    raise sheets.Unreadable(
        gettext(
            "No headings were found. The first line needs at least the columns %(columns)s.",
            columns=", ".join(f"{COLUMNS[name][0]} ({COLUMNS[name][1]})" for name in REQUIRED),
        )
    )


def _plain(cell: Any) -> str:
    text = unicodedata.normalize("NFKC", str(cell or "")).casefold()
    return "".join(text.split()).strip("*:").replace("_", "")


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
        source: the name of the file, for the journal.

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
    counts = {"added": report.added, "updated": report.updated, "unchanged": report.unchanged}
    # one event for the whole register: it has no row of its own
    engine.note(
        ParkEnterprise(id=0),
        "import",
        actor,
        changes=counts | {"bad": len(report.bad), "file": source[:200]},
    )
    return report


def _checked(lines: Iterable[Line], report: Report) -> dict[str, Values]:
    """Return the good lines by credit code; the others go to `report`."""
    good: dict[str, Values] = {}
    first: dict[str, int] = {}
    for line in lines:
        try:
            code = credit_codes.read(_code(line.cells["credit_code"]))
            values: Values = {"credit_code": code.code}
            for name in line.cells.keys() - {"credit_code"}:
                values[name] = _value(name, line.cells[name])
        except ValueError as error:  # InvalidCreditCode is one
            report.bad.append((line.number, str(error)))
            continue
        if code.code in good:
            words = gettext("The same credit code stands on line %(line)s.", line=first[code.code])
            report.bad.append((line.number, words))
            continue
        if code.remark:
            report.remarks.append((line.number, code.remark))
        good[code.code], first[code.code] = values, line.number
    return good


def _code(cell: Any) -> str:
    """Return the text of a credit code cell.

    Raises:
        ValueError: it is empty, or a spreadsheet made a number of it.
    """
    if isinstance(cell, int | float) or (isinstance(cell, str) and _rounded(cell)):
        raise ValueError(
            gettext(
                "The spreadsheet turned the credit code into a number, and its last digits are "
                "lost. Format the column as text and type the code again."
            )
        )
    text = _text(cell)
    if not text:
        raise ValueError(gettext("The credit code is missing."))
    return text


def _rounded(text: str) -> bool:
    """Whether `text` is how a spreadsheet writes a long number: 9.13206E+17."""
    mantissa, mark, power = text.strip().upper().partition("E+")
    return bool(mark) and power.isdigit() and mantissa.replace(".", "", 1).isdigit()


def _value(name: str, cell: Any) -> str | None:
    """Return the text of another cell, None where it is empty.

    Raises:
        ValueError: it is too long, a formula, or empty though required.
    """
    text = _text(cell)
    if not text and name in REQUIRED:
        raise ValueError(gettext("The name of the enterprise is missing."))
    if len(text) > LONGEST[name]:
        raise ValueError(
            gettext(
                "%(column)s: longer than %(count)s characters.",
                column=COLUMNS[name][0],
                count=LONGEST[name],
            )
        )
    return text or None


def _text(cell: Any) -> str:
    """Return a cell as one line of text.

    Raises:
        ValueError: it holds a formula, or the error a formula left.
    """
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = "" if cell is None else str(cell)
    text = "".join(
        " " if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in text
    )
    text = " ".join(text.split())
    if text.startswith("=") or text in ERROR_CODES:
        raise ValueError(gettext("A formula stands here instead of a value: %(text)s", text=text))
    return text


def _write(chunk: list[Values], report: Report) -> None:
    """Write the enterprises that are new or differ, in one statement."""
    fields = [name for name in chunk[0] if name != "credit_code"]
    rows = db.session.execute(
        sa.select(_table.c.credit_code, *(_table.c[name] for name in fields)).where(
            _table.c.credit_code.in_([values["credit_code"] for values in chunk])
        )
    )
    known = {row.credit_code: dict(row._mapping) for row in rows}
    fresh = [values for values in chunk if values["credit_code"] not in known]
    changed = [
        values
        for values in chunk
        if values["credit_code"] in known and known[str(values["credit_code"])] != values
    ]
    report.added += len(fresh)
    report.updated += len(changed)
    report.unchanged += len(chunk) - len(fresh) - len(changed)
    if not fresh and not changed:
        return
    dialect = postgresql if db.engine.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(_table)
    # in the order of the codes: two imports at once wait for each other instead of deadlocking
    wanted = sorted(fresh + changed, key=lambda values: str(values["credit_code"]))
    db.session.execute(
        insert.on_conflict_do_update(
            index_elements=["credit_code"],
            set_={name: insert.excluded[name] for name in fields}
            | {"updated_at": insert.excluded.updated_at, "version": _table.c.version + 1},
        ),
        [values | {"updated_at": now()} for values in wanted],
    )


def template(language: str) -> bytes:
    """Return an empty register as xlsx, its headings in Chinese or, for "en", in English."""
    which = 1 if language.startswith("en") else 0
    return sheets.as_xlsx(titles[which] for titles in COLUMNS.values())
