"""Import and export of the catalogue of regular products (常规产品) as a spreadsheet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

import labels
from core.database import db
from models import CatalogueItem, Category, EventName, User
from spreadsheets import cells as spreadsheets_cells
from spreadsheets import files
from spreadsheets.cells import Report
from workflows import engine
from workflows.catalogue.lines import Book, checked, known, path_of, text_of
from workflows.catalogue.retiring import lock_listings, set_retired

DATA = Path(__file__).resolve().parents[2] / "data"
# column -> its headings: the Chinese one first, then the English one
COLUMNS: dict[str, list[str]] = json.loads(
    (DATA / "catalogue_columns.json").read_text(encoding="utf-8")
)
REQUIRED = ("category", "name")


def export(language: str) -> bytes:
    """Return the whole catalogue as xlsx, in the form that `import_catalogue` reads."""
    items = db.session.scalars(
        sa.select(CatalogueItem)
        .options(joinedload(CatalogueItem.category).joinedload(Category.parent))
        .order_by(CatalogueItem.category_id, CatalogueItem.id)
    )
    return files.as_xlsx(_headings(language), (_cells(item) for item in items))


def template(language: str) -> bytes:
    """Return an empty catalogue as xlsx, its headings in Chinese or, for "en", in English."""
    return files.as_xlsx(_headings(language))


def _headings(language: str) -> list[str]:
    which = 1 if language.startswith("en") else 0
    return [titles[which] for titles in COLUMNS.values()]


def count() -> int:
    """Return how many regular products there are: the rows of an export."""
    return db.session.scalar(sa.select(sa.func.count(CatalogueItem.id))) or 0


def _cells(item: CatalogueItem) -> list[object]:
    return [
        item.id,
        path_of(item.category),
        item.name,
        item.covers,
        item.duration,
        labels.label(item.price_kind),
        "" if item.price_from is None else item.price_from,
        "" if item.price_to is None else item.price_to,
        item.price_unit,
        item.documents,
        gettext("Yes") if item.retired else gettext("No"),
    ]


def import_catalogue(stream: IO[bytes], actor: User, source: str = "") -> Report:
    """Add the products of a file to the catalogue, or bring known ones up to date.

    A known one is found by its number, else by category and name. A bad line is reported and the
    others are taken; a column that the file lacks is left alone. The caller commits.

    Raises:
        sheets.Unreadable: no table, or without a column for the category or the name.
    """
    rows = spreadsheets_cells.read(stream)
    places = spreadsheets_cells.headings(rows, COLUMNS, REQUIRED)
    lines = [
        (number, {name: cells[at] if at < len(cells) else None for name, at in places.items()})
        for number, cells in rows
    ]
    if "retired" in places:
        engine.lock_where(CatalogueItem, sa.true())
        lock_listings()
    report, book, seen = Report(), Book(), dict[int, int]()
    turned: dict[bool, list[CatalogueItem]] = {True: [], False: []}
    for number, cells in lines:
        try:
            _take(cells, book, seen, number, actor, report, turned)
        except ValueError as error:
            report.bad.append((number, str(error)))
    for retired, items in turned.items():  # together: who lists several is notified once
        for start in range(0, len(items), engine.CHUNK):
            set_retired(items[start : start + engine.CHUNK], retired, actor)
    engine.note(  # one event for the whole file, beside those of the rows that changed
        CatalogueItem(id=0),
        EventName.IMPORTED,
        actor,
        changes=report.counts | {"file": source[:200]},
    )
    return report


def _take(
    cells: dict[str, Any],
    book: Book,
    seen: dict[int, int],
    number: int,
    actor: User,
    report: Report,
    turned: Mapping[bool, list[CatalogueItem]],
) -> None:
    """Check one line and write it; what it takes out of the catalogue, or puts back, is `turned`.

    Raises:
        ValueError: something is wrong with it; the text says what.
    """
    texts = {name: text_of(cell) for name, cell in cells.items()}
    category = book.category(texts["category"])
    item = known(texts, category, book)
    if item is not None and item.id in seen:
        raise ValueError(gettext("The same product stands on line %(line)s.", line=seen[item.id]))
    values = checked(texts, category, item)
    retired = values.pop("retired", None)
    fresh = item is None
    try:
        with db.session.begin_nested():  # a clash of names must not sink the other lines
            if item is None:
                item = CatalogueItem(**values, retired=bool(retired))
                db.session.add(item)
                db.session.flush()
                engine.note(item, EventName.CREATED, actor)
                changed = True
            else:
                changed = bool(engine.edit(item, actor, values))
            db.session.flush()
    except IntegrityError as error:
        raise ValueError(gettext("This category has a product of this name already.")) from error
    book.items[item.id] = book.named[(item.category_id, item.name)] = item
    seen[item.id] = number
    if retired is not None and retired != item.retired:
        turned[retired].append(item)
        changed = True
    if fresh:
        report.added += 1
    else:
        report.updated += changed
        report.unchanged += not changed
