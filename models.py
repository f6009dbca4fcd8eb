"""Every table of the house, under one name. The tables themselves stand in tables/, by subject:
people, institutions, profile_changes, consultants, invitations, catalogue, products, demands,
enquiries, deals, reputation, scores, files, search, site, account, journal. Tables, enums and
constraints; no rules: those live in access and workflows/.
"""

from __future__ import annotations

from core.database import Base, db
from tables.account import (
    DemandDraft,
    Favourite,
    MutedNotice,
    NoticeKind,
    SignIn,
)
from tables.base import (
    Living,
    Stamped,
)
from tables.catalogue import (
    CatalogueItem,
    Category,
    ParameterSchema,
    Priced,
    PriceKind,
)
from tables.consultants import (
    Affiliation,
    AffiliationStatus,
    Consultant,
    ConsultantStatus,
    Qualification,
    consultant_category,
)
from tables.deals import (
    Confirmation,
    ConfirmationStatus,
    DayKind,
    Holiday,
    Transaction,
    TransactionStatus,
)
from tables.demands import (
    ContactWay,
    Demand,
    DemandStatus,
    OutcomeKind,
)
from tables.enquiries import (
    CandidateStatus,
    Enquiry,
    EnquiryCandidate,
    EnquiryStatus,
)
from tables.files import (
    Attachment,
    AttachmentKind,
)
from tables.institutions import (
    AssociationMembership,
    AssociationStatus,
    Institution,
    InstitutionStatus,
    Membership,
    MembershipRole,
    institution_category,
)
from tables.invitations import (
    Invitation,
    InvitationStatus,
)
from tables.journal import (
    Event,
    Mail,
    MailStatus,
    Notification,
    SiteSetting,
)
from tables.people import (
    AccountKind,
    Enterprise,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    ExternalIdentity,
    ParkEnterprise,
    PlatformRole,
    User,
)
from tables.products import (
    Described,
    FeaturedProduct,
    OfferStatus,
    ProductChange,
    ProductChangeStatus,
    ProductStatus,
    RegularOffer,
    product_affiliation,
)
from tables.profile_changes import (
    ProfileChange,
    ProfileChangeStatus,
)
from tables.reputation import (
    Activity,
    ActivityPart,
    ActivityRole,
    ActivitySource,
    ActivityStatus,
    Review,
    ReviewSide,
    ReviewStatus,
)
from tables.scores import (
    ConsultantScore,
    InstitutionScore,
    JobRun,
    Scored,
    ScoreRule,
)
from tables.search import (
    SearchEntry,
    SearchKind,
)
from tables.site import (
    Announcement,
    Consent,
    Page,
)

__all__ = [
    "AccountKind",
    "Activity",
    "ActivityPart",
    "ActivityRole",
    "ActivitySource",
    "ActivityStatus",
    "Affiliation",
    "AffiliationStatus",
    "Announcement",
    "AssociationMembership",
    "AssociationStatus",
    "Attachment",
    "AttachmentKind",
    "Base",
    "CandidateStatus",
    "CatalogueItem",
    "Category",
    "Confirmation",
    "ConfirmationStatus",
    "Consent",
    "Consultant",
    "ConsultantScore",
    "ConsultantStatus",
    "ContactWay",
    "DayKind",
    "Demand",
    "DemandDraft",
    "DemandStatus",
    "Described",
    "Enquiry",
    "EnquiryCandidate",
    "EnquiryStatus",
    "Enterprise",
    "EnterpriseMembership",
    "EnterpriseMembershipStatus",
    "Event",
    "ExternalIdentity",
    "Favourite",
    "FeaturedProduct",
    "Holiday",
    "Institution",
    "InstitutionScore",
    "InstitutionStatus",
    "Invitation",
    "InvitationStatus",
    "JobRun",
    "Living",
    "Mail",
    "MailStatus",
    "Membership",
    "MembershipRole",
    "MutedNotice",
    "NoticeKind",
    "Notification",
    "OfferStatus",
    "OutcomeKind",
    "Page",
    "ParameterSchema",
    "ParkEnterprise",
    "PlatformRole",
    "PriceKind",
    "Priced",
    "ProductChange",
    "ProductChangeStatus",
    "ProductStatus",
    "ProfileChange",
    "ProfileChangeStatus",
    "Qualification",
    "RegularOffer",
    "Review",
    "ReviewSide",
    "ReviewStatus",
    "ScoreRule",
    "Scored",
    "SearchEntry",
    "SearchKind",
    "SignIn",
    "SiteSetting",
    "Stamped",
    "Transaction",
    "TransactionStatus",
    "User",
    "consultant_category",
    "db",
    "institution_category",
    "product_affiliation",
]
