"""All demands, to read. Telephone and e-mail stay masked: the platform needs neither."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

import access
import uploads
from admin_views.base import ChoiceFilter, DateRangeFilter, PlatformView, RelationFilter
from admin_views.shared.unverified import MarksUnverified
from models import READS_RECORDS, Category, Demand, DemandStatus, OutcomeKind


def masked_email(_view: Any, _context: None, row: Demand, _name: str) -> str:
    """The first letter and the domain: enough to distinguish two addresses."""
    local, _, domain = row.contact_email.partition("@")
    return f"{local[:1]}***@{domain}"


class DemandView(MarksUnverified, PlatformView):
    """What enterprises asked of institutions, and what became of it."""

    opens = READS_RECORDS
    marked = "enterprise"
    column_list = (
        "number",
        "title",
        "category",
        "institution",
        "enterprise",
        "status",
        "created_at",
        "status_at",
    )
    column_labels = {
        "number": lazy_gettext("Number"),
        "title": lazy_gettext("Title"),
        "category": lazy_gettext("Service category"),
        "institution": lazy_gettext("Institution"),
        "enterprise": lazy_gettext("Enterprise"),
        "asked_for": lazy_gettext("Asked for"),
        "poster": lazy_gettext("Posted by"),
        "description": lazy_gettext("Description"),
        "budget": lazy_gettext("Budget"),
        "wanted_by": lazy_gettext("Wanted by"),
        "contact_name": lazy_gettext("Contact person"),
        "contact_phone": lazy_gettext("Telephone"),
        "contact_email": lazy_gettext("E-mail"),
        "outcome": lazy_gettext("Outcome"),
        "contacted_by": lazy_gettext("How they were in contact"),
        "contacted_on": lazy_gettext("When they were in contact"),
        "amount": lazy_gettext("Amount"),
        "outcome_remark": lazy_gettext("Remark"),
        "sent_on_from": lazy_gettext("Sent on from"),
        "created_at": lazy_gettext("Posted on"),
    }
    column_details_list = (
        "number",
        "title",
        "status",
        "status_at",
        "category",
        "institution",
        "asked_for",
        "enterprise",
        "poster",
        "created_at",
        "description",
        "budget",
        "wanted_by",
        "contact_name",
        "contact_phone",
        "contact_email",
        "sent_on_from",
        "reason",
        "outcome",
        "contacted_by",
        "contacted_on",
        "amount",
        "outcome_remark",
    )
    column_formatters = {
        "contact_email": masked_email,
        "asked_for": lambda _view, _context, row, _name: (row.asked_for or {}).get("name", ""),
    }
    column_searchable_list = ("number", "title", "institution.name", "enterprise.name")
    public = (Category,)
    filters = (
        ChoiceFilter("status", DemandStatus),
        RelationFilter("category"),
        ChoiceFilter("outcome", OutcomeKind),
        DateRangeFilter("created_at"),
    )
    details_template = "admin/demand/record.html"
    empty_title = lazy_gettext("No demand was posted yet.")

    def details_context(self, row: Demand) -> dict[str, Any]:
        return {
            "files": uploads.files_of(row),
            "not_verified": bool(access.unverified_among([row])),
        }
