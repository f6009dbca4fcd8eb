"""Import of consultants from a spreadsheet: columns, lines, and the errors of each line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from core.database import db
from forms.contact import half_width
from models import Category, Institution, User
from spreadsheets import cells as spreadsheets_cells
from spreadsheets import files
from workflows.consultant.forms import NoteForm, person_form
from workflows.consultant.notes import add

MOST_LINES = 500
REQUIRED = ("name", "email")
SEPARATORS = re.compile(r"[、,;]")  # once full-width signs are plain ones
DATA = Path(__file__).resolve().parents[2] / "data"
# field -> the headings it goes by: the Chinese one first, then the English one
COLUMNS: dict[str, list[str]] = json.loads(
    (DATA / "consultant_columns.json").read_text(encoding="utf-8")
)
# what a line says of its one qualification, and where the form asks for it
ROW = {
    "qualification": "qualifications-0-name",
    "number": "qualifications-0-number",
    "issuer": "qualifications-0-issuer",
    "valid_until": "qualifications-0-valid_until",
}

Line = tuple[int, dict[str, Any]]


@dataclass(slots=True)
class Report:
    """What became of the lines: how many were added, and which were refused, and why."""

    added: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)


def read(stream: IO[bytes]) -> list[Line]:
    """Return the lines of a file (xlsx or csv), whatever the order of its columns.

    Raises:
        sheets.Unreadable: no table, without a needed column, or with too many lines.
    """
    rows = spreadsheets_cells.read(stream)
    places = spreadsheets_cells.headings(rows, COLUMNS, REQUIRED)
    lines = list(islice(spreadsheets_cells.by_name(rows, places), MOST_LINES + 1))
    if len(lines) > MOST_LINES:
        raise spreadsheets_cells.Unreadable(
            gettext("The file has more than %(count)s lines.", count=MOST_LINES)
        )
    return lines


def template(language: str) -> bytes:
    """Return an empty file as xlsx, its headings in Chinese or, for "en", in English."""
    which = 1 if language.startswith("en") else 0
    return files.as_xlsx(titles[which] for titles in COLUMNS.values())


def import_lines(institution: Institution, lines: Iterable[Line], actor: User) -> Report:
    """Add the consultants of `lines`; a bad line is reported and the others are taken.

    The caller commits.

    Raises:
        PermissionError: the actor does not own the institution.
    """
    known = {
        half_width(name).casefold(): category.id
        for category in db.session.scalars(sa.select(Category).where(~Category.retired))
        for name in (category.name, category.name_en)
    }
    report = Report()
    for number, cells in lines:
        try:
            form = person_form(NoteForm, MultiDict(_sent(cells, known)), None)
            if not form.validate():
                raise ValueError(" ".join(_errors_of(form)))
            add(institution, form, actor)
        except ValueError as error:
            report.bad.append((number, str(error)))
        else:
            report.added += 1
    return report


def _sent(cells: dict[str, Any], known: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Yield what the line would have sent as a form.

    Raises:
        ValueError: a formula, or a speciality that the platform does not know.
    """
    for name, cell in cells.items():
        if name == "specialities":
            for category_id in _specialities(spreadsheets_cells.text(cell), known):
                yield name, str(category_id)
        elif name == "valid_until":
            yield ROW[name], _day(cell)
        else:
            yield ROW.get(name, name), spreadsheets_cells.text(cell)


def _specialities(words: str, known: dict[str, int]) -> Iterator[int]:
    for name in (part.strip() for part in SEPARATORS.split(half_width(words))):
        if not name:
            continue
        if name.casefold() not in known:
            raise ValueError(gettext("This platform has no speciality “%(name)s”.", name=name))
        yield known[name.casefold()]


def _day(cell: Any) -> str:
    """Return a cell as a day that the form reads: a date, or 2030/12/31, or 2030.12.31."""
    if isinstance(cell, datetime | date):
        return f"{cell:%Y-%m-%d}"
    parts = re.fullmatch(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D?", spreadsheets_cells.text(cell))
    return f"{parts[1]}-{parts[2]:0>2}-{parts[3]:0>2}" if parts else spreadsheets_cells.text(cell)


def _errors_of(form: NoteForm) -> Iterator[str]:
    """Yield what is wrong with the fields of a line."""
    rows = [row.form for row in form.qualifications]
    for part in (form, *rows):
        for control in part:
            if control.errors and control is not form.qualifications:
                yield f"{control.label.text}: {' '.join(map(str, control.errors))}"
