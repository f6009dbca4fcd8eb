"""Tables written: csv and xlsx that spreadsheet programs open, safe from CSV injection."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

# what a spreadsheet program would run or follow
LIVE = ("=", "+", "-", "@", "\t", "\r")


def inert(value: str) -> str:
    """Return `value` so that no spreadsheet program takes it for a formula."""
    return "'" + value if value.startswith(LIVE) else value


def as_csv(rows: Iterable[Iterable[object]]) -> bytes:
    """Return `rows` as csv that Excel opens in any language, safe from CSV injection."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows([inert(str(cell)) for cell in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")


def alive(value: str) -> str:
    """Return what `inert` was given: the mark before a formula is taken off again."""
    return value[1:] if value.startswith("'") and value[1:].startswith(LIVE) else value


def as_xlsx(headings: Iterable[str], rows: Iterable[Iterable[object]] = ()) -> bytes:
    """Return a workbook, free of live formulas, all columns as text so that no digit is lost."""
    import openpyxl  # takes long to load, and few requests ask for a workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    titles = list(headings)
    sheet.append(titles)
    for row in rows:
        sheet.append([inert(ILLEGAL_CHARACTERS_RE.sub("", str(cell))) for cell in row])
    for place in range(1, len(titles) + 1):
        column = sheet.column_dimensions[get_column_letter(place)]
        column.number_format, column.width = "@", 28
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
