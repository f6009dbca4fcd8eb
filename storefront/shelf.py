"""What stands on the shelves of the storefront: featured products, and the offers of regular ones.

Columns, never whole rows; each list in a fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

import access
from database import db
from models import (
    Attachment,
    AttachmentKind,
    CatalogueItem,
    Category,
    FeaturedProduct,
    Institution,
    PriceKind,
    RegularOffer,
)
from storefront.browse import Field

Condition = sa.ColumnElement[bool]
EXCERPT = 140  # characters of a text on a card


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A featured product in a list. Has the columns of a price, so `| price` says it."""

    id: int
    name: str
    summary: str
    price_kind: PriceKind
    price_from: Decimal | None
    price_to: Decimal | None
    price_unit: str
    listed_at: datetime | None
    institution_id: int
    institution: str
    category: str
    category_en: str
    icon: str
    cover: int | None  # the id of its picture


@dataclass(frozen=True, slots=True)
class ItemCard:
    """A regular product that somebody offers, with the span of what it costs."""

    id: int
    name: str
    excerpt: str
    duration: str
    category: str
    category_en: str
    icon: str
    offers: int
    lowest: Decimal | None
    highest: Decimal | None


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


def product_cards(
    conditions: Sequence[Condition], order: Sequence[Any], *, limit: int, offset: int = 0
) -> list[ProductCard]:
    """Return listed products that meet the conditions."""
    rows: Any = db.session.execute(
        sa.select(
            FeaturedProduct.id,
            FeaturedProduct.name,
            FeaturedProduct.summary,
            FeaturedProduct.price_kind,
            FeaturedProduct.price_from,
            FeaturedProduct.price_to,
            FeaturedProduct.price_unit,
            FeaturedProduct.listed_at,
            Institution.id,
            Institution.name,
            Category.name,
            Category.name_en,
            Category.icon,
            cover_id(),
        )
        .join(Institution, Institution.id == FeaturedProduct.institution_id)
        .join(Category, Category.id == FeaturedProduct.category_id)
        .where(access.published(FeaturedProduct), *conditions)
        .order_by(*order, FeaturedProduct.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [ProductCard(*row) for row in rows]


def count_products(conditions: Sequence[Condition]) -> int:
    query = (
        sa.select(sa.func.count(FeaturedProduct.id))
        .join(Institution, Institution.id == FeaturedProduct.institution_id)
        .join(Category, Category.id == FeaturedProduct.category_id)
        .where(access.published(FeaturedProduct), *conditions)
    )
    return db.session.scalar(query) or 0


def _offered(conditions: Sequence[Condition], *columns: Any) -> sa.Select[Any]:
    """Return a SELECT over regular products in the catalogue with their public offers."""
    return (
        sa.select(*columns)
        .join(RegularOffer, RegularOffer.item_id == CatalogueItem.id)
        .join(Institution, Institution.id == RegularOffer.institution_id)
        .join(Category, Category.id == CatalogueItem.category_id)
        .where(access.published(RegularOffer), *conditions)
    )


def item_cards(
    conditions: Sequence[Condition], order: Sequence[Any], *, limit: int, offset: int = 0
) -> list[ItemCard]:
    """Return regular products with an offer that meets the conditions, each with those offers."""
    grouped = (
        CatalogueItem.id,
        CatalogueItem.name,
        CatalogueItem.covers,
        CatalogueItem.duration,
        Category.name,
        Category.name_en,
        Category.icon,
    )
    shown: list[Any] = list(grouped)
    shown[2] = sa.func.substr(CatalogueItem.covers, 1, EXCERPT)
    figures = (sa.func.count(RegularOffer.id), lowest(), highest())
    rows = db.session.execute(
        _offered(conditions, *shown, *figures)
        .group_by(*grouped)
        .order_by(*order, CatalogueItem.id)
        .limit(limit)
        .offset(offset)
    )
    return [ItemCard(*row) for row in rows]


def lowest() -> Any:
    return sa.func.min(RegularOffer.price_from, type_=RegularOffer.price_from.type)


def highest() -> Any:
    upper = sa.func.coalesce(RegularOffer.price_to, RegularOffer.price_from)
    return sa.func.max(upper, type_=RegularOffer.price_from.type)


def count_items(conditions: Sequence[Condition]) -> int:
    query = _offered(conditions, sa.func.count(sa.distinct(CatalogueItem.id)))
    return db.session.scalar(query) or 0


def fields(kind: str) -> list[Field]:
    """Return the categories in use on two levels, with the products of `kind` counted."""
    query: sa.Select[Any]
    if kind == "regular":
        query = _offered(
            (), CatalogueItem.category_id, sa.func.count(sa.distinct(CatalogueItem.id))
        )
        query = query.group_by(CatalogueItem.category_id)
    else:
        columns: tuple[Any, ...] = (FeaturedProduct.category_id, sa.func.count(FeaturedProduct.id))
        query = (
            sa.select(*columns)
            .where(access.published(FeaturedProduct))
            .group_by(FeaturedProduct.category_id)
        )
    counts: dict[int, int] = {row[0]: row[1] for row in db.session.execute(query)}
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
    below: dict[int, list[Field]] = {row.id: [] for row in rows if row.parent_id is None}
    for row in rows:
        if row.parent_id in below:
            below[row.parent_id].append(Field(*row, count=counts.get(row.id, 0)))
    return [
        Field(
            *row,
            count=counts.get(row.id, 0) + sum(child.count for child in below[row.id]),
            children=below[row.id],
        )
        for row in rows
        if row.parent_id is None
    ]
