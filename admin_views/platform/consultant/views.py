"""The register of consultants, each with their institutions over time. Read only."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload, selectinload

from admin_views.base import ChoiceFilter, DateRangeFilter, PlatformView, RelationFilter, yes_no
from admin_views.base.history import entries
from core.clock import park_today
from core.database import db
from models import (
    READS_RECORDS,
    Affiliation,
    AffiliationStatus,
    Category,
    Consultant,
    ConsultantStatus,
)
from workflows.consultant.facts import FIELD_LABELS, photo_of, scans_of


def institutions(_view: Any, _context: None, row: Consultant, _name: str) -> str:
    """The institution the consultant is linked to, else those that list them."""
    linked = [
        affiliation
        for affiliation in row.affiliations
        if affiliation.status is AffiliationStatus.LINKED
    ]
    return " · ".join(affiliation.institution.name for affiliation in linked or row.affiliations)


class ConsultantRecord(PlatformView):
    """Every consultant, and every note of one. The platform edits none of them."""

    opens = READS_RECORDS
    column_list = ("name", "title", "email", "institutions", "status", "certified_at")
    column_labels = {
        **FIELD_LABELS,
        "name": lazy_gettext("Consultant"),
        "email": lazy_gettext("E-mail"),
        "institutions": lazy_gettext("Institution"),
        "certified_at": lazy_gettext("Certified on"),
        "consented_at": lazy_gettext("Agreed to the publication"),
        "user_id": lazy_gettext("Account"),
    }
    column_details_list = ("status",)  # its template shows the profile itself
    column_sortable_list = ("name", "title", "email", "certified_at")
    column_searchable_list = ("name", "email", "mobile", "qualifications.number")
    column_formatters = {"institutions": institutions}
    public = (Category,)
    loads = (selectinload(Consultant.affiliations).joinedload(Affiliation.institution),)
    filters = (
        ChoiceFilter("status", ConsultantStatus),
        yes_no("account", lazy_gettext("Has an account"), lambda: Consultant.user_id.is_not(None)),
        RelationFilter("specialities"),
        DateRangeFilter("certified_at"),
    )
    details_template = "admin/consultant/record.html"
    empty_title = lazy_gettext("No consultant was added yet.")

    def details_context(self, row: Consultant) -> dict[str, Any]:
        held = db.session.scalars(
            sa.select(Affiliation)
            .where(Affiliation.consultant_id == row.id)
            .options(joinedload(Affiliation.institution), joinedload(Affiliation.adder))
            .order_by(Affiliation.id)
        ).all()
        printer = self.record_printer()
        return {
            "labels": FIELD_LABELS,
            "photo": photo_of(row),
            "scans": scans_of(row),
            "today": park_today(),
            "affiliations": [
                (affiliation, entries(affiliation, self.column_labels, printer))
                for affiliation in held
            ],
        }
