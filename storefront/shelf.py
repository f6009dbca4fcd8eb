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
from storefront import browse, freshness
from storefront.browse import Field
from storefront.paging import capped_count

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


# an offer in a list: its id, its price, its terms
OFFER = (
    RegularOffer.id,
    RegularOffer.price_kind,
    RegularOffer.price_from,
    RegularOffer.price_to,
    RegularOffer.price_unit,
    RegularOffer.duration,
)


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
    """Return how many listed products meet the conditions, as paging.capped_count does."""
    return capped_count(
        sa.select(FeaturedProduct.id)
        .join(Institution, Institution.id == FeaturedProduct.institution_id)
        .join(Category, Category.id == FeaturedProduct.category_id)
        .where(access.published(FeaturedProduct), *conditions)
    )


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
    return freshness.kept(("shelf", kind), lambda: _fields(kind))


def _fields(kind: str) -> list[Field]:
    of_products = kind == "featured"
    owner = FeaturedProduct.category_id if of_products else CatalogueItem.category_id
    top = sa.func.coalesce(Category.parent_id, Category.id)
    number: Any = (
        sa.func.count(FeaturedProduct.id)
        if of_products
        else sa.func.count(sa.distinct(CatalogueItem.id))
    )
    query: sa.Select[Any] = (
        sa.select(owner, top, number)
        .join(Category, Category.id == owner)
        .where(access.published(FeaturedProduct))
        if of_products
        else _offered((), owner, top, number)
    )
    per_field: dict[int, int] = {}
    per_top: dict[int, int] = {}
    for key, upper, count in db.session.execute(query.group_by(owner, top)):
        per_field[key] = count
        per_top[upper] = per_top.get(upper, 0) + count
    return browse.tree(per_field, per_top)
