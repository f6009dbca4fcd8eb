"""What the public pages read: columns of certified institutions, never whole rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

import access
from database import db
from models import (
    AssociationMembership,
    AssociationStatus,
    Category,
    Institution,
    institution_category,
)
from storefront import freshness
from storefront.paging import capped_count

EXCERPT = 160  # characters of an introduction on a card
_links = institution_category.c


@dataclass(frozen=True, slots=True)
class Field:
    """A category of the first or second level, with what stands in it counted."""

    id: int
    parent_id: int | None
    slug: str
    name: str
    name_en: str
    icon: str
    count: int = 0
    children: list[Field] = field(default_factory=list)

    @property
    def all_ids(self) -> list[int]:
        """Its own id and those of what stands below it."""
        return [self.id, *(child.id for child in self.children)]


@dataclass(frozen=True, slots=True)
class Card:
    """An institution in a list."""

    id: int
    name: str
    excerpt: str
    founded: int | None
    staff_count: int | None
    certified_at: Any
    member: bool  # of the association
    fields: list[Field]


def fields() -> list[Field]:
    """Return the first-level categories in order, each with its children and its count."""
    return freshness.kept("fields", _fields)


def _fields() -> list[Field]:
    return counted(institution_category, Institution, [access.published()])


def counted(
    links: sa.Table, model: Any, conditions: Sequence[sa.ColumnElement[bool]]
) -> list[Field]:
    """Return the categories on two levels, each with what stands in it counted, once for both.

    Args:
        links: the table of (row of `model`, category).
        model: Institution or Consultant.
        conditions: which of its rows count.
    """
    key = links.c[f"{model.__tablename__}_id"]
    top = sa.func.coalesce(Category.parent_id, Category.id)
    public = (
        sa.select(links.c.category_id, top.label("top"), key.label("id"))
        .join(model, model.id == key)
        .join(Category, Category.id == links.c.category_id)
        .where(*conditions)
        .subquery()
    )
    return tree(_counts(public.c.category_id, public.c.id), _counts(public.c.top, public.c.id))


def tree(per_field: Mapping[int, int], per_top: Mapping[int, int]) -> list[Field]:
    """Return the categories in use on two levels and in order, with what was counted in each."""
    rows = db.session.execute(
        sa.select(
            Category.id,
            Category.parent_id,
            Category.slug,
            Category.name,
            Category.name_en,
            Category.icon,
        )
        .where(~Category.retired)
        .order_by(Category.position, Category.id)
    ).all()
    tops = {
        row.id: Field(*row, count=per_top.get(row.id, 0)) for row in rows if row.parent_id is None
    }
    for row in rows:
        if row.parent_id in tops:
            tops[row.parent_id].children.append(Field(*row, count=per_field.get(row.id, 0)))
    return list(tops.values())


def _counts(group: Any, counted: Any) -> dict[int, int]:
    query = sa.select(group, sa.func.count(sa.distinct(counted))).group_by(group)
    return {key: count for key, count in db.session.execute(query)}  # noqa: C416


def in_field(chosen: Field) -> sa.ColumnElement[bool]:
    """Return the condition for institutions in a category or one of its children."""
    return Institution.id.in_(
        sa.select(_links.institution_id).where(_links.category_id.in_(chosen.all_ids))
    )


def field_called(fields: Sequence[Field], slug: str) -> Field | None:
    """Return the category of either level with this slug, or None."""
    every = [one for top in fields for one in (top, *top.children)]
    return next((one for one in every if slug and one.slug == slug), None)


def is_member() -> sa.ColumnElement[bool]:
    """Return the condition for a member of the association."""
    return sa.exists().where(
        AssociationMembership.institution_id == Institution.id,
        AssociationMembership.status == AssociationStatus.MEMBER,
    )


def count(conditions: Sequence[sa.ColumnElement[bool]]) -> int:
    """Return how many public institutions meet the conditions, as paging.capped_count does."""
    return capped_count(sa.select(Institution.id).where(access.published(), *conditions))


def cards(
    conditions: Sequence[sa.ColumnElement[bool]] = (),
    order: Sequence[Any] = (),
    *,
    limit: int,
    offset: int = 0,
) -> list[Card]:
    """Return public institutions by `order`, then those certified last first, in two queries."""
    rows = db.session.execute(
        sa.select(
            Institution.id,
            Institution.name,
            sa.func.substr(Institution.introduction, 1, EXCERPT),
            Institution.founded,
            Institution.staff_count,
            Institution.certified_at,
            is_member(),
        )
        .where(access.published(), *conditions)
        .order_by(*order, Institution.certified_at.desc(), Institution.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    named = fields_of([row.id for row in rows])
    told: list[list[Any]] = [[*row, named[row.id]] for row in rows]
    return [Card(*one) for one in told]


def fields_of(ids: Sequence[int]) -> dict[int, list[Field]]:
    """Return the categories of institutions: {institution id: categories in order}."""
    found: dict[int, list[Field]] = defaultdict(list)
    if ids:
        query = (
            sa.select(
                _links.institution_id,
                Category.id,
                Category.parent_id,
                Category.slug,
                Category.name,
                Category.name_en,
                Category.icon,
            )
            .join(Category, Category.id == _links.category_id)
            .where(_links.institution_id.in_(ids))
            .order_by(Category.position, Category.id)
        )
        for institution_id, *columns in db.session.execute(query):
            found[institution_id].append(Field(*columns))
    return found
