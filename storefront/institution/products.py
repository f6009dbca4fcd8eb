"""What an institution offers, for its own page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

import access
from core.database import db
from models import CatalogueItem, FeaturedProduct, RegularOffer
from storefront.cards import items, products

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Offered:
    """The newest featured products and all regular ones of an institution."""

    featured: list[products.Card]
    more: int  # featured products beyond those
    regular: list[Any]


def offered_by(institution_id: int) -> Offered:
    """Return what a certified institution has on the storefront, in three queries."""
    mine = [FeaturedProduct.institution_id == institution_id]
    cards = products.some(mine, [FeaturedProduct.listed_at.desc()], SHOWN)
    total = products.count(mine) if len(cards) == SHOWN else len(cards)
    regular = db.session.execute(
        sa.select(
            *items.OFFER,
            CatalogueItem.id.label("item_id"),
            CatalogueItem.name,
        )
        .join(CatalogueItem, CatalogueItem.id == RegularOffer.item_id)
        .where(access.published(RegularOffer), RegularOffer.institution_id == institution_id)
        .order_by(CatalogueItem.category_id, CatalogueItem.name)
    ).all()
    return Offered(cards, total - len(cards), list(regular))
