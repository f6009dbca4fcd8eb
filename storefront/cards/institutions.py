"""Certified institutions in a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

import access
from core.database import db
from models import Institution, institution_category
from storefront.cards import EXCERPT, UNGUARDED, in_order
from storefront.listing import queries
from storefront.listing.categories import CountedCategory, categories_of

Condition = sa.ColumnElement[bool]


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
    park: bool  # settled in the park
    categories: list[CountedCategory]


def public(conditions: Sequence[Condition] = ()) -> sa.Select[Any]:
    """Return a SELECT of the ids of certified institutions that meet the conditions."""
    query = sa.select(Institution.id).where(access.published(), *conditions)
    return query.execution_options(**UNGUARDED)


def newest(limit: int) -> list[Card]:
    """Return the institutions that were certified last."""
    order = (Institution.certified_at.desc(), Institution.id.desc())
    return cards(db.session.scalars(public().order_by(*order).limit(limit)).all())


def cards(ids: Sequence[int]) -> list[Card]:
    """Return the cards of those of `ids` that are certified, in their order, in two queries."""
    rows = db.session.execute(
        sa.select(
            Institution.id,
            Institution.name,
            sa.func.substr(Institution.introduction, 1, EXCERPT),
            Institution.founded,
            Institution.staff_count,
            Institution.certified_at,
            queries.is_member(),
            queries.in_park(),
        )
        .where(access.published(), Institution.id.in_(ids))
        .execution_options(**UNGUARDED)
    ).all()
    named = categories_of(institution_category, ids)
    listed: list[list[Any]] = [[*row, named[row.id]] for row in rows]
    return in_order(ids, [Card(*columns) for columns in listed])
