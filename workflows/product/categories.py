"""The fields of service, to choose among."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.database import db
from models import Category
from workflows.institution.category_field import category_name


def options(kept: int | None = None) -> list[tuple[str, str]]:
    """Return (id, name) of the categories in use, those of the second level behind their own.

    A retired one stands there only where it is `kept`.
    """
    rows = db.session.scalars(sa.select(Category).order_by(Category.position, Category.id)).all()
    wanted = [row for row in rows if not row.retired or row.id == kept]
    found = []
    for top in (row for row in wanted if row.parent_id is None):
        found.append((str(top.id), category_name(top)))
        below = [row for row in wanted if row.parent_id == top.id]
        found += [(str(row.id), f"{category_name(top)} / {category_name(row)}") for row in below]
    known = {value for value, _name in found}
    return found + [(str(row.id), category_name(row)) for row in wanted if str(row.id) not in known]


def within(key: int) -> sa.Select[Any]:
    """Return a SELECT of the ids of a category and of those below it."""
    return sa.select(Category.id).where(sa.or_(Category.id == key, Category.parent_id == key))
