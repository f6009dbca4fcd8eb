"""What waits for the platform's staff: how many of each, and since when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString, lazy_gettext

import access
from database import db
from models import (
    Activity,
    ActivityStatus,
    Affiliation,
    AffiliationStatus,
    AssociationMembership,
    AssociationStatus,
    Confirmation,
    ConfirmationStatus,
    Enquiry,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    FeaturedProduct,
    Institution,
    InstitutionStatus,
    Mail,
    MailStatus,
    PlatformRole,
    ProductChange,
    ProductChangeStatus,
    ProductStatus,
    ProfileChange,
    ProfileChangeStatus,
    Review,
    Transaction,
    TransactionStatus,
    User,
)
from workflows.enquiry_rules import waits_for_shortlist
from workflows.review_rules import appeals_waiting


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A pile of work: where it is worked off, what lies on it, and since when."""

    label: LazyString
    empty: LazyString
    endpoint: str
    model: type[Any]
    waits: Callable[[], sa.ColumnElement[bool]]
    since: Callable[[], Any]
    query: dict[str, str] = field(default_factory=dict)  # the filter that shows just these
    urgent: bool = False
    roles: tuple[PlatformRole, ...] = tuple(PlatformRole)


@dataclass(frozen=True, slots=True)
class Pile:
    """A queue with its figures of this moment."""

    queue: Queue
    count: int
    oldest: datetime | None


QUEUES = (
    Queue(
        label=lazy_gettext("Applications"),
        empty=lazy_gettext("No application waits for review."),
        endpoint="application",
        model=Institution,
        waits=lambda: Institution.status == InstitutionStatus.SUBMITTED,
        since=lambda: Institution.submitted_at,
    ),
    Queue(
        label=lazy_gettext("Consultant certifications"),
        empty=lazy_gettext("No consultant waits for review."),
        endpoint="consultant_review",
        model=Affiliation,
        waits=lambda: Affiliation.status == AffiliationStatus.SUBMITTED,
        since=lambda: Affiliation.submitted_at,
    ),
    Queue(
        label=lazy_gettext("Association memberships"),
        empty=lazy_gettext("No wish to join the association is open."),
        endpoint="association",
        model=AssociationMembership,
        waits=lambda: AssociationMembership.status == AssociationStatus.APPLIED,
        since=lambda: AssociationMembership.status_at,
        query={"status": AssociationStatus.APPLIED.value},
    ),
    Queue(
        label=lazy_gettext("Profile changes"),
        empty=lazy_gettext("No change of a name, code or licence waits."),
        endpoint="profile_change",
        model=ProfileChange,
        waits=lambda: ProfileChange.status == ProfileChangeStatus.SUBMITTED,
        since=lambda: ProfileChange.status_at,
        query={"status": ProfileChangeStatus.SUBMITTED.value},
    ),
    Queue(
        label=lazy_gettext("Featured products"),
        empty=lazy_gettext("No featured product waits for review."),
        endpoint="admin_product",
        model=FeaturedProduct,
        waits=lambda: FeaturedProduct.status == ProductStatus.SUBMITTED,
        since=lambda: FeaturedProduct.submitted_at,
    ),
    Queue(
        label=lazy_gettext("Changes of featured products"),
        empty=lazy_gettext("No change of a featured product waits for review."),
        endpoint="product_change",
        model=ProductChange,
        waits=lambda: ProductChange.status == ProductChangeStatus.SUBMITTED,
        since=lambda: ProductChange.submitted_at,
    ),
    Queue(
        label=lazy_gettext("Enterprise join requests"),
        empty=lazy_gettext("Nobody waits to join an enterprise."),
        endpoint="enterprise_membership",
        model=EnterpriseMembership,
        waits=lambda: EnterpriseMembership.status == EnterpriseMembershipStatus.REQUESTED,
        since=lambda: EnterpriseMembership.status_at,
        query={"status": EnterpriseMembershipStatus.REQUESTED.value},
    ),
    Queue(
        label=lazy_gettext("Help me find"),
        empty=lazy_gettext("Nobody waits for a shortlist."),
        endpoint="admin_enquiry",
        model=Enquiry,
        waits=waits_for_shortlist,
        since=lambda: Enquiry.created_at,
    ),
    Queue(
        label=lazy_gettext("Activities"),
        empty=lazy_gettext("No activity waits for review."),
        endpoint="admin_activity",
        model=Activity,
        waits=lambda: Activity.status == ActivityStatus.REGISTERED,
        since=lambda: Activity.status_at,
        query={"status": ActivityStatus.REGISTERED.value},
    ),
    Queue(
        label=lazy_gettext("Appeals against reviews"),
        empty=lazy_gettext("No appeal waits for a decision."),
        endpoint="appeal",
        model=Review,
        waits=appeals_waiting,
        since=lambda: Review.appealed_at,
        query={"waits": "yes"},
    ),
    Queue(
        label=lazy_gettext("Deals filed"),
        empty=lazy_gettext("No deal waits for review."),
        endpoint="admin_transaction",
        model=Transaction,
        waits=lambda: Transaction.status == TransactionStatus.FILED,
        since=lambda: Transaction.filed_at,
    ),
    Queue(
        label=lazy_gettext("Deals that an enterprise denies"),
        empty=lazy_gettext("No enterprise denies a deal."),
        endpoint="admin_transaction",
        model=Transaction,
        waits=lambda: sa.and_(
            Transaction.status.in_((TransactionStatus.FILED, TransactionStatus.APPROVED)),
            Transaction.confirmation.has(Confirmation.status == ConfirmationStatus.DENIED),
        ),
        since=lambda: Transaction.filed_at,
        query={"status": "all", "answer": ConfirmationStatus.DENIED.value},
        urgent=True,
    ),
    Queue(
        label=lazy_gettext("Undelivered mails"),
        empty=lazy_gettext("Every mail went out or is on its way."),
        endpoint="mail",
        model=Mail,
        waits=lambda: Mail.status == MailStatus.DEAD,
        since=lambda: Mail.created_at,
        query={"status": MailStatus.DEAD.value},
        roles=(PlatformRole.ADMINISTRATOR, PlatformRole.AUDITOR),
        urgent=True,
    ),
)


def piles(user: User) -> list[Pile]:
    """Return the queues of `user` with count and moment of the oldest entry, in one statement."""
    queues = [queue for queue in QUEUES if user.role in queue.roles]
    figures = [
        sa.select(
            sa.literal(place).label("place"),
            sa.func.count().label("number"),
            sa.func.min(queue.since()).label("oldest"),
        )
        .select_from(queue.model)
        .where(queue.waits(), access.sees(user, queue.model))
        for place, queue in enumerate(queues)
    ]
    found = {row.place: row for row in db.session.execute(sa.union_all(*figures))} if queues else {}
    return [Pile(queue, found[at].number, found[at].oldest) for at, queue in enumerate(queues)]
