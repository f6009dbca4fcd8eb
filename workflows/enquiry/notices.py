"""Recipients, links and template context of the notices about an enquiry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import access
from models import Enquiry, EnquiryCandidate, NoticeKind
from workflows.demand.notices import customers
from workflows.engine import recipients
from workflows.engine.notices import Notice, Recipient, dispatchers


def asked_institutions(rows: Sequence[EnquiryCandidate]) -> Mapping[int, Sequence[Recipient]]:
    """The institutions of those candidates whom the enterprise let answer."""
    asked = [row for row in rows if row.enquiry.asked_at is not None]
    people = recipients.of_institutions({row.institution_id for row in asked})
    return {row.id: people.get(row.institution_id, []) for row in asked}


def enquirers(rows: Sequence[EnquiryCandidate]) -> Mapping[int, Sequence[Recipient]]:
    """The enterprise's side of each candidate's enquiry."""
    people = customers([row.enquiry for row in rows])
    return {row.id: people[row.enquiry_id] for row in rows}


def to_account(row: Enquiry) -> str:
    return f"/account/enquiries/{row.id}"


def candidates_to_account(row: EnquiryCandidate) -> str:
    return to_account(row.enquiry)


def to_workbench(row: EnquiryCandidate) -> str:
    return f"/workbench/enquiries/details/?id={row.id}"


def to_queue(row: Enquiry) -> str:
    return f"/admin/enquiry/details/?id={row.id}"


def context(rows: Sequence[Enquiry]) -> dict[int, dict[str, Any]]:
    unverified = access.unverified_among(rows)
    return {
        row.id: {
            "number": row.number,
            "title": row.title,
            "not_verified": row.id in unverified,
        }
        for row in rows
    }


def candidate_context(rows: Sequence[EnquiryCandidate]) -> dict[int, dict[str, Any]]:
    """What mails may say of a candidate. Never the contact: it is passed on with the pick."""
    unverified = access.unverified_among([row.enquiry for row in rows])
    return {
        row.id: {
            "number": row.enquiry.number,
            "title": row.enquiry.title,
            "institution": row.institution.name,
            "note": row.note or "",
            "not_verified": row.enquiry_id in unverified,
        }
        for row in rows
    }


def notify_enquirer(template: str) -> Notice[Enquiry]:
    return Notice(template=template, kind=NoticeKind.DEMAND, recipients=customers, link=to_account)


def notify_enquirer_of(template: str) -> Notice[EnquiryCandidate]:
    return Notice(
        template=template, kind=NoticeKind.DEMAND, recipients=enquirers, link=candidates_to_account
    )


def notify_asked(template: str) -> Notice[EnquiryCandidate]:
    return Notice(
        template=template, kind=NoticeKind.DEMAND, recipients=asked_institutions, link=to_workbench
    )


NOTIFY_REVIEWERS = Notice(
    template="enquiry_waiting", kind=NoticeKind.DEMAND, recipients=dispatchers, link=to_queue
)
