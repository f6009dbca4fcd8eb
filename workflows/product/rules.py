"""Predicates, guards and labels of a featured product and of its changes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext, lazy_gettext

import access
from core.database import db
from models import (
    FeaturedProduct,
    Institution,
    InstitutionStatus,
    ProductChange,
    ProductStatus,
    User,
)
from workflows import parameters
from workflows.engine import Words, for_all_rows

S = ProductStatus
_institution = Institution.__table__
SUSPENDED: Words = lazy_gettext("While suspended you can hand in and list nothing.")
# a draft, and what came back from the review: the institution works on it
OPEN = frozenset({S.DRAFT, S.RETURNED, S.REJECTED})
# once approved: what was reviewed changes by a ProductChange only
REVIEWED = frozenset({S.APPROVED, S.LISTED, S.DELISTED, S.TAKEN_DOWN})
FIELD_LABELS = {
    "category": lazy_gettext("Service category"),
    "name": lazy_gettext("Name of the product"),
    "summary": lazy_gettext("Summary"),
    "description": lazy_gettext("Product description"),
    "cover": lazy_gettext("Cover picture"),
    "attachments": lazy_gettext("Attachments"),
}
TERMS_LABELS = {
    "price": lazy_gettext("Price"),
    "in_charge": lazy_gettext("Consultants in charge"),
}


def labels_of(thing: FeaturedProduct | ProductChange) -> dict[str, Any]:
    """Return {name: label} of all that a reviewer may remark on, parameters among them."""
    asked = {field.name: field.localized_label for field in parameters.fields_of(thing.schema)}
    fields = dict(FIELD_LABELS)
    description = {name: fields.pop(name) for name in ("description", "cover", "attachments")}
    terms = TERMS_LABELS if isinstance(thing, FeaturedProduct) else {}
    return {**fields, **asked, **description, **terms}


def certified_among(institution_ids: Collection[int]) -> set[int]:
    """Return which of these institutions are certified.

    The share lock keeps a suspension of the same moment from slipping in between.
    """
    found = db.session.execute(
        sa.select(_institution.c.id, _institution.c.status)
        .where(_institution.c.id.in_(institution_ids))
        .order_by(_institution.c.id)
        .with_for_update(read=True)
    )
    return {row.id for row in found if row.status is InstitutionStatus.CERTIFIED}


def certified(institution_id: int) -> Words | None:
    """Return why the institution hands in and lists nothing now, None where it may."""
    return None if certified_among([institution_id]) else SUSPENDED


def whole(thing: FeaturedProduct | ProductChange) -> Words | None:
    """Return what a reviewer would miss, None where nothing is missing.

    Parameters are asked for as the category asks today: what was never reviewed keeps no version.
    """
    fields = parameters.fields_of(parameters.schema_of(thing.category))
    missing: list[Any] = [
        FIELD_LABELS[name]
        for name in ("name", "summary", "description")
        if not getattr(thing, name)
    ]
    missing += [field.localized_label for field in parameters.missing(fields, thing.parameters)]
    if missing:
        return gettext("Still missing: %(fields)s.", fields=", ".join(map(str, missing)))
    if thing.category.retired:
        return lazy_gettext("This category is no longer in use. Choose another one.")
    return None


def may_be_submitted(product: FeaturedProduct) -> Words | None:
    """Guard: a whole product of a certified institution."""
    return whole(product) or certified(product.institution_id)


@for_all_rows
def may_be_listed(products: Sequence[FeaturedProduct]) -> dict[int, Words]:
    """Guard: only a certified institution lists."""
    known = certified_among({product.institution_id for product in products})
    return {product.id: SUSPENDED for product in products if product.institution_id not in known}


def works_for_product(user: User, change: ProductChange) -> bool:
    """Works for the institution whose product the change is of."""
    product = db.session.get_one(FeaturedProduct, change.product_id)
    return access.works_for(user, product)
