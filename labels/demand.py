"""Demands, enquiries and files."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import LazyString, lazy_gettext

from models import (
    AttachmentKind,
    CandidateStatus,
    ContactWay,
    DemandStatus,
    EnquiryStatus,
    OutcomeKind,
)

LABELS: dict[type[StrEnum], dict[StrEnum, LazyString]] = {
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
    EnquiryStatus: {
        EnquiryStatus.OPEN: lazy_gettext("Waits for a shortlist"),
        EnquiryStatus.SHORTLISTED: lazy_gettext("Shortlist sent"),
        EnquiryStatus.SETTLED: lazy_gettext("Institution picked"),
        EnquiryStatus.WITHDRAWN: lazy_gettext("Withdrawn"),
        EnquiryStatus.CLOSED: lazy_gettext("Closed without a match"),
    },
    CandidateStatus: {
        CandidateStatus.PROPOSED: lazy_gettext("No answer yet"),
        CandidateStatus.WILLING: lazy_gettext("Willing"),
        CandidateStatus.DECLINED: lazy_gettext("Declined"),
        CandidateStatus.PICKED: lazy_gettext("Picked"),
        CandidateStatus.DROPPED: lazy_gettext("No longer asked"),
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
        AttachmentKind.PHOTO: lazy_gettext("Photo"),
        AttachmentKind.COVER: lazy_gettext("Cover image"),
        AttachmentKind.DOCUMENT: lazy_gettext("Document"),
        AttachmentKind.CONTRACT: lazy_gettext("Contract"),
        AttachmentKind.INVOICE: lazy_gettext("Invoice"),
        AttachmentKind.EVIDENCE: lazy_gettext("Evidence"),
    },
}
