"""Regular and featured products that stand in the database, for tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from clock import now
from database import db
from models import (
    CatalogueItem,
    Category,
    FeaturedProduct,
    Institution,
    OfferStatus,
    ParameterSchema,
    PriceKind,
    ProductStatus,
    RegularOffer,
)

FIXED, RANGE, AGREEMENT = PriceKind.FIXED, PriceKind.RANGE, PriceKind.AGREEMENT


def catalogue_item(category: Category, name: str = "A trademark", **more: Any) -> CatalogueItem:
    row = CatalogueItem(
        **{"category": category, "name": name, "covers": "Search and filing.", "duration": "3 days"}
        | more
    )
    db.session.add(row)
    db.session.commit()
    return row


def regular_offer(
    institution: Institution, item: CatalogueItem, price: int | None = None, **more: Any
) -> RegularOffer:
    row = RegularOffer(
        **{
            "institution": institution,
            "item": item,
            "status": OfferStatus.LISTED,
            "price_kind": AGREEMENT if price is None else FIXED,
            "price_from": None if price is None else Decimal(price),
            "duration": "5 days",
            "remark": "With a smile.",
        }
        | more
    )
    db.session.add(row)
    db.session.commit()
    return row


def featured_product(
    institution: Institution,
    name: str = "Patent watch",
    price: int | None = None,
    schema: ParameterSchema | None = None,
    **more: Any,
) -> FeaturedProduct:
    """A listed product, unless `more` says otherwise."""
    row = FeaturedProduct(
        **{
            "institution": institution,
            "author": institution.applicant,
            "category": institution.categories[0],
            "schema": schema,
            "status": ProductStatus.LISTED,
            "name": name,
            "summary": "We watch, you sleep.",
            "description": "**Daily** reports.",
            "price_kind": AGREEMENT if price is None else FIXED,
            "price_from": None if price is None else Decimal(price),
            "approved_at": now(),
            "listed_at": now(),
        }
        | more
    )
    db.session.add(row)
    db.session.commit()
    return row
