"""Labels of consultants and of their affiliations with institutions."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

from models import (
    AffiliationStatus,
    ConsultantStatus,
)

LABELS: dict[type[StrEnum], dict[StrEnum, LazyString]] = {
    ConsultantStatus: {
        ConsultantStatus.UNCERTIFIED: lazy_gettext("Not certified yet"),
        ConsultantStatus.CERTIFIED: lazy_gettext("Certified consultant"),
        ConsultantStatus.WITHDRAWN: lazy_gettext("Certification withdrawn"),
    },
    AffiliationStatus: {
        AffiliationStatus.ADDED: lazy_gettext("Added, not invited"),
        AffiliationStatus.INVITED: lazy_gettext("Invited, no answer yet"),
        AffiliationStatus.ACCEPTED: lazy_gettext("Filling in the certification"),
        AffiliationStatus.SUBMITTED: lazy_gettext("Awaiting review"),
        AffiliationStatus.RETURNED: lazy_gettext("Returned for correction"),
        AffiliationStatus.REJECTED: lazy_gettext("Rejected"),
        AffiliationStatus.LINKED: lazy_gettext("Linked"),
        AffiliationStatus.UNLINKED: lazy_gettext("Unlinked"),
    },
}
