"""The platform's catalogue of regular products (常规产品): retired, and carried in a file.

What is retired is offered no more: offers of it vanish from the storefront, and stand there again
as they were once it is back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from flask_babel import gettext, lazy_gettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

import labels
import sheets
from database import db
from forms import half_width
from locales import in_every_language
from models import CatalogueItem, Category, PriceKind, User
from workflows import engine
from workflows.catalogue_forms import CatalogueForm

# column -> its headings: the Chinese one first, then the English one
COLUMNS: dict[str, list[str]] = json.loads(
    (Path(__file__).parent.parent / "data" / "catalogue_columns.json").read_text(encoding="utf-8")
)
REQUIRED = ("category", "name")
PRICE = ("price_kind", "price_from", "price_to")


@dataclass(slots=True)
class Report:
    """What became of the lines of a file."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)


def set_retired(item: CatalogueItem, retired: bool, actor: User) -> None:
    """Take an item out of the catalogue or put it back, journaled; the caller commits."""
    if item.retired != retired:
        item.retired = retired
        item.version += 1
        engine.note(item, "retire" if retired else "restore", actor)


def export(language: str) -> bytes:
    """Return the whole catalogue as xlsx, in the form that `import_catalogue` reads."""
    which = 1 if language.startswith("en") else 0
    items = db.session.scalars(
        sa.select(CatalogueItem)
        .options(joinedload(CatalogueItem.category).joinedload(Category.parent))
        .order_by(CatalogueItem.category_id, CatalogueItem.id)
    )
    return sheets.as_xlsx(
        (titles[which] for titles in COLUMNS.values()), (_cells(item) for item in items)
    )


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


def path_of(category: Category) -> str:
    """Return how a file calls a category: "Upper/Lower"."""
    return f"{category.parent.name}/{category.name}" if category.parent else category.name


def import_catalogue(stream: IO[bytes], actor: User, source: str = "") -> Report:
    """Add the products of a file to the catalogue, or bring known ones up to date.

    A known one is found by its number, else by category and name. A bad line is reported and the
    others are taken; a column that the file lacks is left alone. The caller commits.

    Raises:
        sheets.Unreadable: no table, or without a column for the category or the name.
    """
    rows = sheets.read(stream)
    places = sheets.headings(rows, COLUMNS, REQUIRED)
    lines = [
        (number, {name: cells[at] if at < len(cells) else None for name, at in places.items()})
        for number, cells in rows
    ]
    report, book, seen = Report(), _Book(), dict[int, int]()
    for number, cells in lines:
        try:
            _take(cells, book, seen, number, actor, report)
        except ValueError as error:
            report.bad.append((number, str(error)))
    counts = {"added": report.added, "updated": report.updated, "unchanged": report.unchanged}
    engine.note(  # one event for the whole file, beside those of the rows that changed
        CatalogueItem(id=0),
        "import",
        actor,
        changes=counts | {"bad": len(report.bad), "file": source[:200]},
    )
    return report


class _Book:
    """What is known before the file is read: items by number and by name, categories by name."""

    def __init__(self) -> None:
        self.items = {item.id: item for item in db.session.scalars(sa.select(CatalogueItem))}
        self.named = {(item.category_id, item.name): item for item in self.items.values()}
        self.categories: dict[str, int | None] = {}
        for one in db.session.scalars(
            sa.select(Category).options(joinedload(Category.parent)).order_by(Category.id)
        ):
            for name in {one.slug, path_of(one), one.name, one.name_en}:
                # two categories of one name: neither is meant
                self.categories[name] = None if name in self.categories else one.id

    def category(self, text: str) -> int:
        name = "/".join(part.strip() for part in half_width(text).split("/"))
        if name not in self.categories:
            raise ValueError(gettext("There is no category %(name)s.", name=text or "—"))
        found = self.categories[name]
        if found is None:
            raise ValueError(
                gettext("Several categories are called %(name)s: write Upper/Lower.", name=text)
            )
        return found


def _take(
    cells: dict[str, Any],
    book: _Book,
    seen: dict[int, int],
    number: int,
    actor: User,
    report: Report,
) -> None:
    """Check one line and write it.

    Raises:
        ValueError: something is wrong with it; the text says what.
    """
    texts = {name: _text(cell) for name, cell in cells.items()}
    category = book.category(texts["category"])
    item = _known(texts, category, book)
    if item is not None and item.id in seen:
        raise ValueError(gettext("The same product stands on line %(line)s.", line=seen[item.id]))
    values = _checked(texts, category, item)
    fresh = item is None
    try:
        with db.session.begin_nested():  # a clash of names must not sink the other lines
            if item is None:
                item = CatalogueItem(**values)
                db.session.add(item)
                db.session.flush()
                engine.note(item, "create", actor)
                changed = True
            else:
                changed = bool(engine.edit(item, actor, values))
            db.session.flush()
    except IntegrityError as error:
        raise ValueError(gettext("This category has a product of this name already.")) from error
    book.items[item.id] = book.named[(item.category_id, item.name)] = item
    seen[item.id] = number
    if fresh:
        report.added += 1
    else:
        report.updated += changed
        report.unchanged += not changed


def _known(texts: dict[str, str], category: int, book: _Book) -> CatalogueItem | None:
    key = texts.get("id", "")
    if key:
        if key.isascii() and key.isdigit() and len(key) < 10 and int(key) in book.items:
            return book.items[int(key)]
        raise ValueError(gettext("There is no product with the number %(number)s.", number=key))
    return book.named.get((category, " ".join(texts["name"].split())))


def _checked(texts: dict[str, str], category: int, item: CatalogueItem | None) -> dict[str, Any]:
    """Return the columns of a line, through the very form that an administrator fills in.

    Raises:
        ValueError: what the form says of it.
    """
    typed = _as_it_is(item) | {name: text for name, text in texts.items() if name != "id"}
    typed["category"] = str(category)
    if not set(PRICE).isdisjoint(texts):
        typed["price_kind"] = _kind(texts)
        for name in ("price_from", "price_to"):
            typed[name] = texts.get(name, "")
    form = CatalogueForm(MultiDict(typed), obj=item)
    if not form.validate():
        raise ValueError(
            " · ".join(f"{form[name].label.text}: {' '.join(map(str, words))}" for name, words in
                       form.errors.items() if name)
        )  # fmt: skip
    values = form.values()
    if "retired" in texts:
        values["retired"] = _yes(texts["retired"])
    return values


def _as_it_is(item: CatalogueItem | None) -> dict[str, str]:
    if item is None:
        return {"price_kind": PriceKind.AGREEMENT.value}
    names = ("name", "covers", "duration", "documents", "price_unit", *PRICE)
    return {name: "" if (value := getattr(item, name)) is None else str(value) for name in names}


def _kind(texts: dict[str, str]) -> str:
    """Return the kind of price that a line names, or that its amounts make."""
    said = texts.get("price_kind", "")
    if not said:
        if texts.get("price_to"):
            return PriceKind.RANGE.value
        return (PriceKind.FIXED if texts.get("price_from") else PriceKind.AGREEMENT).value
    for kind in PriceKind:
        if said.casefold() in in_every_language(labels.label(kind)) | {kind.value}:
            return kind.value
    raise ValueError(gettext("%(text)s is no kind of price.", text=said))


def _yes(text: str) -> bool:
    if text.casefold() in in_every_language(lazy_gettext("Yes")) | {"true", "1"}:
        return True
    if text.casefold() in in_every_language(lazy_gettext("No")) | {"false", "0", ""}:
        return False
    raise ValueError(gettext("%(text)s is neither yes nor no.", text=text))


def _text(cell: Any) -> str:
    """Return a cell as text; a number in digits, as a person would write it."""
    if isinstance(cell, bool):
        return gettext("Yes") if cell else gettext("No")
    if isinstance(cell, int | float):
        number = Decimal(str(cell))
        return f"{number:f}" if number.is_finite() else str(cell)
    text = "" if cell is None else str(cell).strip()
    return sheets.alive(text)
