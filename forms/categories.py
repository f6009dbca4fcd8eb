"""The form field for categories: an institution ticks what it offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
import wtforms
from flask_babel import get_locale

from core.database import db
from forms.base import choices
from models import Category


class CategoriesField(wtforms.SelectMultipleField):
    """Categories, ticked in groups of two levels. `groups` is what a page shows."""

    widget = wtforms.widgets.ListWidget(prefix_label=False)
    option_widget = wtforms.widgets.CheckboxInput()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, coerce=int, choices=choices([]), **options)
        self.groups: list[tuple[Category, list[Category]]] = []
        self.known: dict[int, Category] = {}

    def offer(self, stored: Sequence[Category]) -> None:
        """Offer every category in use that has none below it, and those `stored` already."""
        everything = db.session.scalars(
            sa.select(Category).order_by(Category.position, Category.id)
        ).all()
        wanted = [row for row in everything if not row.retired or row in stored]
        for top in (row for row in wanted if row.parent_id is None):
            below = [row for row in wanted if row.parent_id == top.id]
            self.groups.append((top, below or [top]))
        self.known = {row.id: row for _top, below in self.groups for row in below}
        self.known |= {row.id: row for row in stored}
        self.choices = choices((row.id, category_name(row)) for row in self.known.values())

    @property
    def chosen(self) -> list[Category]:
        """The ticked categories, in their order."""
        picked = [self.known[id] for id in self.data or () if id in self.known]
        return sorted(picked, key=lambda row: (row.position, row.id))


def category_name(category: Category) -> str:
    return category.name if str(get_locale()).startswith("zh") else category.name_en


def category_options(stored: int | None = None) -> list[tuple[str, str]]:
    """Return (id, name) of the categories in use, those of the second level behind their own.

    A retired one stands there only where it is `stored`.
    """
    rows = db.session.scalars(sa.select(Category).order_by(Category.position, Category.id)).all()
    wanted = [row for row in rows if not row.retired or row.id == stored]
    found = []
    for top in (row for row in wanted if row.parent_id is None):
        found.append((str(top.id), category_name(top)))
        below = [row for row in wanted if row.parent_id == top.id]
        found += [(str(row.id), f"{category_name(top)} / {category_name(row)}") for row in below]
    known = {value for value, _name in found}
    return found + [(str(row.id), category_name(row)) for row in wanted if str(row.id) not in known]


def category_and_below(key: int) -> sa.Select[Any]:
    """Return a SELECT of the ids of a category and of those below it."""
    return sa.select(Category.id).where(sa.or_(Category.id == key, Category.parent_id == key))
