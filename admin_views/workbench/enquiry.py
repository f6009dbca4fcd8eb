"""Enquiries (帮我找服务) in which this institution is a candidate: willing or not."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

from admin_views.base import ChoiceFilter, DateRangeFilter, WorkbenchView
from admin_views.shared.unverified import MarksUnverified
from i18n.locales import money
from models import CandidateStatus, Enquiry, EnquiryCandidate


def number(_view: Any, _context: None, row: EnquiryCandidate, _name: str) -> str:
    return row.enquiry.number or ""


def title(_view: Any, _context: None, row: EnquiryCandidate, _name: str) -> str:
    return row.enquiry.title


def category(view: Any, _context: None, row: EnquiryCandidate, _name: str) -> str:
    return str(row.enquiry.category)


def description(_view: Any, _context: None, row: EnquiryCandidate, _name: str) -> str:
    return row.enquiry.description


def budget(_view: Any, _context: None, row: EnquiryCandidate, _name: str) -> str:
    return str(money(row.enquiry.budget)) if row.enquiry.budget else "—"


def wanted_by(_view: Any, _context: None, row: EnquiryCandidate, _name: str) -> str:
    return row.enquiry.wanted_by.isoformat() if row.enquiry.wanted_by else "—"


class EnquiryView(MarksUnverified, WorkbenchView):
    """What was put to this institution. Who asks, and the contact, come with the pick."""

    marked = "title"
    column_list = ("number", "title", "category", "budget", "wanted_by", "status", "created_at")
    column_labels = {
        "number": lazy_gettext("Number"),
        "title": lazy_gettext("Title"),
        "category": lazy_gettext("Service category"),
        "description": lazy_gettext("Description"),
        "budget": lazy_gettext("Budget"),
        "wanted_by": lazy_gettext("Wanted by"),
        "note": lazy_gettext("Your answer"),
        "created_at": lazy_gettext("Proposed on"),
    }
    column_details_list = ("category", "budget", "wanted_by", "description", "note")
    column_sortable_list = ("status", "created_at")
    column_searchable_list = ("enquiry.number", "enquiry.title")
    column_formatters = {
        "number": number,
        "title": title,
        "category": category,
        "description": description,
        "budget": budget,
        "wanted_by": wanted_by,
    }
    loads = (
        joinedload(EnquiryCandidate.enquiry).joinedload(Enquiry.category),
        joinedload(EnquiryCandidate.institution),
    )
    filters = (ChoiceFilter("status", CandidateStatus), DateRangeFilter("created_at"))
    empty_title = lazy_gettext("No enterprise has asked you yet.")
    empty_hint = lazy_gettext("When the platform proposes you and the enterprise asks, it is here.")

    def posted(self, row: EnquiryCandidate) -> Enquiry:
        return row.enquiry
