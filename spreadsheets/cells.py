"""Reading spreadsheets that people upload: xlsx and csv of any origin, trusted in nothing.

What a file is shows in its first bytes, not in its name.
"""

from __future__ import annotations

import codecs
import csv
import io
import time
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from flask_babel import gettext

from forms import text as typed

LARGEST_FILE = 20 * 1024 * 1024  # bytes
LARGEST_UNPACKED = 150 * 1024 * 1024  # bytes, all parts of an xlsx together
LARGEST_WORDS = (
    40 * 1024 * 1024
)  # bytes of any part but a sheet: they are read before the first line
UNPACKS_TO = 100  # times the size of the file, beyond what is small anyway
SMALL = 5 * 1024 * 1024  # bytes
MOST_PARTS = 500
MOST_CELLS = 3_000_000
MOST_SECONDS = 20.0  # of processor time, for reading alone
LONGEST_LINE = 200_000  # characters of a csv file
MOST_LINES = 200_000
MOST_COLUMNS = 64
HEADING_WITHIN = 10  # lines: titles may stand above the headings
DELIMITERS = ",;\t"
# what a formula leaves where it fails, in Excel and everything that follows it
ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})
ZIP, OLE = b"PK", b"\xd0\xcf\x11\xe0"

Row = tuple[int, list[Any]]


@dataclass(slots=True)
class Report:
    """What became of the lines of an imported file: counts, and which were refused, and why."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)

    @property
    def taken(self) -> int:
        return self.added + self.updated + self.unchanged

    @property
    def counts(self) -> dict[str, int]:
        """The figures, as the audit log has them."""
        return {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "bad": len(self.bad),
        }


class Unreadable(ValueError):
    """The file is no table that can be read. Its text says why, in the reader's language."""


def read(stream: IO[bytes]) -> Iterator[Row]:
    """Yield the lines of an xlsx (its first sheet) or csv file with their numbers, from 1.

    Cells of xlsx come as text, numbers or dates (formulas as their last result), those of csv as
    text. Wholly empty lines are left out.

    Raises:
        Unreadable: too large, or neither an xlsx nor a csv file.
    """
    data = stream.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise Unreadable(gettext("The file is larger than %(size)s MB.", size=LARGEST_FILE >> 20))
    if not data.strip():
        raise Unreadable(gettext("The file is empty."))
    if data.startswith(OLE):
        raise Unreadable(
            gettext("This is the old Excel format or a locked file. Save it as .xlsx or .csv.")
        )
    lines = _in_time(_xlsx(data) if data.startswith(ZIP) else _csv(_text(data)))
    found = 0
    for count, (line, cells) in enumerate(lines):
        found += len(cells)
        if count >= MOST_LINES:
            raise Unreadable(gettext("The file has more than %(count)s lines.", count=MOST_LINES))
        if found > MOST_CELLS:
            raise Unreadable(gettext("The file has more than %(count)s cells.", count=MOST_CELLS))
        if any(cell not in (None, "") for cell in cells):
            yield line, cells


def _in_time(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the same rows, as long as reading them takes less than MOST_SECONDS.

    Raises:
        Unreadable: it takes longer. What is done with the rows meanwhile does not count.
    """
    spent = 0.0
    while True:
        begun = time.thread_time()
        row = next(rows, None)
        spent += time.thread_time() - begun
        if row is None:
            return
        if spent > MOST_SECONDS:
            raise Unreadable(gettext("The file takes too long to read. Split it."))
        yield row


def headings(
    rows: Iterator[Row], columns: Mapping[str, Sequence[str]], needed: Sequence[str]
) -> dict[str, int]:
    """Return where each field stands, from the first line that names all that are `needed`.

    Args:
        rows: what `read` yields; the lines up to the headings are used up.
        columns: {field: the headings it goes by}, the one in Chinese first, then the English one.
        needed: fields without which the table makes no sense.

    Raises:
        Unreadable: there are no such headings.
    """
    known = {_plain(title): name for name, titles in columns.items() for title in titles}
    for count, (_number, cells) in enumerate(rows, start=1):
        places: dict[str, int] = {}
        for at, cell in enumerate(cells):
            name = known.get(_plain(cell))
            if name:
                places.setdefault(name, at)
        if all(name in places for name in needed):
            return places
        if count == HEADING_WITHIN:
            break
    raise Unreadable(
        gettext(
            "No headings were found. The first line needs at least the columns %(columns)s.",
            columns=", ".join(f"{columns[name][0]} ({columns[name][1]})" for name in needed),
        )
    )


def by_name(rows: Iterator[Row], places: Mapping[str, int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the lines below the headings, cells by field; lines without any are left out."""
    for number, cells in rows:
        found = {name: cells[at] if at < len(cells) else None for name, at in places.items()}
        if any(cell not in (None, "") for cell in found.values()):
            yield number, found


def _plain(cell: Any) -> str:
    words = unicodedata.normalize("NFKC", str(cell or "")).casefold()
    return "".join(words.split()).strip("*:").replace("_", "")


def text(cell: Any) -> str:
    """Return a cell as one line of text.

    Raises:
        ValueError: it holds a formula, or the error a formula left.
    """
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    words = "" if cell is None else str(cell)
    words = " ".join(typed.name(words).split())
    if words.startswith("=") or words in ERRORS:
        raise ValueError(gettext("A formula stands here instead of a value: %(text)s", text=words))
    return words


def _xlsx(data: bytes) -> Iterator[Row]:
    import openpyxl  # takes long to load, and few requests bring a workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
        if not _bearable(parts, len(data)):
            raise Unreadable(gettext("The file unpacks to more than this site reads."))
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size is often wrong
        rows = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
        for line, cells in enumerate(rows, start=1):
            yield line, list(cells)
    except Unreadable:
        raise
    except Exception as error:  # a broken file makes openpyxl raise whatever its parsers met
        raise Unreadable(gettext("This is not an Excel file (.xlsx) that can be read.")) from error


def _bearable(parts: Sequence[zipfile.ZipInfo], packed: int) -> bool:
    """Whether an archive unpacks to no more than is read; no part is longer than it declares."""
    unpacked = sum(part.file_size for part in parts)
    words = (part.file_size for part in parts if "worksheets/" not in part.filename)
    return (
        len(parts) <= MOST_PARTS
        and unpacked <= min(LARGEST_UNPACKED, max(SMALL, packed * UNPACKS_TO))
        and max(words, default=0) <= LARGEST_WORDS
    )


def _text(data: bytes) -> str:
    encodings = ["utf-8-sig", "gb18030"]  # what Excel in Chinese saves without being asked
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(gettext("This is neither an Excel file (.xlsx) nor a table as text (.csv)."))


def _short(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a csv file.

    Raises:
        Unreadable: one is so long that no table has it.
    """
    for line in lines:
        if len(line) > LONGEST_LINE:
            raise Unreadable(
                gettext("A line of the file has more than %(count)s signs.", count=LONGEST_LINE)
            )
        yield line


def _csv(text: str) -> Iterator[Row]:
    opening = text[:4096]
    delimiter = max(DELIMITERS, key=opening.count)
    reader = csv.reader(_short(io.StringIO(text, newline="")), delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            yield line, list(cells[:MOST_COLUMNS])
            line = reader.line_num + 1  # a quoted cell may run over several lines
    except csv.Error as error:
        raise Unreadable(
            gettext("Line %(line)s of the csv file cannot be read.", line=line)
        ) from error
