"""What an institution's people work with. It grows by one line for each thing of theirs."""

from __future__ import annotations

import sqlalchemy as sa

from access import aliases
from access.subqueries import Scope, consulting_in, qualifications_of, readable_from, working_for
from models import (
    Activity,
    ActivityPart,
    Affiliation,
    AffiliationStatus,
    AssociationMembership,
    Attachment,
    Confirmation,
    Consultant,
    ConsultantScore,
    Demand,
    Enquiry,
    EnquiryCandidate,
    FeaturedProduct,
    Institution,
    InstitutionScore,
    Invitation,
    Membership,
    ProductChange,
    ProfileChange,
    Qualification,
    RegularOffer,
    Review,
    ReviewSide,
    Transaction,
    User,
)


def _staffed_consultant_ids(user: User) -> sa.Select[tuple[int]]:
    """Ids of the consultants that the institution of `user` added, whatever became of it."""
    return sa.select(aliases.link.c.consultant_id).where(
        aliases.link.c.institution_id.in_(working_for(user))
    )


def _read_consultant_ids(user: User) -> sa.Select[tuple[int]]:
    """Ids of those whose scans the institution of `user` reads: its own notes, and people who are
    on their way to it or linked to it. The names of those who left stay there; their papers are
    theirs."""
    on_their_way = aliases.link.c.status.in_(
        (
            AffiliationStatus.ACCEPTED,
            AffiliationStatus.SUBMITTED,
            AffiliationStatus.RETURNED,
            AffiliationStatus.LINKED,
        )
    )
    return (
        sa.select(aliases.link.c.consultant_id)
        .select_from(
            aliases.link.join(
                aliases.consultant, aliases.consultant.c.id == aliases.link.c.consultant_id
            )
        )
        .where(
            aliases.link.c.institution_id.in_(working_for(user)),
            sa.or_(aliases.consultant.c.user_id.is_(None), on_their_way),
        )
    )


def _transaction_ids(user: User) -> sa.Select[tuple[int]]:
    """Ids of the transactions that the institution of `user` files, or that they advised in."""
    return sa.select(aliases.transaction.c.id).where(
        sa.or_(
            aliases.transaction.c.institution_id.in_(working_for(user)),
            aliases.transaction.c.affiliation_id.in_(consulting_in(user)),
        )
    )


def _product_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(aliases.product.c.id).where(
        aliases.product.c.institution_id.in_(working_for(user))
    )


def _product_change_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(aliases.product_change.c.id).where(
        aliases.product_change.c.product_id.in_(_product_ids(user))
    )


def _answered_demand_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(aliases.demand.c.id).where(
        sa.or_(
            aliases.demand.c.institution_id.in_(working_for(user)),
            aliases.demand.c.affiliation_id.in_(consulting_in(user)),
        )
    )


def _asked_candidate_ids(user: User) -> sa.Select[tuple[int]]:
    """Ids of the places on shortlists for which the institution of `user` was asked."""
    return (
        sa.select(aliases.candidate.c.id)
        .select_from(
            aliases.candidate.join(
                aliases.enquiry, aliases.enquiry.c.id == aliases.candidate.c.enquiry_id
            )
        )
        .where(
            aliases.candidate.c.institution_id.in_(working_for(user)),
            aliases.enquiry.c.asked_at.is_not(None),
        )
    )


def _activity_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(aliases.part.c.activity_id).where(
        aliases.part.c.institution_id.in_(working_for(user))
    )


def _change_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(aliases.change.c.id).where(
        aliases.change.c.institution_id.in_(working_for(user))
    )


# The institution's people see all that is its own; its consultants what is addressed to them.
WORKBENCH: dict[type, Scope] = {
    Institution: lambda user: Institution.id.in_(working_for(user)),
    Membership: lambda user: sa.and_(
        Membership.active, Membership.institution_id.in_(working_for(user))
    ),
    AssociationMembership: lambda user: AssociationMembership.institution_id.in_(working_for(user)),
    Invitation: lambda user: Invitation.institution_id.in_(working_for(user)),
    ProfileChange: lambda user: ProfileChange.institution_id.in_(working_for(user)),
    Consultant: lambda user: sa.or_(
        Consultant.id.in_(_staffed_consultant_ids(user)), Consultant.user_id == user.id
    ),
    Qualification: lambda user: Qualification.consultant_id.in_(_read_consultant_ids(user)),
    Affiliation: lambda user: sa.or_(
        Affiliation.institution_id.in_(working_for(user)),
        Affiliation.id.in_(consulting_in(user)),
    ),
    RegularOffer: lambda user: RegularOffer.institution_id.in_(working_for(user)),
    FeaturedProduct: lambda user: FeaturedProduct.institution_id.in_(working_for(user)),
    ProductChange: lambda user: ProductChange.product_id.in_(_product_ids(user)),
    Demand: lambda user: sa.or_(
        Demand.institution_id.in_(working_for(user)),
        Demand.affiliation_id.in_(consulting_in(user)),
    ),
    Enquiry: lambda user: Enquiry.id.in_(
        sa.select(aliases.candidate.c.enquiry_id).where(
            aliases.candidate.c.id.in_(_asked_candidate_ids(user))
        )
    ),
    EnquiryCandidate: lambda user: EnquiryCandidate.id.in_(_asked_candidate_ids(user)),
    Transaction: lambda user: sa.or_(
        Transaction.institution_id.in_(working_for(user)),
        Transaction.affiliation_id.in_(consulting_in(user)),
    ),
    Confirmation: lambda user: Confirmation.transaction_id.in_(_transaction_ids(user)),
    Review: lambda user: sa.and_(
        Review.transaction_id.in_(_transaction_ids(user)), readable_from(ReviewSide.INSTITUTION)
    ),
    Activity: lambda user: Activity.id.in_(_activity_ids(user)),
    ActivityPart: lambda user: ActivityPart.institution_id.in_(working_for(user)),
    InstitutionScore: lambda user: InstitutionScore.institution_id.in_(working_for(user)),
    ConsultantScore: lambda user: ConsultantScore.consultant_id.in_(_staffed_consultant_ids(user)),
    Attachment: lambda user: sa.or_(
        Attachment.institution_id.in_(working_for(user)),
        Attachment.profile_change_id.in_(_change_ids(user)),
        Attachment.consultant_id.in_(_read_consultant_ids(user)),
        Attachment.qualification_id.in_(qualifications_of(_read_consultant_ids(user))),
        Attachment.product_id.in_(_product_ids(user)),
        Attachment.product_change_id.in_(_product_change_ids(user)),
        Attachment.demand_id.in_(_answered_demand_ids(user)),
        Attachment.transaction_id.in_(_transaction_ids(user)),
        Attachment.activity_id.in_(_activity_ids(user)),
    ),
}
