"""Review queues of the platform's dashboard: counts and oldest entries."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
from admin_views.shared.queues import Queue, QueueCount, counts_of
from models import (
    EVERY_DUTY,
    Activity,
    ActivityStatus,
    Affiliation,
    AffiliationStatus,
    AssociationMembership,
    AssociationStatus,
    Confirmation,
    ConfirmationStatus,
    Duty,
    Enquiry,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    FeaturedProduct,
    Institution,
    InstitutionStatus,
    JobRun,
    Mail,
    MailStatus,
    Objection,
    ObjectionStatus,
    ProductChange,
    ProductChangeStatus,
    ProductStatus,
    ProfileChange,
    ProfileChangeStatus,
    Proposal,
    ProposalStatus,
    Review,
    Transaction,
    TransactionStatus,
    User,
    Verification,
    VerificationStatus,
)
from workflows.enquiry.rules import waits_for_shortlist
from workflows.review.rules import appeals_waiting

QUEUES = (
    Queue(
        label=lazy_gettext("Applications"),
        empty=lazy_gettext("No application waits for review."),
        endpoint="application",
        duties=frozenset({Duty.APPLICATIONS, Duty.AUDIT}),
        model=Institution,
        waits=lambda: Institution.status == InstitutionStatus.SUBMITTED,
        since=lambda: Institution.submitted_at,
    ),
    Queue(
        label=lazy_gettext("Consultant certifications"),
        empty=lazy_gettext("No consultant waits for review."),
        endpoint="consultant_review",
        duties=frozenset({Duty.APPLICATIONS, Duty.AUDIT}),
        model=Affiliation,
        waits=lambda: Affiliation.status == AffiliationStatus.SUBMITTED,
        since=lambda: Affiliation.submitted_at,
    ),
    Queue(
        label=lazy_gettext("Association memberships"),
        empty=lazy_gettext("No wish to join the association is open."),
        endpoint="association",
        duties=frozenset({Duty.APPLICATIONS, Duty.AUDIT}),
        model=AssociationMembership,
        waits=lambda: AssociationMembership.status == AssociationStatus.APPLIED,
        since=lambda: AssociationMembership.status_at,
        query={"status": AssociationStatus.APPLIED.value},
    ),
    Queue(
        label=lazy_gettext("Profile changes"),
        empty=lazy_gettext("No change of a name, code or licence waits."),
        endpoint="profile_change",
        duties=frozenset({Duty.APPLICATIONS, Duty.AUDIT}),
        model=ProfileChange,
        waits=lambda: ProfileChange.status == ProfileChangeStatus.SUBMITTED,
        since=lambda: ProfileChange.status_at,
        query={"status": ProfileChangeStatus.SUBMITTED.value},
    ),
    Queue(
        label=lazy_gettext("Featured products"),
        empty=lazy_gettext("No featured product waits for review."),
        endpoint="admin_product",
        duties=frozenset({Duty.APPLICATIONS, Duty.AUDIT}),
        model=FeaturedProduct,
        waits=lambda: FeaturedProduct.status == ProductStatus.SUBMITTED,
        since=lambda: FeaturedProduct.submitted_at,
    ),
    Queue(
        label=lazy_gettext("Changes of featured products"),
        empty=lazy_gettext("No change of a featured product waits for review."),
        endpoint="product_change",
        duties=frozenset({Duty.APPLICATIONS, Duty.AUDIT}),
        model=ProductChange,
        waits=lambda: ProductChange.status == ProductChangeStatus.SUBMITTED,
        since=lambda: ProductChange.submitted_at,
    ),
    Queue(
        label=lazy_gettext("Enterprise join requests"),
        empty=lazy_gettext("Nobody waits to join an enterprise."),
        endpoint="enterprise_membership",
        duties=frozenset({Duty.APPLICATIONS, Duty.AUDIT}),
        model=EnterpriseMembership,
        waits=lambda: EnterpriseMembership.status == EnterpriseMembershipStatus.REQUESTED,
        since=lambda: EnterpriseMembership.status_at,
        query={"status": EnterpriseMembershipStatus.REQUESTED.value},
    ),
    Queue(
        label=lazy_gettext("Verification of enterprises"),
        empty=lazy_gettext("Nobody waits to be verified."),
        endpoint="verification",
        model=Verification,
        waits=lambda: sa.and_(
            Verification.status == VerificationStatus.SUBMITTED,
            Verification.membership.has(
                EnterpriseMembership.status == EnterpriseMembershipStatus.MEMBER
            ),
        ),
        since=lambda: Verification.status_at,
        query={"status": VerificationStatus.SUBMITTED.value},
    ),
    Queue(
        label=lazy_gettext("Objections"),
        empty=lazy_gettext("Nobody objects to anything."),
        endpoint="objection",
        model=Objection,
        waits=lambda: Objection.status == ObjectionStatus.OPEN,
        since=lambda: Objection.created_at,
        query={"status": ObjectionStatus.OPEN.value},
        urgent=True,
    ),
    Queue(
        label=lazy_gettext("Help me find"),
        empty=lazy_gettext("Nobody waits for a shortlist."),
        endpoint="admin_enquiry",
        duties=frozenset({Duty.DISPATCH, Duty.AUDIT}),
        model=Enquiry,
        waits=waits_for_shortlist,
        since=lambda: Enquiry.created_at,
    ),
    Queue(
        label=lazy_gettext("Activities"),
        empty=lazy_gettext("No activity waits for review."),
        endpoint="admin_activity",
        duties=frozenset({Duty.TRADE, Duty.AUDIT}),
        model=Activity,
        waits=lambda: Activity.status == ActivityStatus.REGISTERED,
        since=lambda: Activity.status_at,
        query={"status": ActivityStatus.REGISTERED.value},
    ),
    Queue(
        label=lazy_gettext("Appeals against reviews"),
        empty=lazy_gettext("No appeal waits for a decision."),
        endpoint="appeal",
        duties=frozenset({Duty.TRADE, Duty.AUDIT}),
        model=Review,
        waits=appeals_waiting,
        since=lambda: Review.appealed_at,
        query={"waits": "yes"},
    ),
    Queue(
        label=lazy_gettext("Deals filed"),
        empty=lazy_gettext("No deal waits for review."),
        endpoint="admin_transaction",
        duties=frozenset({Duty.TRADE, Duty.AUDIT}),
        model=Transaction,
        waits=lambda: Transaction.status == TransactionStatus.FILED,
        since=lambda: Transaction.filed_at,
    ),
    Queue(
        label=lazy_gettext("Deals that an enterprise denies"),
        empty=lazy_gettext("No enterprise denies a deal."),
        endpoint="admin_transaction",
        duties=frozenset({Duty.TRADE, Duty.AUDIT}),
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
        label=lazy_gettext("Proposals to a second person"),
        empty=lazy_gettext("No proposal waits for a second person."),
        endpoint="proposal",
        duties=EVERY_DUTY,
        model=Proposal,
        waits=lambda: Proposal.status == ProposalStatus.PROPOSED,
        since=lambda: Proposal.created_at,
        query={"status": ProposalStatus.PROPOSED.value},
        urgent=True,
    ),
    Queue(
        label=lazy_gettext("Undelivered mails"),
        empty=lazy_gettext("Every mail went out or is on its way."),
        endpoint="mail",
        duties=frozenset({Duty.SYSTEM, Duty.AUDIT}),
        model=Mail,
        waits=lambda: Mail.status == MailStatus.DEAD,
        since=lambda: Mail.created_at,
        query={"status": MailStatus.DEAD.value},
        urgent=True,
    ),
    Queue(
        label=lazy_gettext("Timed jobs that failed"),
        empty=lazy_gettext("Every timed job went well."),
        endpoint="job",
        duties=frozenset({Duty.SYSTEM, Duty.AUDIT}),
        model=JobRun,
        waits=lambda: JobRun.error.is_not(None),
        since=lambda: JobRun.finished_at,
        urgent=True,
    ),
)


def queue_counts(user: User) -> list[QueueCount]:
    """Return the queues of `user` with count and moment of the oldest entry."""
    mine = [queue for queue in QUEUES if access.holds(user, queue.duties)]
    return counts_of(mine, lambda model: seen(user, model))


def seen(user: User, model: type[Any]) -> sa.ColumnElement[bool]:
    """Return the condition for the rows of a queue: of proposals, what the person may decide."""
    if model is Proposal:
        duties = access.duties_of(user)
        return sa.and_(Proposal.proposer_id != user.id, Proposal.duty.in_(duties))
    return access.sees(user, model)
