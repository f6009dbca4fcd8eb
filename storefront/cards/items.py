"""Regular products that somebody offers, in a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

import access
from core.database import db
from models import CatalogueItem, Category, RegularOffer
from storefront.cards import UNGUARDED, Named, in_order

Condition = sa.ColumnElement[bool]
EXCERPT = 140  # characters of a text on a card
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
class Card:
    """A regular product that somebody offers, with the span of what it costs."""

    id: int
    name: str
    excerpt: str
    duration: str
    category: Named
    icon: str
    offers: int
    lowest: Decimal | None
    highest: Decimal | None


def offered(columns: Sequence[Any], conditions: Sequence[Condition] = ()) -> sa.Select[Any]:
    """Return a SELECT over regular products in the catalogue with their public offers."""
    return (
        sa.select(*columns)
        .select_from(CatalogueItem)
        .join(RegularOffer, RegularOffer.item_id == CatalogueItem.id)
        .where(access.published(RegularOffer), *conditions)
        .execution_options(**UNGUARDED)
    )


def lowest() -> Any:
    return sa.func.min(RegularOffer.price_from, type_=RegularOffer.price_from.type)


def highest() -> Any:
    upper = sa.func.coalesce(RegularOffer.price_to, RegularOffer.price_from)
    return sa.func.max(upper, type_=RegularOffer.price_from.type)


def some(conditions: Sequence[Condition], order: Sequence[Any], limit: int) -> list[Card]:
    """Return the first cards of the products that meet the conditions, by columns of theirs."""
    query = offered([CatalogueItem.id], conditions).group_by(CatalogueItem.id)
    query = query.order_by(*(sa.func.min(column) for column in order), CatalogueItem.id)
    return cards(db.session.scalars(query.limit(limit)).all(), conditions)


def cards(ids: Sequence[int], conditions: Sequence[Condition] = ()) -> list[Card]:
    """Return the cards of those of `ids` that are offered, in their order, in one query.

    Args:
        ids: of catalogue items.
        conditions: on the offers that count.
    """
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
        offered([*shown, *figures], [CatalogueItem.id.in_(ids), *conditions])
        .join(Category, Category.id == CatalogueItem.category_id)
        .group_by(*grouped)
    )
    listed: list[list[Any]] = [[*row[:4], Named(*row[4:6]), *row[6:]] for row in rows]
    return in_order(ids, [Card(*columns) for columns in listed])
