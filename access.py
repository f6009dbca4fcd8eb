"""Who sees what. The whole policy, on one page.

Three scopes, each a condition on a table: `workbench` (what an institution's people work with),
`account` (what an enterprise's people work with) and `visible` (either, or the platform's staff).
What has no line here is seen by the staff alone. Predicates name who may do a thing to a row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import object_session

from models import (
    Activity,
    ActivityPart,
    Affiliation,
    AffiliationStatus,
    AssociationMembership,
    Attachment,
    CatalogueItem,
    Confirmation,
    Consultant,
    ConsultantScore,
    ConsultantStatus,
    Demand,
    DemandDraft,
    Enquiry,
    EnquiryCandidate,
    Enterprise,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    FeaturedProduct,
    Institution,
    InstitutionScore,
    InstitutionStatus,
    Invitation,
    Membership,
    MembershipRole,
    Notification,
    OfferStatus,
    PlatformRole,
    ProductChange,
    ProductStatus,
    ProfileChange,
    Qualification,
    RegularOffer,
    Review,
    ReviewSide,
    ReviewStatus,
    Transaction,
    User,
)

Condition = sa.ColumnElement[bool]
Scope = Callable[[User], Condition]

AT_WORK = (InstitutionStatus.CERTIFIED, InstitutionStatus.SUSPENDED)

QUEUE_ROLES = (PlatformRole.ADMINISTRATOR, PlatformRole.REVIEWER)


@dataclass(frozen=True, slots=True)
class Clockwork:
    """The actor of what happens by itself: an expiry, a publication. In the journal: the system."""

    id: None = None
    role: None = None


@dataclass(frozen=True, slots=True)
class Bearer:
    """The actor who holds the link of a confirmation, whoever it is: sees that one, no more."""

    token_hash: str
    id: None = None
    role: None = None


SYSTEM: Any = Clockwork()  # takes a User's place wherever a step asks who acts

# Subqueries are written on aliases of the bare tables: the guard below rewrites entities, and would
# recurse; an eager join rewrites the tables that it knows, and would tear the subquery apart.
_membership = Membership.__table__.alias("held")
_institution = Institution.__table__.alias("employer")
_joined = EnterpriseMembership.__table__.alias("joined")
_change = ProfileChange.__table__.alias("proposed")
_link = Affiliation.__table__.alias("link")
_adviser = Consultant.__table__.alias("adviser")
_deal = Transaction.__table__.alias("deal")
_product = FeaturedProduct.__table__.alias("product")
_product_change = ProductChange.__table__.alias("product_change_of")
_qualification = Qualification.__table__.alias("qualified")
_demand = Demand.__table__.alias("asked")
_enquiry = Enquiry.__table__.alias("sought")
_candidate = EnquiryCandidate.__table__.alias("on_shortlist")
_item = CatalogueItem.__table__.alias("in_catalogue")
_answer = Confirmation.__table__.alias("answer")
_part = ActivityPart.__table__.alias("part")


def _institution_ids(user: User) -> sa.Select[tuple[int]]:
    """Ids of the institutions in whose workbench `user` works now."""
    return (
        sa.select(_membership.c.institution_id)
        .select_from(  # spelled out: Select.join() guesses its left side anew when it is cloned
            _membership.join(_institution, _institution.c.id == _membership.c.institution_id)
        )
        .where(
            _membership.c.user_id == user.id,
            _membership.c.active,
            _institution.c.status.in_(AT_WORK),
        )
    )


def _enterprise_ids(user: User) -> sa.Select[tuple[int]]:
    """Ids of the enterprises that `user` acts for."""
    return sa.select(_joined.c.enterprise_id).where(
        _joined.c.user_id == user.id, _joined.c.status == EnterpriseMembershipStatus.MEMBER
    )


def _applied_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(_institution.c.id).where(_institution.c.applicant_id == user.id)


def _linked_ids(user: User) -> sa.Select[tuple[int]]:
    """Ids of the affiliations in which `user` speaks for an institution at work (one)."""
    return (
        sa.select(_link.c.id)
        .select_from(
            _link.join(_adviser, _adviser.c.id == _link.c.consultant_id).join(
                _institution, _institution.c.id == _link.c.institution_id
            )
        )
        .where(
            _adviser.c.user_id == user.id,
            _link.c.status == AffiliationStatus.LINKED,
            _institution.c.status.in_(AT_WORK),
        )
    )


def _spoken_for_ids(user: User) -> sa.Select[tuple[int]]:
    """Ids of the institutions that `user` speaks for as a consultant (one)."""
    return sa.select(_link.c.institution_id).where(_link.c.id.in_(_linked_ids(user)))


def _own_consultant_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(_adviser.c.id).where(_adviser.c.user_id == user.id)


def _staffed_consultant_ids(user: User) -> sa.Select[tuple[int]]:
    """Ids of the consultants that the institution of `user` added, whatever became of it."""
    return sa.select(_link.c.consultant_id).where(
        _link.c.institution_id.in_(_institution_ids(user))
    )


def _read_consultant_ids(user: User) -> sa.Select[tuple[int]]:
    """Ids of those whose scans the institution of `user` reads: its own notes, and people who are
    on their way to it or speak for it. Who left keeps his name there, and his papers to himself."""
    on_his_way = _link.c.status.in_(
        (
            AffiliationStatus.ACCEPTED,
            AffiliationStatus.SUBMITTED,
            AffiliationStatus.RETURNED,
            AffiliationStatus.LINKED,
        )
    )
    return (
        sa.select(_link.c.consultant_id)
        .select_from(_link.join(_adviser, _adviser.c.id == _link.c.consultant_id))
        .where(
            _link.c.institution_id.in_(_institution_ids(user)),
            sa.or_(_adviser.c.user_id.is_(None), on_his_way),
        )
    )


def _qualification_ids(consultants: sa.Select[tuple[int]]) -> sa.Select[tuple[int]]:
    return sa.select(_qualification.c.id).where(_qualification.c.consultant_id.in_(consultants))


def _deal_ids(user: User) -> sa.Select[tuple[int]]:
    """Ids of the transactions that the institution of `user` files, or that he advised in."""
    return sa.select(_deal.c.id).where(
        sa.or_(
            _deal.c.institution_id.in_(_institution_ids(user)),
            _deal.c.affiliation_id.in_(_linked_ids(user)),
        )
    )


def _bought_ids(user: User) -> sa.Select[tuple[int]]:
    """Ids of the transactions that were filed with an enterprise of `user`."""
    return sa.select(_deal.c.id).where(
        _deal.c.enterprise_id.in_(_enterprise_ids(user)),
        _deal.c.filed_at.is_not(None),
    )


def _readable_from(side: ReviewSide) -> Condition:
    """What one side of a deal may read: its own review, and the other's once it is unsealed."""
    return sa.or_(
        Review.side == side, Review.status.in_((ReviewStatus.PUBLISHED, ReviewStatus.HIDDEN))
    )


def _product_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(_product.c.id).where(_product.c.institution_id.in_(_institution_ids(user)))


def _product_change_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(_product_change.c.id).where(
        _product_change.c.product_id.in_(_product_ids(user))
    )


def _answered_demand_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(_demand.c.id).where(
        sa.or_(
            _demand.c.institution_id.in_(_institution_ids(user)),
            _demand.c.affiliation_id.in_(_linked_ids(user)),
        )
    )


def _posted_demand_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(_demand.c.id).where(
        sa.or_(
            sa.and_(_demand.c.poster_id == user.id, _demand.c.enterprise_id.is_(None)),
            _demand.c.enterprise_id.in_(_enterprise_ids(user)),
        )
    )


def _sought_ids(user: User) -> sa.Select[tuple[int]]:
    """Ids of the undirected demands of `user` and of his enterprise."""
    return sa.select(_enquiry.c.id).where(
        sa.or_(_enquiry.c.poster_id == user.id, _enquiry.c.enterprise_id.in_(_enterprise_ids(user)))
    )


def _asked_candidate_ids(user: User) -> sa.Select[tuple[int]]:
    """Ids of the places on shortlists for which the institution of `user` was asked."""
    return (
        sa.select(_candidate.c.id)
        .select_from(_candidate.join(_enquiry, _enquiry.c.id == _candidate.c.enquiry_id))
        .where(
            _candidate.c.institution_id.in_(_institution_ids(user)),
            _enquiry.c.asked_at.is_not(None),
        )
    )


def _activity_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(_part.c.activity_id).where(_part.c.institution_id.in_(_institution_ids(user)))


def _change_ids(user: User) -> sa.Select[tuple[int]]:
    return sa.select(_change.c.id).where(_change.c.institution_id.in_(_institution_ids(user)))


# The institution's people see all that is its own; its consultant what is addressed to him.
WORKBENCH: dict[type, Scope] = {
    Institution: lambda user: Institution.id.in_(_institution_ids(user)),
    Membership: lambda user: sa.and_(
        Membership.active, Membership.institution_id.in_(_institution_ids(user))
    ),
    AssociationMembership: lambda user: AssociationMembership.institution_id.in_(
        _institution_ids(user)
    ),
    Invitation: lambda user: Invitation.institution_id.in_(_institution_ids(user)),
    ProfileChange: lambda user: ProfileChange.institution_id.in_(_institution_ids(user)),
    Consultant: lambda user: sa.or_(
        Consultant.id.in_(_staffed_consultant_ids(user)), Consultant.user_id == user.id
    ),
    Qualification: lambda user: Qualification.consultant_id.in_(_read_consultant_ids(user)),
    Affiliation: lambda user: sa.or_(
        Affiliation.institution_id.in_(_institution_ids(user)),
        Affiliation.id.in_(_linked_ids(user)),
    ),
    RegularOffer: lambda user: RegularOffer.institution_id.in_(_institution_ids(user)),
    FeaturedProduct: lambda user: FeaturedProduct.institution_id.in_(_institution_ids(user)),
    ProductChange: lambda user: ProductChange.product_id.in_(_product_ids(user)),
    Demand: lambda user: sa.or_(
        Demand.institution_id.in_(_institution_ids(user)),
        Demand.affiliation_id.in_(_linked_ids(user)),
    ),
    Enquiry: lambda user: Enquiry.id.in_(
        sa.select(_candidate.c.enquiry_id).where(_candidate.c.id.in_(_asked_candidate_ids(user)))
    ),
    EnquiryCandidate: lambda user: EnquiryCandidate.id.in_(_asked_candidate_ids(user)),
    Transaction: lambda user: sa.or_(
        Transaction.institution_id.in_(_institution_ids(user)),
        Transaction.affiliation_id.in_(_linked_ids(user)),
    ),
    Confirmation: lambda user: Confirmation.transaction_id.in_(_deal_ids(user)),
    Review: lambda user: sa.and_(
        Review.transaction_id.in_(_deal_ids(user)), _readable_from(ReviewSide.INSTITUTION)
    ),
    Activity: lambda user: Activity.id.in_(_activity_ids(user)),
    ActivityPart: lambda user: ActivityPart.institution_id.in_(_institution_ids(user)),
    InstitutionScore: lambda user: InstitutionScore.institution_id.in_(_institution_ids(user)),
    ConsultantScore: lambda user: ConsultantScore.consultant_id.in_(_staffed_consultant_ids(user)),
    Attachment: lambda user: sa.or_(
        Attachment.institution_id.in_(_institution_ids(user)),
        Attachment.profile_change_id.in_(_change_ids(user)),
        Attachment.consultant_id.in_(_read_consultant_ids(user)),
        Attachment.qualification_id.in_(_qualification_ids(_read_consultant_ids(user))),
        Attachment.product_id.in_(_product_ids(user)),
        Attachment.product_change_id.in_(_product_change_ids(user)),
        Attachment.demand_id.in_(_answered_demand_ids(user)),
        Attachment.transaction_id.in_(_deal_ids(user)),
        Attachment.activity_id.in_(_activity_ids(user)),
    ),
}

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
        Attachment.qualification_id.in_(_qualification_ids(_own_consultant_ids(user))),
        Attachment.demand_id.in_(_posted_demand_ids(user)),
        Attachment.transaction_id.in_(_bought_ids(user)),
    ),
    Demand: lambda user: sa.or_(
        # what was posted for an enterprise is its business, whoever typed it and left since
        sa.and_(Demand.poster_id == user.id, Demand.enterprise_id.is_(None)),
        Demand.enterprise_id.in_(_enterprise_ids(user)),
    ),
    DemandDraft: lambda user: DemandDraft.user_id == user.id,
    Enquiry: lambda user: sa.or_(
        Enquiry.poster_id == user.id, Enquiry.enterprise_id.in_(_enterprise_ids(user))
    ),
    EnquiryCandidate: lambda user: EnquiryCandidate.enquiry_id.in_(_sought_ids(user)),
    Transaction: lambda user: Transaction.id.in_(_bought_ids(user)),
    Confirmation: lambda user: Confirmation.transaction_id.in_(_bought_ids(user)),
    Review: lambda user: sa.and_(
        Review.transaction_id.in_(_bought_ids(user)), _readable_from(ReviewSide.ENTERPRISE)
    ),
    Enterprise: lambda user: Enterprise.id.in_(_enterprise_ids(user)),
    EnterpriseMembership: lambda user: sa.or_(
        EnterpriseMembership.user_id == user.id,
        EnterpriseMembership.enterprise_id.in_(_enterprise_ids(user)),
    ),
    Invitation: lambda user: Invitation.email == user.email,
    Notification: lambda user: Notification.user_id == user.id,
}


PRIVATE = (Notification, DemandDraft)  # not for the platform's staff either

# What the link in a mail opens, without signing in.
HELD: dict[type, Callable[[Bearer], Condition]] = {
    Confirmation: lambda bearer: Confirmation.token_hash == bearer.token_hash,
    Transaction: lambda bearer: Transaction.id.in_(
        sa.select(_answer.c.transaction_id).where(_answer.c.token_hash == bearer.token_hash)
    ),
}


def workbench(user: User | None, model: type) -> Condition:
    """Return the condition that keeps `model` to what the person's institution works with."""
    scope = WORKBENCH.get(model)
    return scope(user) if user is not None and scope else sa.false()


def account(user: User | None, model: type) -> Condition:
    """Return the condition that keeps `model` to what the person holds as a customer."""
    scope = ACCOUNT.get(model)
    return scope(user) if user is not None and scope else sa.false()


def sees(user: User | Bearer | None, model: type) -> Condition:
    """Return the condition on `model` for all that the person may see, anywhere."""
    if isinstance(user, Bearer):
        return HELD[model](user) if model in HELD else sa.false()
    if user is SYSTEM or (user is not None and is_staff(user) and model not in PRIVATE):
        return sa.true()
    return sa.or_(workbench(user, model), account(user, model))


def visible(user: User | None, model: type[Any]) -> sa.Select[Any]:
    """Return a SELECT of the rows of `model` that the person may see. Start every query here."""
    return sa.select(model).where(sees(user, model))


# --- the public: what stands on the storefront, and what may be named there -------------------


def _certified_ids() -> sa.Select[tuple[int]]:
    return sa.select(_institution.c.id).where(_institution.c.status == InstitutionStatus.CERTIFIED)


def _spoken_consultant_ids() -> sa.Select[tuple[int]]:
    return sa.select(_link.c.consultant_id).where(
        _link.c.status == AffiliationStatus.LINKED, _link.c.institution_id.in_(_certified_ids())
    )


PUBLISHED: dict[type, Callable[[], Condition]] = {
    Institution: lambda: Institution.status == InstitutionStatus.CERTIFIED,
    Consultant: lambda: sa.and_(
        Consultant.status == ConsultantStatus.CERTIFIED,
        Consultant.id.in_(_spoken_consultant_ids()),
    ),
    CatalogueItem: lambda: ~CatalogueItem.retired,
    RegularOffer: lambda: sa.and_(
        RegularOffer.status == OfferStatus.LISTED,
        RegularOffer.institution_id.in_(_certified_ids()),
        RegularOffer.item_id.in_(sa.select(_item.c.id).where(~_item.c.retired)),
    ),
    FeaturedProduct: lambda: sa.and_(
        FeaturedProduct.status == ProductStatus.LISTED,
        FeaturedProduct.institution_id.in_(_certified_ids()),
    ),
    Review: lambda: Review.status == ReviewStatus.PUBLISHED,
}

# what once stood there keeps its address and its name in the past of others
KNOWN: dict[type, Callable[[], Condition]] = {
    Institution: lambda: Institution.certified_at.is_not(None),
    Consultant: lambda: Consultant.certified_at.is_not(None),
    Affiliation: lambda: Affiliation.linked_at.is_not(None),
    RegularOffer: sa.true,
    FeaturedProduct: lambda: FeaturedProduct.approved_at.is_not(None),
    Review: lambda: Review.status == ReviewStatus.PUBLISHED,
}


def published(model: type[Any] = Institution) -> Condition:
    """Return the condition for what stands on the public storefront."""
    return PUBLISHED[model]()


def once_listed() -> Condition:
    """Return the condition for a featured product that stands, or stood, on the storefront."""
    return sa.and_(
        FeaturedProduct.listed_at.is_not(None),
        FeaturedProduct.status.in_(
            (ProductStatus.LISTED, ProductStatus.DELISTED, ProductStatus.TAKEN_DOWN)
        ),
    )


def has_a_page() -> Condition:
    """Return the condition for a featured product whose page is there, if only to say it is gone.

    With its institution's suspension the page goes too, and comes back as it was.
    """
    return sa.and_(once_listed(), FeaturedProduct.institution_id.in_(_certified_ids()))


def known(model: type[Any]) -> Condition:
    """Return the condition for what anybody may be shown by name: it is, or was, published."""
    return KNOWN[model]() if model in KNOWN else sa.false()


# --- predicates: who may do a thing ---------------------------------------------------------


def is_staff(user: User) -> bool:
    """The platform's own people, whatever they may do."""
    return user.role is not None


def is_administrator(user: User, _row: object = None) -> bool:
    return user.role is PlatformRole.ADMINISTRATOR


def reviews(user: User, _row: object = None) -> bool:
    """Works the review queues."""
    return user.role in QUEUE_ROLES


def by_itself(user: User, _row: object = None) -> bool:
    """Nobody takes the step: it happens when its time has come."""
    return user is SYSTEM


def institution_ids(user: User) -> frozenset[int]:
    """The institutions in whose workbench the person works now (one, by constraint)."""
    return frozenset(
        held.institution_id
        for held in user.memberships
        if held.active and held.institution.status in AT_WORK
    )


def enterprise_ids(user: User) -> frozenset[int]:
    """The enterprises that the person acts for (one, by constraint)."""
    return frozenset(
        held.enterprise_id
        for held in user.enterprise_memberships
        if held.status is EnterpriseMembershipStatus.MEMBER
    )


def works_for(user: User, row: Any) -> bool:
    """The row belongs to the institution in whose workbench the person works."""
    owner = row.id if isinstance(row, Institution) else row.institution_id
    return owner in institution_ids(user)


def owns(user: User, row: Any) -> bool:
    """As `works_for`, and as an owner: staff, profile changes, invitations."""
    owner = row.id if isinstance(row, Institution) else row.institution_id
    return owner in institution_ids(user) and any(
        held.institution_id == owner and held.role is MembershipRole.OWNER and held.active
        for held in user.memberships
    )


def spoken_for_ids(user: User) -> frozenset[int]:
    """The institutions that the person speaks for as a consultant now (one, by constraint)."""
    session = object_session(user)
    return frozenset(session.scalars(_spoken_for_ids(user))) if session else frozenset()


def stands_for(user: User, row: Any) -> bool:
    """Works for the institution of the row, or speaks for it as a consultant."""
    return works_for(user, row) or row.institution_id in spoken_for_ids(user)


def in_charge(user: User, row: Demand) -> bool:
    """The demand is in the hands of this consultant, who speaks for the institution."""
    link = row.affiliation
    return (
        link is not None
        and link.status is AffiliationStatus.LINKED
        and link.consultant.user_id == user.id
        and row.institution.status in AT_WORK
    )


def answers(user: User, row: Demand) -> bool:
    """Works for the institution, or is its consultant in charge of the demand."""
    return works_for(user, row) or in_charge(user, row)


def proposes(user: User, row: Demand) -> bool:
    """Is in charge, and leaves the last word to those who work for the institution."""
    return in_charge(user, row) and not works_for(user, row)


def has_workbench(user: User) -> Condition:
    """The condition that the person works for an institution, or speaks for one."""
    return sa.or_(_institution_ids(user).exists(), _linked_ids(user).exists())


def applied(user: User, row: Institution) -> bool:
    """Wrote this application."""
    return row.applicant_id == user.id


def posted(user: User, row: Any) -> bool:
    """Posted the demand or enquiry in his own name, or acts now for the enterprise that did."""
    if row.enterprise_id is None:
        return row.poster_id == user.id
    return row.enterprise_id in enterprise_ids(user)


def bought(user: User, row: Any) -> bool:
    """Acts for the enterprise of a deal, and does not also work for its institution."""
    return row.enterprise_id in enterprise_ids(user) and not works_for(user, row)


def anyone(_user: User, _row: object = None) -> bool:
    """Whoever is signed in."""
    return True
