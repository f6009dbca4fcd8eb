"""Transactions, reviews and activities."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

from models import (
    ActivityRole,
    ActivitySource,
    ActivityStatus,
    ConfirmationStatus,
    DayKind,
    ReviewSide,
    ReviewStatus,
    TransactionStatus,
)

LABELS: dict[type[StrEnum], dict[StrEnum, LazyString]] = {
    TransactionStatus: {
        TransactionStatus.DRAFT: lazy_gettext("Draft"),
        TransactionStatus.FILED: lazy_gettext("Filed, awaiting review"),
        TransactionStatus.RETURNED: lazy_gettext("Returned for correction"),
        TransactionStatus.APPROVED: lazy_gettext("Approved"),
        TransactionStatus.REJECTED: lazy_gettext("Rejected"),
        TransactionStatus.REVOKED: lazy_gettext("Revoked"),
        TransactionStatus.WITHDRAWN: lazy_gettext("Withdrawn"),
    },
    ConfirmationStatus: {
        ConfirmationStatus.ASKED: lazy_gettext("Asked, no answer yet"),
        ConfirmationStatus.CONFIRMED: lazy_gettext("Confirmed by the enterprise"),
        ConfirmationStatus.DENIED: lazy_gettext("Denied by the enterprise"),
        ConfirmationStatus.SILENT: lazy_gettext("No answer in time"),
    },
    DayKind: {
        DayKind.OFF: lazy_gettext("Day off"),
        DayKind.WORK: lazy_gettext("Working day instead"),
    },
    ReviewStatus: {
        ReviewStatus.OPEN: lazy_gettext("To be written"),
        ReviewStatus.SEALED: lazy_gettext("Sealed"),
        ReviewStatus.PUBLISHED: lazy_gettext("Published"),
        ReviewStatus.HIDDEN: lazy_gettext("Hidden by the platform"),
        ReviewStatus.LAPSED: lazy_gettext("Lapsed"),
    },
    ReviewSide: {
        ReviewSide.INSTITUTION: lazy_gettext("The institution on the enterprise"),
        ReviewSide.ENTERPRISE: lazy_gettext("The enterprise on the institution"),
    },
    ActivityStatus: {
        ActivityStatus.REGISTERED: lazy_gettext("Registered, awaiting review"),
        ActivityStatus.APPROVED: lazy_gettext("Approved"),
        ActivityStatus.REJECTED: lazy_gettext("Rejected"),
        ActivityStatus.REVOKED: lazy_gettext("Revoked"),
    },
    ActivitySource: {
        ActivitySource.MAIL: lazy_gettext("By mail"),
        ActivitySource.WORKBENCH: lazy_gettext("In the workbench"),
        ActivitySource.PLATFORM: lazy_gettext("By the platform"),
    },
    ActivityRole: {
        ActivityRole.HOST: lazy_gettext("Host"),
        ActivityRole.COHOST: lazy_gettext("Co-host"),
        ActivityRole.SUPPORT: lazy_gettext("Supporting organiser"),
    },
}
