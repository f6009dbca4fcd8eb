"""Editing a transaction: labels, plain numbers, audit, and what can be named in it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
from core.database import db
from forms.contact import half_width
from models import (
    Affiliation,
    AffiliationStatus,
    Consultant,
    FeaturedProduct,
    ProductStatus,
    RegularOffer,
    Transaction,
    TransactionStatus,
    User,
)
from workflows.engine import Words, edit

S = TransactionStatus
OPEN = (S.DRAFT, S.RETURNED)  # what can be written in
# what a transaction says, in the order of its form
FIELD_LABELS: dict[str, Words] = {
    "enterprise_name": lazy_gettext("Enterprise"),
    "enterprise_code": lazy_gettext("Its unified social credit code"),
    "title": lazy_gettext("What was agreed"),
    "category_id": lazy_gettext("Service category"),
    "product_id": lazy_gettext("Featured product"),
    "offer_id": lazy_gettext("Regular product"),
    "affiliation_id": lazy_gettext("Consultant"),
    "amount": lazy_gettext("Amount (yuan)"),
    "signed_on": lazy_gettext("Signed on"),
    "service_from": lazy_gettext("Service from"),
    "service_to": lazy_gettext("Service until"),
    "contract_number": lazy_gettext("Contract number"),
    "invoice_number": lazy_gettext("Invoice number"),
    "remark": lazy_gettext("Remark"),
}
COLUMNS = (*FIELD_LABELS, "enterprise_id")  # what people write


def plain_number(text: str | None) -> str:
    """Return a contract or invoice number as it is compared: half-width, one case, no ends."""
    return re.sub(r"\s+", " ", half_width(text or "")).strip().upper()


def write(row: Transaction, actor: User, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Write what a transaction says, on record; numbers in their plain form.

    Returns:
        {column: [before, after]} of what changed.

    Raises:
        PermissionError: the transaction is not the actor's to write, or is not open for it.
        ValueError: a consultant, product or demand is not the institution's own.
    """
    if not may_write(actor, row) or set(values) - set(COLUMNS):
        raise PermissionError("transaction.write")
    found = dict(values)
    for name in ("contract_number", "invoice_number"):
        if name in found:
            found[name] = plain_number(found[name])
    return edit(row, actor, found)


def may_write(user: User, row: Transaction) -> bool:
    """Works for the institution, and the transaction is a draft or came back."""
    return access.works_for(user, row) and row.status in OPEN


def consultants_of(institution_id: int) -> Sequence[Affiliation]:
    """Return who may be named as the consultant: who is, or once was, linked to it."""
    return db.session.scalars(
        sa.select(Affiliation)
        .join(Consultant, Consultant.id == Affiliation.consultant_id)
        .where(
            Affiliation.institution_id == institution_id,
            Affiliation.status.in_((AffiliationStatus.LINKED, AffiliationStatus.UNLINKED)),
            Affiliation.linked_at.is_not(None),
        )
        .order_by(Affiliation.status, Consultant.name, Affiliation.id)
    ).all()


SOLD = (ProductStatus.APPROVED, ProductStatus.LISTED, ProductStatus.DELISTED,
        ProductStatus.TAKEN_DOWN)  # fmt: skip


def products_of(institution_id: int) -> Sequence[FeaturedProduct]:
    """Return the featured products that the institution may have sold."""
    query = sa.select(FeaturedProduct).where(
        FeaturedProduct.institution_id == institution_id, FeaturedProduct.status.in_(SOLD)
    )
    return db.session.scalars(query.order_by(FeaturedProduct.name, FeaturedProduct.id)).all()


def offers_of(institution_id: int) -> Sequence[RegularOffer]:
    """Return the regular products that the institution lists, or once listed."""
    query = sa.select(RegularOffer).where(RegularOffer.institution_id == institution_id)
    return db.session.scalars(query.order_by(RegularOffer.id)).unique().all()
