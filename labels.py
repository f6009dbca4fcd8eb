"""What the members of every enum are called, in the reader's language, and how they are coloured.

Two enums that share an English word but not a Chinese one get different English words here.
"""

from __future__ import annotations

from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

from models import (
    AccountKind,
    AssociationStatus,
    AttachmentKind,
    ContactWay,
    DemandStatus,
    EnterpriseMembershipStatus,
    InstitutionStatus,
    InvitationStatus,
    MailStatus,
    MembershipRole,
    OutcomeKind,
    PlatformRole,
    ProfileChangeStatus,
)

# By kind first: members of different StrEnums are equal where their values are.
LABELS: dict[type[StrEnum], dict[StrEnum, LazyString]] = {
    AccountKind: {
        AccountKind.ORDINARY: lazy_gettext("Ordinary user"),
        AccountKind.ENTERPRISE: lazy_gettext("Enterprise user"),
    },
    PlatformRole: {
        PlatformRole.ADMINISTRATOR: lazy_gettext("Administrator"),
        PlatformRole.REVIEWER: lazy_gettext("Reviewer"),
        PlatformRole.AUDITOR: lazy_gettext("Auditor"),
    },
    EnterpriseMembershipStatus: {
        EnterpriseMembershipStatus.REQUESTED: lazy_gettext("Asked to join"),
        EnterpriseMembershipStatus.MEMBER: lazy_gettext("Colleague"),
        EnterpriseMembershipStatus.DECLINED: lazy_gettext("Not agreed to"),
        EnterpriseMembershipStatus.REMOVED: lazy_gettext("Removed"),
    },
    InstitutionStatus: {
        InstitutionStatus.DRAFT: lazy_gettext("Draft"),
        InstitutionStatus.SUBMITTED: lazy_gettext("Awaiting review"),
        InstitutionStatus.RETURNED: lazy_gettext("Returned for correction"),
        InstitutionStatus.REJECTED: lazy_gettext("Rejected"),
        InstitutionStatus.CERTIFIED: lazy_gettext("Certified"),
        InstitutionStatus.SUSPENDED: lazy_gettext("Suspended"),
        InstitutionStatus.REVOKED: lazy_gettext("Certification revoked"),
        InstitutionStatus.WITHDRAWN: lazy_gettext("Withdrawn"),
    },
    MembershipRole: {
        MembershipRole.OWNER: lazy_gettext("Owner"),
        MembershipRole.STAFF: lazy_gettext("Staff"),
    },
    AssociationStatus: {
        AssociationStatus.APPLIED: lazy_gettext("Membership applied for"),
        AssociationStatus.MEMBER: lazy_gettext("Association member"),
        AssociationStatus.REJECTED: lazy_gettext("Not admitted"),
        AssociationStatus.RESIGNED: lazy_gettext("Resigned"),
        AssociationStatus.REMOVED: lazy_gettext("Removed from the association"),
    },
    ProfileChangeStatus: {
        ProfileChangeStatus.SUBMITTED: lazy_gettext("Awaiting review"),
        ProfileChangeStatus.APPROVED: lazy_gettext("Approved"),
        ProfileChangeStatus.REJECTED: lazy_gettext("Rejected"),
        ProfileChangeStatus.WITHDRAWN: lazy_gettext("Withdrawn"),
    },
    InvitationStatus: {
        InvitationStatus.SENT: lazy_gettext("Invited"),
        InvitationStatus.ACCEPTED: lazy_gettext("Joined"),
        InvitationStatus.REVOKED: lazy_gettext("Invitation revoked"),
    },
    DemandStatus: {
        DemandStatus.SUBMITTED: lazy_gettext("New"),
        DemandStatus.READ: lazy_gettext("Read"),
        DemandStatus.ACCEPTED: lazy_gettext("Accepted"),
        DemandStatus.DECLINED: lazy_gettext("Declined"),
        DemandStatus.OUTCOME: lazy_gettext("Outcome recorded"),
        DemandStatus.CONFIRMED: lazy_gettext("Outcome confirmed"),
        DemandStatus.DISPUTED: lazy_gettext("Outcome disputed"),
        DemandStatus.WITHDRAWN: lazy_gettext("Withdrawn"),
    },
    OutcomeKind: {
        OutcomeKind.DEAL: lazy_gettext("Deal made"),
        OutcomeKind.NO_DEAL: lazy_gettext("No deal"),
    },
    ContactWay: {
        ContactWay.PHONE: lazy_gettext("Telephone"),
        ContactWay.VISIT: lazy_gettext("In person"),
        ContactWay.EMAIL: lazy_gettext("E-mail"),
        ContactWay.MESSAGE: lazy_gettext("Message"),
    },
    AttachmentKind: {
        AttachmentKind.LICENCE: lazy_gettext("Business licence"),
        AttachmentKind.QUALIFICATION: lazy_gettext("Qualification"),
        AttachmentKind.PROPOSED_LICENCE: lazy_gettext("Proposed business licence"),
    },
    MailStatus: {
        MailStatus.QUEUED: lazy_gettext("Queued"),
        MailStatus.SENDING: lazy_gettext("Sending"),
        MailStatus.SENT: lazy_gettext("Sent"),
        MailStatus.DEAD: lazy_gettext("Given up"),
    },
}

# What a person has to act on is amber, what went well green, what went wrong red, the rest quiet.
TONES: dict[str, tuple[str, ...]] = {
    "waiting": ("submitted", "requested", "applied", "returned", "read", "queued", "sending"),
    "good": ("certified", "member", "approved", "accepted", "confirmed", "deal", "sent"),
    "bad": ("rejected", "suspended", "revoked", "disputed", "dead"),
    "info": ("outcome", "enterprise", "administrator", "owner"),
}
_TONE_OF = {value: tone for tone, values in TONES.items() for value in values}


def label(member: StrEnum | None) -> LazyString | str:
    """Return what `member` is called, translated when shown; a dash for None.

    Raises:
        KeyError: the enum has no line in the table above.
    """
    return "—" if member is None else LABELS[type(member)][member]


def tone(member: StrEnum | str | None) -> str:
    """Return the colour of a badge: waiting, good, bad, info or quiet."""
    return _TONE_OF.get(str(member), "quiet")
