"""Categories: the categories on two levels, with what is public in each counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

import access
from core.database import db
from models import (
    Category,
    Consultant,
    Institution,
    consultant_category,
    institution_category,
)
from web import fragment_cache

COLUMNS = (
    Category.id,
    Category.parent_id,
    Category.slug,
    Category.name,
    Category.name_en,
    Category.icon,
)


@dataclass(frozen=True, slots=True)
class CountedCategory:
    """A category of the first or second level, with what is public in it counted."""

    id: int
    parent_id: int | None
    slug: str
    name: str
    name_en: str
    icon: str
    count: int = 0
    children: list[CountedCategory] = field(default_factory=list)

    @property
    def all_ids(self) -> list[int]:
        """Its own id and those of what stands below it."""
        return [self.id, *(child.id for child in self.children)]


def all_categories() -> list[CountedCategory]:
    """Return the first-level categories in order, each with its children and its count."""
    return fragment_cache.cached("categories", _categories, alone=True)


def consultant_categories() -> list[CountedCategory]:
    """Return the same categories, with the published consultants counted."""
    return fragment_cache.cached("consultant_categories", _consultant_categories, alone=True)


def _categories() -> list[CountedCategory]:
    return _counted(institution_category, Institution, access.published())


def _consultant_categories() -> list[CountedCategory]:
    return _counted(consultant_category, Consultant, access.published(Consultant))


def _counted(
    links: sa.Table, model: Any, condition: sa.ColumnElement[bool]
) -> list[CountedCategory]:
    """Return the categories with the rows of `model` counted that `links` puts in them."""
    owner, category = links.c
    top = sa.func.coalesce(Category.parent_id, Category.id)
    public = (
        sa.select(category.label("category"), top.label("top"), owner.label("owner"))
        .join(model, model.id == owner)
        .join(Category, Category.id == category)
        .where(condition)
        .subquery()
    )
    per_category = _counts(public.c.category, public.c.owner)
    return tree(per_category, _counts(public.c.top, public.c.owner))


def tree(per_category: Mapping[int, int], per_top: Mapping[int, int]) -> list[CountedCategory]:
    """Return the categories in use on two levels and in order, with what was counted in each."""
    rows = db.session.execute(
        sa.select(*COLUMNS).where(~Category.retired).order_by(Category.position, Category.id)
    ).all()
    tops = {
        row.id: CountedCategory(*row, count=per_top.get(row.id, 0))
        for row in rows
        if row.parent_id is None
    }
    for row in rows:
        if row.parent_id in tops:
            tops[row.parent_id].children.append(
                CountedCategory(*row, count=per_category.get(row.id, 0))
            )
    return list(tops.values())


def _counts(group: Any, counted: Any) -> dict[int, int]:
    query = sa.select(group, sa.func.count(sa.distinct(counted))).group_by(group)
    return {key: count for key, count in db.session.execute(query)}  # noqa: C416  # rows


def having(links: sa.Table, chosen: CountedCategory) -> sa.Select[tuple[int]]:
    """Return a SELECT of the ids of what `links` puts in a category or one of its children."""
    owner, category = links.c
    return sa.select(owner).where(category.in_(chosen.all_ids))


def categories_of(links: sa.Table, ids: Sequence[int]) -> dict[int, list[CountedCategory]]:
    """Return {id: its categories in order}.

    Args:
        links: institution_category or consultant_category.
        ids: of what is listed.
    """
    found: dict[int, list[CountedCategory]] = defaultdict(list)
    if ids:
        owner, category = links.c
        query = (
            sa.select(owner, *COLUMNS)
            .join(Category, Category.id == category)
            .where(owner.in_(ids))
            .order_by(Category.position, Category.id)
        )
        for id, *columns in db.session.execute(query):
            found[id].append(CountedCategory(*columns))
    return found
