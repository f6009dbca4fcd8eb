"""Guards of a transaction: what it must say to be filed, and what stands against it."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext, lazy_gettext

import access
from core.clock import park_today
from core.database import db
from models import (
    Attachment,
    AttachmentKind,
    Demand,
    Institution,
    InstitutionStatus,
    OutcomeKind,
    Transaction,
    TransactionStatus,
)
from workflows.engine import Words
from workflows.transaction.writing import FIELD_LABELS

S = TransactionStatus
LIVE = (S.FILED, S.RETURNED, S.APPROVED)  # what a number is taken by
SCANS = (AttachmentKind.CONTRACT, AttachmentKind.INVOICE)
NEEDED = ("enterprise_name", "title", "category_id", "amount", "signed_on")

CONTRACT_TAKEN = lazy_gettext("This contract number was filed with this enterprise already.")
INVOICE_TAKEN = lazy_gettext("This invoice number was used for another deal already.")
DEMAND_TAKEN = lazy_gettext("This demand became a deal already.")
CONFLICTS = {
    "uq_transaction_contract": CONTRACT_TAKEN,
    "uq_transaction_invoice": INVOICE_TAKEN,
    "uq_transaction_demand": DEMAND_TAKEN,
}
NO_SCAN = lazy_gettext("Attach a scan of the contract or of the invoice.")


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
    if row.signed_on is not None and row.signed_on > park_today():
        return lazy_gettext("The day of signing is still to come.")
    if row.service_from and row.service_to and row.service_to < row.service_from:
        return lazy_gettext("The service ends before it begins.")
    if row.demand_id is not None:
        demand = db.session.get(Demand, row.demand_id)
        if demand is None or demand.outcome != OutcomeKind.DEAL:
            return lazy_gettext("The demand did not end with a deal.")
    return None


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
