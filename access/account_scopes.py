"""What a person holds as a customer, an applicant or a consultant themselves."""

from __future__ import annotations

import sqlalchemy as sa

from access import aliases
from access.subqueries import (
    Scope,
    acting_for,
    belonging_to,
    qualifications_of,
    readable_from,
)
from models import (
    Affiliation,
    AssociationMembership,
    Attachment,
    Confirmation,
    Consultant,
    Demand,
    DemandDraft,
    Enquiry,
    EnquiryCandidate,
    Enterprise,
    EnterpriseMembership,
    Institution,
    Invitation,
    Notification,
    Objection,
    Qualification,
    Review,
    ReviewSide,
    Task,
    Transaction,
    User,
    Verification,
)


def _applied_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(aliases.institution.c.id).where(aliases.institution.c.applicant_id == user.id)


def _own_consultant_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(aliases.consultant.c.id).where(aliases.consultant.c.user_id == user.id)


def _bought_ids(user: User) -> sa.Select[tuple[int]]:
    """Ids of the transactions that were filed with an enterprise of `user`."""
    return sa.select(aliases.transaction.c.id).where(
        aliases.transaction.c.enterprise_id.in_(acting_for(user)),
        aliases.transaction.c.filed_at.is_not(None),
    )


def _posted_demand_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(aliases.demand.c.id).where(
        sa.or_(
            sa.and_(
                aliases.demand.c.poster_id == user.id, aliases.demand.c.enterprise_id.is_(None)
            ),
            aliases.demand.c.enterprise_id.in_(acting_for(user)),
            sa.and_(
                aliases.demand.c.poster_id == user.id,
                aliases.demand.c.enterprise_id.in_(belonging_to(user)),
            ),
        )
    )


def _sought_ids(user: User) -> sa.Select[tuple[int]]:
    """Ids of the enquiries of `user` and of their enterprise."""
    return sa.select(aliases.enquiry.c.id).where(
        sa.or_(
            aliases.enquiry.c.poster_id == user.id,
            aliases.enquiry.c.enterprise_id.in_(acting_for(user)),
        )
    )


def _own_membership_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(aliases.joined.c.id).where(aliases.joined.c.user_id == user.id)


def _own_verification_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(aliases.verification.c.id).where(
        aliases.verification.c.membership_id.in_(_own_membership_ids(user))
    )


ACCOUNT: dict[type, Scope] = {
    Institution: lambda user: Institution.applicant_id == user.id,
    AssociationMembership: lambda user: AssociationMembership.institution_id.in_(
        _applied_ids(user)
    ),
    Consultant: lambda user: Consultant.user_id == user.id,
    Qualification: lambda user: Qualification.consultant_id.in_(_own_consultant_ids(user)),
    Affiliation: lambda user: Affiliation.consultant_id.in_(_own_consultant_ids(user)),
    Attachment: lambda user: sa.or_(
        Attachment.institution_id.in_(_applied_ids(user)),
        Attachment.consultant_id.in_(_own_consultant_ids(user)),
        Attachment.qualification_id.in_(qualifications_of(_own_consultant_ids(user))),
        Attachment.demand_id.in_(_posted_demand_ids(user)),
        Attachment.transaction_id.in_(_bought_ids(user)),
        Attachment.verification_id.in_(_own_verification_ids(user)),
        Attachment.objection_id.in_(
            sa.select(aliases.objection.c.id).where(aliases.objection.c.objector_id == user.id)
        ),
    ),
    Demand: lambda user: sa.or_(
        # what was posted for an enterprise is its business, whoever typed it and left since
        sa.and_(Demand.poster_id == user.id, Demand.enterprise_id.is_(None)),
        Demand.enterprise_id.in_(acting_for(user)),
        # who is not verified sees what they posted themselves, and nothing of the enterprise's
        sa.and_(Demand.poster_id == user.id, Demand.enterprise_id.in_(belonging_to(user))),
    ),
    DemandDraft: lambda user: DemandDraft.user_id == user.id,
    Enquiry: lambda user: sa.or_(
        Enquiry.poster_id == user.id, Enquiry.enterprise_id.in_(acting_for(user))
    ),
    EnquiryCandidate: lambda user: EnquiryCandidate.enquiry_id.in_(_sought_ids(user)),
    Transaction: lambda user: Transaction.id.in_(_bought_ids(user)),
    Confirmation: lambda user: Confirmation.transaction_id.in_(_bought_ids(user)),
    Review: lambda user: sa.and_(
        Review.transaction_id.in_(_bought_ids(user)), readable_from(ReviewSide.ENTERPRISE)
    ),
    Enterprise: lambda user: Enterprise.id.in_(belonging_to(user)),
    EnterpriseMembership: lambda user: sa.or_(
        EnterpriseMembership.user_id == user.id,
        EnterpriseMembership.enterprise_id.in_(acting_for(user)),
    ),
    Objection: lambda user: Objection.objector_id == user.id,
    Verification: lambda user: Verification.membership_id.in_(_own_membership_ids(user)),
    Invitation: lambda user: Invitation.email == user.email,
    Notification: lambda user: Notification.user_id == user.id,
    Task: lambda user: Task.actor_id == user.id,
}
