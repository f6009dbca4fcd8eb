"""Queues of the workbench's dashboard: demands, transactions, reviews, consultants, products."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString, lazy_gettext

import access
from admin_views.shared.queues import Queue, QueueCount, counts_of
from core.clock import now
from models import (
    Affiliation,
    AffiliationStatus,
    CandidateStatus,
    Confirmation,
    ConfirmationStatus,
    Demand,
    DemandStatus,
    EnquiryCandidate,
    FeaturedProduct,
    OfferStatus,
    ProductChange,
    ProductChangeStatus,
    ProductStatus,
    RegularOffer,
    Review,
    ReviewSide,
    ReviewStatus,
    Transaction,
    TransactionStatus,
    User,
)
from workflows.transaction.origin import to_be_filed
from workflows.transaction.rules import LIVE


def in_state(
    model: type[Any],
    state: StrEnum,
    endpoint: str,
    label: LazyString,
    empty: LazyString,
    *,
    urgent: bool = False,
    consultants: bool = False,
) -> Queue:
    """Return the queue of the rows in one state, worked off in the list that is filtered to it."""
    return Queue(
        label=label,
        empty=empty,
        endpoint=endpoint,
        model=model,
        waits=lambda: model.status == state,
        since=lambda: model.status_at,
        query={"status": state.value},
        urgent=urgent,
        consultants=consultants,
    )


DEMANDS = (
    in_state(
        Demand,
        DemandStatus.SUBMITTED,
        "demand",
        lazy_gettext("New demands"),
        lazy_gettext("Every demand was opened."),
        consultants=True,
    ),
    in_state(
        Demand,
        DemandStatus.READ,
        "demand",
        lazy_gettext("Read, not answered"),
        lazy_gettext("Every demand was answered."),
        consultants=True,
    ),
    in_state(
        Demand,
        DemandStatus.ACCEPTED,
        "demand",
        lazy_gettext("Accepted, outcome to record"),
        lazy_gettext("Every outcome is on record."),
        consultants=True,
    ),
    in_state(
        Demand,
        DemandStatus.DISPUTED,
        "demand",
        lazy_gettext("Disputed outcomes"),
        lazy_gettext("Nobody disputes an outcome."),
        urgent=True,
        consultants=True,
    ),
    in_state(
        EnquiryCandidate,
        CandidateStatus.PROPOSED,
        "enquiries",
        lazy_gettext("Enquiries to answer"),
        lazy_gettext("No enquiry waits for your answer."),
    ),
)
TRANSACTIONS = (
    Queue(
        label=lazy_gettext("Demands that became a deal, to be filed"),
        empty=lazy_gettext("Every deal that came of a demand is filed."),
        endpoint="transaction",
        view="create_view",
        model=Demand,
        waits=lambda: to_be_filed(),
        since=lambda: Demand.status_at,
    ),
    in_state(
        Transaction,
        TransactionStatus.DRAFT,
        "transaction",
        lazy_gettext("Drafts of deals"),
        lazy_gettext("No draft of a deal lies about."),
    ),
    in_state(
        Transaction,
        TransactionStatus.RETURNED,
        "transaction",
        lazy_gettext("Deals returned for correction"),
        lazy_gettext("No deal came back for correction."),
        urgent=True,
    ),
    Queue(
        label=lazy_gettext("Deals that an enterprise denies"),
        empty=lazy_gettext("No enterprise denies a deal."),
        endpoint="transaction",
        model=Transaction,
        waits=lambda: sa.and_(
            Transaction.status.in_(LIVE),
            Transaction.confirmation.has(Confirmation.status == ConfirmationStatus.DENIED),
        ),
        since=lambda: Transaction.filed_at,
        query={"answer": ConfirmationStatus.DENIED.value},
        urgent=True,
    ),
    Queue(
        label=lazy_gettext("Reviews to write"),
        empty=lazy_gettext("No deal waits for your review."),
        endpoint="review",
        model=Review,
        waits=lambda: sa.and_(
            Review.side == ReviewSide.INSTITUTION,
            Review.status == ReviewStatus.OPEN,
            Review.due_at > now(),
        ),
        since=lambda: Review.created_at,
    ),
)
CONSULTANTS = (
    in_state(
        Affiliation,
        AffiliationStatus.ADDED,
        "consultant",
        lazy_gettext("Consultants to invite"),
        lazy_gettext("Every consultant was invited."),
    ),
    in_state(
        Affiliation,
        AffiliationStatus.INVITED,
        "consultant",
        lazy_gettext("Invited, without an answer"),
        lazy_gettext("No invitation waits for an answer."),
    ),
    in_state(
        Affiliation,
        AffiliationStatus.RETURNED,
        "consultant",
        lazy_gettext("Certifications returned to consultants"),
        lazy_gettext("No certification came back to a consultant."),
    ),
)
PRODUCTS = (
    in_state(
        FeaturedProduct,
        ProductStatus.RETURNED,
        "product",
        lazy_gettext("Products returned for correction"),
        lazy_gettext("No product came back for correction."),
        urgent=True,
    ),
    in_state(
        ProductChange,
        ProductChangeStatus.RETURNED,
        "my_product_change",
        lazy_gettext("Changes of products returned"),
        lazy_gettext("No change of a product came back."),
        urgent=True,
    ),
    in_state(
        FeaturedProduct,
        ProductStatus.APPROVED,
        "product",
        lazy_gettext("Products approved, to be listed"),
        lazy_gettext("Every approved product is listed."),
    ),
    in_state(
        RegularOffer,
        OfferStatus.TAKEN_DOWN,
        "offer",
        lazy_gettext("Regular products that the platform took down"),
        lazy_gettext("The platform took no regular product down."),
    ),
)
QUEUES = (*DEMANDS, *TRANSACTIONS, *CONSULTANTS, *PRODUCTS)


def queue_counts(user: User) -> list[QueueCount]:
    """Return what waits for the institution of `user`, or for them as its consultant."""
    mine = [queue for queue in QUEUES if queue.consultants or access.institution_ids(user)]
    return counts_of(mine, lambda model: access.workbench(user, model))
