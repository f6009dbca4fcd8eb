"""Whom a demand is posted to: /demands/new?institution=|consultant=|product=|offer=.

A new kind of target is a function here that resolves its id, and its line in RESOLVERS; what it
is called and when it takes no demand stands in workflows/demand/targets.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import abort
from flask_babel import LazyString
from sqlalchemy.orm import joinedload

import access
from core.database import db
from core.ids import parse_id
from models import (
    Affiliation,
    AffiliationStatus,
    Consultant,
    FeaturedProduct,
    Institution,
    RegularOffer,
)
from workflows.demand import product_snapshot
from workflows.demand.targets import KINDS, NOT_LINKED


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a demand asks for, and who answers it."""

    kind: str  # the parameter that names it
    id: int
    name: str
    institution: Institution | None  # who answers; None while nobody does
    columns: Mapping[str, int] = field(default_factory=dict)  # of the demand, beside institution_id
    asked_for: Mapping[str, Any] = field(default_factory=dict)  # Demand.asked_for
    closed: LazyString | None = None  # why nobody answers
    category_id: int | None = None  # under which it stands, for a fresh form

    @property
    def label(self) -> LazyString | None:
        """What kind of thing it is, for the reader; None for an institution itself."""
        return KINDS.get(self.kind)


def to_institution(id: int | None) -> Target:
    """Return an institution that stands, or once stood, on the storefront, or answer 404."""
    query = sa.select(Institution).where(access.known(Institution), Institution.id == id)
    row = db.session.scalar(query) or abort(404)
    return Target(kind="institution", id=row.id, name=row.name, institution=row)


def to_consultant(id: int | None) -> Target:
    """Return a consultant who is, or once was, certified, or answer 404."""
    query = sa.select(Consultant).where(access.known(Consultant), Consultant.id == id)
    row = db.session.scalar(query) or abort(404)
    link = db.session.scalar(
        sa.select(Affiliation).where(
            Affiliation.consultant_id == row.id, Affiliation.status == AffiliationStatus.LINKED
        )
    )
    return Target(
        kind="consultant",
        id=row.id,
        name=row.name,
        institution=link.institution if link else None,
        columns={"affiliation_id": link.id} if link else {},
        asked_for={"kind": "consultant", "id": row.id, "name": row.name, "title": row.title},
        closed=None if link else NOT_LINKED,
    )


def to_product(id: int | None) -> Target:
    """Return a featured product that is, or once was, listed, or answer 404."""
    query = (
        sa.select(FeaturedProduct)
        .where(access.once_listed(), FeaturedProduct.id == id)
        .options(joinedload(FeaturedProduct.institution), joinedload(FeaturedProduct.schema))
    )
    row = db.session.scalar(query) or abort(404)
    return Target(
        kind="product",
        id=row.id,
        name=row.name,
        institution=row.institution,
        columns={"product_id": row.id},
        asked_for=product_snapshot.of_product(row),
        category_id=row.category_id,
    )


def to_offer(id: int | None) -> Target:
    """Return an institution's offer of a regular product, or answer 404."""
    query = (
        sa.select(RegularOffer)
        .where(access.known(RegularOffer), RegularOffer.id == id)
        .options(joinedload(RegularOffer.institution), joinedload(RegularOffer.item))
    )
    row = db.session.scalar(query) or abort(404)
    return Target(
        kind="offer",
        id=row.id,
        name=row.item.name,
        institution=row.institution,
        columns={"offer_id": row.id},
        asked_for=product_snapshot.of_offer(row),
        category_id=row.item.category_id,
    )


# the most particular first: where an address names several, it is the target
RESOLVERS: Mapping[str, Callable[[int | None], Target]] = {
    "offer": to_offer,
    "product": to_product,
    "consultant": to_consultant,
    "institution": to_institution,
}


def target_of(values: Mapping[str, Any]) -> Target | None:
    """Return the target that an address or a form names, None where it names none.

    Raises:
        NotFound: it names one that never stood on the storefront.
    """
    for kind, resolve in RESOLVERS.items():
        if values.get(kind):
            return resolve(parse_id(values.get(kind)))
    return None
