"""Listed featured products in a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

import access
from core.database import db
from models import (
    Attachment,
    AttachmentKind,
    Category,
    FeaturedProduct,
    Institution,
    PriceKind,
)
from storefront.cards import UNGUARDED, Named, in_order
from storefront.listing.paging import capped_count

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Card:
    """A featured product in a list. Has the columns of a price, so `| price` says it."""

    id: int
    name: str
    summary: str
    price_kind: PriceKind
    price_from: Decimal | None
    price_to: Decimal | None
    price_unit: str
    institution_id: int
    institution: str
    icon: str
    cover: int | None  # the id of its picture
    category: Named


def cover_id() -> Any:
    """Return a SELECT of the id of a product's public picture."""
    table = Attachment.__table__
    return (
        sa.select(sa.func.max(table.c.id))
        .where(
            table.c.product_id == FeaturedProduct.id, table.c.kind == AttachmentKind.COVER
        )
        .correlate(FeaturedProduct.__table__)
        .scalar_subquery()
    )  # fmt: skip


def public(conditions: Sequence[Condition] = ()) -> sa.Select[Any]:
    """Return a SELECT of the ids of listed products of certified institutions."""
    query = sa.select(FeaturedProduct.id).where(access.published(FeaturedProduct), *conditions)
    return query.execution_options(**UNGUARDED)


def count(conditions: Sequence[Condition]) -> int:
    """Return how many listed products meet the conditions, as paging.capped_count does."""
    return capped_count(public(conditions))


def some(conditions: Sequence[Condition], order: Sequence[Any], limit: int) -> list[Card]:
    """Return the first cards of the products that meet the conditions."""
    query = public(conditions).order_by(*order, FeaturedProduct.id.desc())
    return cards(db.session.scalars(query.limit(limit)).all())


def cards(ids: Sequence[int]) -> list[Card]:
    """Return the cards of those of `ids` that are listed, in their order, in one query."""
    rows: Any = db.session.execute(
        sa.select(
            FeaturedProduct.id,
            FeaturedProduct.name,
            FeaturedProduct.summary,
            FeaturedProduct.price_kind,
            FeaturedProduct.price_from,
            FeaturedProduct.price_to,
            FeaturedProduct.price_unit,
            Institution.id,
            Institution.name,
            Category.icon,
            cover_id(),
            Category.name,
            Category.name_en,
        )
        .join(Institution, Institution.id == FeaturedProduct.institution_id)
        .join(Category, Category.id == FeaturedProduct.category_id)
        .where(access.published(FeaturedProduct), FeaturedProduct.id.in_(ids))
        .execution_options(**UNGUARDED)
    )
    listed: list[list[Any]] = [[*row[:-2], Named(*row[-2:])] for row in rows]
    return in_order(ids, [Card(*columns) for columns in listed])
