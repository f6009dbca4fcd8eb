"""The public: what stands on the storefront, and what may be named there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from access import aliases
from access.subqueries import Condition, certified
from core.database import filtered
from models import (
    Affiliation,
    AffiliationStatus,
    CatalogueItem,
    Consultant,
    ConsultantStatus,
    FeaturedProduct,
    Institution,
    InstitutionStatus,
    OfferStatus,
    ProductStatus,
    RegularOffer,
    Review,
    ReviewStatus,
)


def _linked_consultant_ids() -> sa.Select[tuple[int]]:
    return sa.select(aliases.link.c.consultant_id).where(
        aliases.link.c.status == AffiliationStatus.LINKED,
        aliases.link.c.institution_id.in_(certified()),
    )


def _of_certified(institution_id: Any) -> Condition:
    """Return the condition that a row is a certified institution's, asked of each row.

    Nearly all are. By the index of the institution SQLite would fetch the rows of every one of
    them and sort them, instead of reading the first in order.
    """
    return filtered(institution_id).in_(certified())


PUBLISHED: dict[type, Callable[[], Condition]] = {
    Institution: lambda: Institution.status == InstitutionStatus.CERTIFIED,
    Consultant: lambda: sa.and_(
        Consultant.status == ConsultantStatus.CERTIFIED,
        Consultant.id.in_(_linked_consultant_ids()),
    ),
    CatalogueItem: lambda: ~CatalogueItem.retired,
    RegularOffer: lambda: sa.and_(
        RegularOffer.status == OfferStatus.LISTED,
        _of_certified(RegularOffer.institution_id),
        RegularOffer.item_id.in_(sa.select(aliases.item.c.id).where(~aliases.item.c.retired)),
    ),
    FeaturedProduct: lambda: sa.and_(
        FeaturedProduct.status == ProductStatus.LISTED,
        _of_certified(FeaturedProduct.institution_id),
    ),
    Review: lambda: Review.status == ReviewStatus.PUBLISHED,
}

_published: dict[type, Condition] = {}

# what once stood there keeps its address and its name in the past of others
KNOWN: dict[type, Callable[[], Condition]] = {
    Institution: lambda: Institution.certified_at.is_not(None),
    Consultant: lambda: Consultant.certified_at.is_not(None),
    Affiliation: lambda: Affiliation.linked_at.is_not(None),
    RegularOffer: sa.true,
    FeaturedProduct: lambda: FeaturedProduct.approved_at.is_not(None),
    Review: lambda: Review.status == ReviewStatus.PUBLISHED,
}


def published(model: type[Any] = Institution) -> Condition:
    """Return the condition for what stands on the public storefront."""
    if model not in _published:  # asked for several times at every page, and always the same
        _published[model] = PUBLISHED[model]()
    return _published[model]


def once_listed() -> Condition:
    """Return the condition for a featured product that stands, or stood, on the storefront."""
    return sa.and_(
        FeaturedProduct.listed_at.is_not(None),
        FeaturedProduct.status.in_(
            (ProductStatus.LISTED, ProductStatus.DELISTED, ProductStatus.TAKEN_DOWN)
        ),
    )


def has_a_page() -> Condition:
    """Return the condition for a featured product whose page is there, if only to say it is gone.

    With its institution's suspension the page goes too, and comes back as it was.
    """
    return sa.and_(once_listed(), FeaturedProduct.institution_id.in_(certified()))


def known(model: type[Any]) -> Condition:
    """Return the condition for what anybody may be shown by name: it is, or was, published."""
    return KNOWN[model]() if model in KNOWN else sa.false()
