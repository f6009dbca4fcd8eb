"""The register of institutions: suspended, restored and revoked from here."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.orm import selectinload

import access
import uploads
from admin_views.base import ChoiceFilter, DateRangeFilter, PlatformView, RelationFilter
from admin_views.platform.review_page import JOURNAL_LABELS, application_fields
from models import READS_RECORDS, Category, Institution, InstitutionStatus, Membership
from workflows.engine import Transition


class InstitutionView(PlatformView):
    """Every institution whose application was handed in, in whatever state."""

    opens = READS_RECORDS
    column_list = ("name", "credit_code", "categories", "status", "certified_at", "status_at")
    column_labels = {
        **JOURNAL_LABELS,
        "name": lazy_gettext("Institution"),
        "credit_code": lazy_gettext("Unified social credit code"),
        "categories": lazy_gettext("Service categories"),
        "certified_at": lazy_gettext("Certified on"),
        "applicant": lazy_gettext("Applicant"),
    }
    column_details_list = ("name", "status")  # its template shows the fields itself
    column_searchable_list = ("name", "credit_code", "contact_name", "contact_email")
    public = (Category,)
    filters = (
        ChoiceFilter("status", InstitutionStatus),
        RelationFilter("categories", lazy_gettext("Service category")),
        DateRangeFilter("certified_at"),
    )
    loads = (selectinload(Institution.memberships).joinedload(Membership.user),)
    details_template = "admin/institution/details.html"
    empty_title = lazy_gettext("No institution matches.")

    def offers(self, step: Transition[Any]) -> bool:
        """What a review decides is taken in its queue."""
        return step.by != access.reviews_applications and super().offers(step)

    def scope(self) -> sa.ColumnElement[bool]:
        return sa.and_(super().scope(), Institution.submitted_at.is_not(None))

    def details_context(self, row: Institution) -> dict[str, Any]:
        return {
            "fields": application_fields(row),
            "files": uploads.files_of(row),
            "people": [held for held in row.memberships if held.active],
        }
