"""Institutions, their people and their changes."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

from models import (
    AssociationStatus,
    InstitutionStatus,
    InvitationStatus,
    MembershipRole,
    ProfileChangeStatus,
)

LABELS: dict[type[StrEnum], dict[StrEnum, LazyString]] = {
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
}
