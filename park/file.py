"""The file of the park's register: which column is which, and what a cell says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from flask_babel import gettext

from forms import credit_code
from spreadsheets import cells as spreadsheets_cells
from spreadsheets import files

LONGEST = {"name": 200, "address": 200, "legal_person": 64}
REQUIRED = ("credit_code", "name")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# field -> the headings it goes by: the Chinese one first, then the English one
COLUMNS: dict[str, list[str]] = json.loads(
    (Path(__file__).resolve().parent.parent / "data" / "register_columns.json").read_text(
        encoding="utf-8"
    )
)


@dataclass(frozen=True, slots=True)
class Line:
    """What one line of the file says, as found."""

    number: int
    cells: Mapping[str, Any]


def read(stream: IO[bytes]) -> Iterator[Line]:
    """Yield the lines of a register file (xlsx or csv), whatever the order of its columns.

    Raises:
        sheets.Unreadable: no table, or without a column for the credit code or the name.
    """
    rows = spreadsheets_cells.read(stream)
    places = spreadsheets_cells.headings(rows, COLUMNS, REQUIRED)
    for number, cells in spreadsheets_cells.by_name(rows, places):
        yield Line(number, cells)


def checked(line: Line) -> tuple[credit_code.CreditCode, dict[str, str | None]]:
    """Return the credit code of a line, and its other columns.

    Raises:
        ValueError: something is wrong with it; the text says what.
    """
    code = credit_code.read(_code(line.cells["credit_code"]))
    others = line.cells.keys() - {"credit_code"}
    return code, {name: _value(name, line.cells[name]) for name in others}


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
    text = spreadsheets_cells.text(cell)
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
    text = spreadsheets_cells.text(cell)
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


def template(language: str) -> bytes:
    """Return an empty register as xlsx, its headings in Chinese or, for "en", in English."""
    which = 1 if language.startswith("en") else 0
    return files.as_xlsx(titles[which] for titles in COLUMNS.values())
