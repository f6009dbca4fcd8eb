"""The rules of a filed deal: what it must say, what stands against it, and who hears of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext, lazy_gettext

import access
from clock import now
from database import db
from forms import half_width
from models import (
    Affiliation,
    AffiliationStatus,
    Attachment,
    AttachmentKind,
    Consultant,
    Demand,
    DemandStatus,
    FeaturedProduct,
    Institution,
    InstitutionStatus,
    OutcomeKind,
    ProductStatus,
    RegularOffer,
    Transaction,
    TransactionStatus,
    User,
)
from workflows.engine import Words, edit
from working_days import park_day

S = TransactionStatus
LIVE = (S.FILED, S.RETURNED, S.APPROVED)  # what a number is taken by
OPEN = (S.DRAFT, S.RETURNED)  # what can be written in
SCANS = (AttachmentKind.CONTRACT, AttachmentKind.INVOICE)

# what a deal says, in the order of its form
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
NEEDED = ("enterprise_name", "title", "category_id", "amount", "signed_on")

CONTRACT_TAKEN = lazy_gettext("This contract number was filed with this enterprise already.")
INVOICE_TAKEN = lazy_gettext("This invoice number was used for another deal already.")
DEMAND_TAKEN = lazy_gettext("This demand became a deal already.")
CONFLICTS = {
    "uq_transaction_contract": CONTRACT_TAKEN,
    "uq_transaction_invoice": INVOICE_TAKEN,
    "uq_transaction_demand": DEMAND_TAKEN,
    # SQLite names the columns of an index, PostgreSQL the index
    "contract_number": CONTRACT_TAKEN,
    "invoice_number": INVOICE_TAKEN,
    "demand_id": DEMAND_TAKEN,
}
NO_SCAN = lazy_gettext("Attach a scan of the contract or of the invoice.")


def plain_number(text: str | None) -> str:
    """Return a contract or invoice number as it is compared: half-width, one case, no ends."""
    return re.sub(r"\s+", " ", half_width(text or "")).strip().upper()


def numbered(row: Transaction) -> None:
    """Give a deal the number that people say on the telephone: JY, the day, the id."""
    row.number = f"JY{park_day(row.created_at):%Y%m%d}{row.id:05d}"


# --- guards ---------------------------------------------------------------------------------


def still_files(row: Transaction) -> Words | None:
    """Guard: a suspended institution files only what came of its demands."""
    institution = db.session.get(
        Institution, row.institution_id, with_for_update={"read": True}, populate_existing=True
    )
    if institution is None or institution.status not in access.AT_WORK:
        return lazy_gettext("The institution is not certified any more.")
    if institution.status is InstitutionStatus.SUSPENDED and row.demand_id is None:
        return lazy_gettext("While suspended you can only file deals out of demands.")
    return None


def ready(row: Transaction) -> Words | None:
    """Guard: nothing is missing, nothing impossible, nothing filed before."""
    return still_files(row) or incomplete(row) or impossible(row) or taken(row)


def incomplete(row: Transaction) -> Words | None:
    missing = [name for name in NEEDED if getattr(row, name) in (None, "")]
    if missing:
        names = ", ".join(str(FIELD_LABELS[name]) for name in missing)
        return gettext("Please fill in: %(names)s.", names=names)
    scans = sa.select(Attachment.id).where(
        Attachment.transaction_id == row.id, Attachment.kind.in_(SCANS)
    )
    return NO_SCAN if db.session.scalar(scans.limit(1)) is None else None


def impossible(row: Transaction) -> Words | None:
    """Return what of the dates and the parties cannot be; None where all can."""
    if row.signed_on is not None and row.signed_on > today():
        return lazy_gettext("The day of signing is still to come.")
    if row.service_from and row.service_to and row.service_to < row.service_from:
        return lazy_gettext("The service ends before it begins.")
    if row.demand_id is not None:
        demand = db.session.get(Demand, row.demand_id)
        if demand is None or demand.outcome != OutcomeKind.DEAL:
            return lazy_gettext("The demand did not end with a deal.")
    return None


def today() -> date:
    """Return the day it is in the park."""
    return park_day(now())


def taken(row: Transaction) -> Words | None:
    """Guard: neither contract, invoice nor demand was filed before. The constraints hold it too."""
    t = Transaction
    same_party: list[sa.ColumnElement[bool]] = [t.enterprise_name == row.enterprise_name]
    if row.enterprise_code:
        same_party.append(t.enterprise_code == row.enterprise_code)
    rules = (
        (row.contract_number, CONTRACT_TAKEN,
         sa.and_(t.institution_id == row.institution_id, sa.or_(*same_party),
                 t.contract_number == row.contract_number)),
        (row.invoice_number, INVOICE_TAKEN, t.invoice_number == row.invoice_number),
        (row.demand_id, DEMAND_TAKEN, t.demand_id == row.demand_id),
    )  # fmt: skip
    for value, words, condition in rules:
        if value and db.session.scalar(
            sa.select(t.id)
            .where(condition, t.status.in_(LIVE), t.id != row.id)
            .limit(1)
            .execution_options(unguarded=True)  # an invoice may be another institution's
        ):
            return words
    return None


# --- writing --------------------------------------------------------------------------------


def write(row: Transaction, actor: User, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Write what a deal says, on record; numbers in their plain form.

    Returns:
        {column: [before, after]} of what changed.

    Raises:
        PermissionError: the deal is not the actor's to write, or is not open for it.
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
    """Works for the institution, and the deal is a draft or came back."""
    return access.works_for(user, row) and row.status in OPEN


def consultants_of(institution_id: int) -> Sequence[Affiliation]:
    """Return who may be named as the consultant: who speaks, or once spoke, for it."""
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


def out_of(demand: Demand) -> dict[str, Any]:
    """Return what a deal takes over from the demand it came of."""
    product = demand.product or demand.offer
    return {
        "demand_id": demand.id,
        "enterprise_id": demand.enterprise_id,
        "enterprise_name": demand.enterprise.name if demand.enterprise else "",
        "enterprise_code": demand.enterprise.credit_code if demand.enterprise else "",
        "affiliation_id": demand.affiliation_id,
        "product_id": demand.product_id if product else None,
        "offer_id": demand.offer_id,
        "category_id": demand.category_id,
        "title": demand.title,
        "amount": demand.amount,
    }


def to_be_filed() -> sa.ColumnElement[bool]:
    """The condition for a demand that ended with an undisputed deal which nobody has filed."""
    t = Transaction.__table__.c
    filed = sa.select(t.demand_id).where(
        t.demand_id.is_not(None), t.status.in_((*LIVE, TransactionStatus.DRAFT))
    )
    return sa.and_(
        Demand.outcome == OutcomeKind.DEAL,
        Demand.status != DemandStatus.DISPUTED,
        Demand.id.not_in(filed),
    )
