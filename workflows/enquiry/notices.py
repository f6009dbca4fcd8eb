"""Who hears of an undirected demand, where it leads them, and what the mails say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models import Enquiry, EnquiryCandidate
from workflows.demand.notices import customers
from workflows.engine import recipients
from workflows.engine.notices import Notice, Recipient, reviewers


def asked_people(rows: Sequence[EnquiryCandidate]) -> Mapping[int, Sequence[Recipient]]:
    """The institutions of those candidates whom the enterprise let answer."""
    asked = [row for row in rows if row.enquiry.asked_at is not None]
    people = recipients.of_institutions({row.institution_id for row in asked})
    return {row.id: people.get(row.institution_id, []) for row in asked}


def enquirers(rows: Sequence[EnquiryCandidate]) -> Mapping[int, Sequence[Recipient]]:
    """The enterprise's side of each candidate's enquiry."""
    told = customers([row.enquiry for row in rows])
    return {row.id: told[row.enquiry_id] for row in rows}


def context(row: Enquiry) -> dict[str, Any]:
    return {"number": row.number, "title": row.title}


def candidate_context(row: EnquiryCandidate) -> dict[str, Any]:
    """What mails may say of a candidate. Never the contact: it is passed on with the pick."""
    return context(row.enquiry) | {
        "institution": row.institution.name,
        "note": row.note or "",
    }


def to_account(row: Enquiry) -> str:
    return f"/account/enquiries/{row.id}"


def candidates_to_account(row: EnquiryCandidate) -> str:
    return to_account(row.enquiry)


def to_workbench(row: EnquiryCandidate) -> str:
    return f"/workbench/enquiries/details/?id={row.id}"


def to_queue(row: Enquiry) -> str:
    return f"/admin/enquiry/details/?id={row.id}"


def tell_enquirer(template: str) -> Notice:
    return Notice(template=template, to=customers, link=to_account)


def tell_enquirer_of(template: str) -> Notice:
    return Notice(template=template, to=enquirers, link=candidates_to_account)


def tell_asked(template: str) -> Notice:
    return Notice(template=template, to=asked_people, link=to_workbench)


TELL_REVIEWERS = Notice(template="enquiry_waiting", to=reviewers, link=to_queue)
