"""Every ORM model and enum, under one name: `from models import Demand`.

The tables themselves stand in tables/, a file a subject. Tables, enums and constraints; no rules:
those live in access/ and workflows/.
"""

from __future__ import annotations

from core.database import Base, db
from tables.account import Consent, Favourite, SessionEnd, SignIn, SignInFailure
from tables.activity import Activity, ActivityPart, ActivityRole, ActivitySource, ActivityStatus
from tables.association import AssociationMembership, AssociationStatus
from tables.attachment import Attachment, AttachmentKind
from tables.base import (
    Living,
    Stamped,
    complete,
    touch,
)
from tables.cache_mark import CacheMark
from tables.catalogue import CatalogueItem
from tables.category import Category, ParameterSchema
from tables.confirmation import Confirmation, ConfirmationStatus
from tables.consultant import (
    Affiliation,
    AffiliationStatus,
    Consultant,
    ConsultantStatus,
    Qualification,
    consultant_category,
)
from tables.content import Announcement, Page, SiteSetting
from tables.demand import ContactWay, Demand, DemandDraft, DemandStatus, OutcomeKind
from tables.enquiry import CandidateStatus, Enquiry, EnquiryCandidate, EnquiryStatus
from tables.enterprise import (
    Enterprise,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    ParkEnterprise,
    Verification,
    VerificationStatus,
    VerifiedHow,
)
from tables.event import Event, EventSeal
from tables.institution import (
    Institution,
    InstitutionStatus,
    Membership,
    MembershipRole,
    institution_category,
)
from tables.invitation import Invitation, InvitationStatus
from tables.job import JobRun
from tables.kept_form import KeptForm
from tables.mail import Mail, MailStatus
from tables.notice import EventName, MutedNotice, NoticeKind, Notification
from tables.objection import Objection, ObjectionStatus
from tables.offer import OfferStatus, RegularOffer
from tables.passkey import Passkey
from tables.person import AccountKind, ExternalIdentity, Registration, User
from tables.price import Priced, PriceKind
from tables.product import (
    Described,
    FeaturedProduct,
    ProductChange,
    ProductChangeStatus,
    ProductStatus,
    product_affiliation,
)
from tables.profile_change import ProfileChange, ProfileChangeStatus
from tables.proposal import Proposal, ProposalStatus
from tables.ranking import ConsultantScore, InstitutionScore, Scored, ScoreMark, ScoreRule
from tables.rate_counter import RateCounter
from tables.review import Review, ReviewSide, ReviewStatus
from tables.role import (
    EVERY_DUTY,
    READS_RECORDS,
    READY_MADE,
    Duty,
    PlatformRole,
    StaffRole,
    StaffRoleDuty,
)
from tables.search import (
    SearchEntry,
    SearchKind,
)
from tables.staff_invitation import StaffInvitation
from tables.task import Task, TaskRow, TaskStatus
from tables.transaction import Transaction, TransactionStatus
from tables.view_as import ViewAs
from tables.workday import DayKind, Holiday

__all__ = [
    "EVERY_DUTY",
    "READS_RECORDS",
    "READY_MADE",
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
    "CacheMark",
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
    "Duty",
    "Enquiry",
    "EnquiryCandidate",
    "EnquiryStatus",
    "Enterprise",
    "EnterpriseMembership",
    "EnterpriseMembershipStatus",
    "Event",
    "EventName",
    "EventSeal",
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
    "KeptForm",
    "Living",
    "Mail",
    "MailStatus",
    "Membership",
    "MembershipRole",
    "MutedNotice",
    "NoticeKind",
    "Notification",
    "Objection",
    "ObjectionStatus",
    "OfferStatus",
    "OutcomeKind",
    "Page",
    "ParameterSchema",
    "ParkEnterprise",
    "Passkey",
    "PlatformRole",
    "PriceKind",
    "Priced",
    "ProductChange",
    "ProductChangeStatus",
    "ProductStatus",
    "ProfileChange",
    "ProfileChangeStatus",
    "Proposal",
    "ProposalStatus",
    "Qualification",
    "RateCounter",
    "Registration",
    "RegularOffer",
    "Review",
    "ReviewSide",
    "ReviewStatus",
    "ScoreMark",
    "ScoreRule",
    "Scored",
    "SearchEntry",
    "SearchKind",
    "SessionEnd",
    "SignIn",
    "SignInFailure",
    "SiteSetting",
    "StaffInvitation",
    "StaffRole",
    "StaffRoleDuty",
    "Stamped",
    "Task",
    "TaskRow",
    "TaskStatus",
    "Transaction",
    "TransactionStatus",
    "User",
    "Verification",
    "VerificationStatus",
    "VerifiedHow",
    "ViewAs",
    "complete",
    "consultant_category",
    "db",
    "institution_category",
    "product_affiliation",
    "touch",
]
