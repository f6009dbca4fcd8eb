"""Import lines of the catalogue: which product a line means, parsed and checked by the form."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

import labels
from core.database import db
from core.ids import parse_id
from forms.contact import half_width
from i18n.locales import in_every_language
from models import CatalogueItem, Category, PriceKind
from spreadsheets import files
from workflows.catalogue.forms import CatalogueForm

PRICE = ("price_kind", "price_from", "price_to")


def path_of(category: Category) -> str:
    """Return how a file calls a category: "Upper/Lower"."""
    return f"{category.parent.name}/{category.name}" if category.parent else category.name


class Book:
    """What is known before the file is read: items by number and by name, categories by name."""

    def __init__(self) -> None:
        self.items = {item.id: item for item in db.session.scalars(sa.select(CatalogueItem))}
        self.named = {(item.category_id, item.name): item for item in self.items.values()}
        self.categories: dict[str, int | None] = {}
        for category in db.session.scalars(
            sa.select(Category).options(joinedload(Category.parent)).order_by(Category.id)
        ):
            for name in {category.slug, path_of(category), category.name, category.name_en}:
                # two categories of one name: neither is meant
                self.categories[name] = None if name in self.categories else category.id

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


def known(texts: dict[str, str], category: int, book: Book) -> CatalogueItem | None:
    """Return the product that a line means, by its number or by category and name, or None.

    Raises:
        ValueError: the number is nobody's.
    """
    key = texts.get("id", "")
    if key:
        id = parse_id(key)
        if id in book.items:
            return book.items[id]
        raise ValueError(gettext("There is no product with the number %(number)s.", number=key))
    return book.named.get((category, " ".join(texts["name"].split())))


def checked(texts: dict[str, str], category: int, item: CatalogueItem | None) -> dict[str, Any]:
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
    text = texts.get("price_kind", "")
    if not text:
        if texts.get("price_to"):
            return PriceKind.RANGE.value
        return (PriceKind.FIXED if texts.get("price_from") else PriceKind.AGREEMENT).value
    for kind in PriceKind:
        if text.casefold() in in_every_language(labels.label(kind)) | {kind.value}:
            return kind.value
    raise ValueError(gettext("%(text)s is no kind of price.", text=text))


def _yes(text: str) -> bool:
    if text.casefold() in in_every_language(lazy_gettext("Yes")) | {"true", "1"}:
        return True
    if text.casefold() in in_every_language(lazy_gettext("No")) | {"false", "0", ""}:
        return False
    raise ValueError(gettext("%(text)s is neither yes nor no.", text=text))


def text_of(cell: Any) -> str:
    """Return a cell as text; a number in digits, as a person would write it."""
    if isinstance(cell, bool):
        return gettext("Yes") if cell else gettext("No")
    if isinstance(cell, int | float):
        number = Decimal(str(round(cell, 6)))  # 1234.1 is often kept as 1234.1000000000001
        return f"{number:f}" if number.is_finite() else str(cell)
    text = "" if cell is None else str(cell).strip()
    return files.alive(text)
