"""The queue of applications: what waits, since when, and what of it is known already."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import g
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

import access
import labels
from admin_views.base import PlatformView, QueueFilter, RelationFilter, yes_no
from admin_views.platform.review_page import (
    JOURNAL_LABELS,
    RemarkedReturns,
    RemarksForm,
    review_facts,
)
from i18n.locales import age
from models import Category, Duty, Institution, InstitutionStatus
from workflows.engine import Transition
from workflows.institution import facts

S = InstitutionStatus
QUEUE_STATES = (S.SUBMITTED, S.RETURNED, S.REJECTED, S.WITHDRAWN, S.CERTIFIED)


def in_state(state: InstitutionStatus) -> Any:
    return lambda: Institution.status == state


def waiting_time(_view: Any, _context: None, row: Institution, _name: str) -> str:
    """How long ago the application was submitted."""
    return age(row.submitted_at)


def duplicates_marker(_view: Any, _context: None, row: Institution, _name: str) -> Markup | str:
    """What else is known under the same code, telephone or e-mail: names on hover, a count."""
    found = g.duplicates.get(row.id, ())
    if not found:
        return "—"
    words = gettext("%(count)s similar", count=len(found))
    shared = {name for match in found for name in match.fields}
    fields = ", ".join(str(label) for name, label in facts.FIELD_LABELS.items() if name in shared)
    return Markup('<span class="badge badge-warning" title="{}">{}</span>').format(fields, words)


class ApplicationView(RemarkedReturns, PlatformView):
    """Applications for certification. The details page is the review page."""

    opens = frozenset({Duty.APPLICATIONS, Duty.AUDIT})
    column_list = (
        "name",
        "submitted_at",
        "credit_code",
        "categories",
        "wants_association",
        "duplicates",
        "status",
    )
    column_labels = {
        **JOURNAL_LABELS,
        "submitted_at": lazy_gettext("Waiting since"),
        "name": lazy_gettext("Institution"),
        "credit_code": lazy_gettext("Unified social credit code"),
        "categories": lazy_gettext("Service categories"),
        "wants_association": lazy_gettext("Association wish"),
        "duplicates": lazy_gettext("Known already"),
    }
    column_details_list = ("name", "status")  # its template shows the fields itself
    column_sortable_list = ("submitted_at", "name", "credit_code", "wants_association")
    column_default_sort = "submitted_at"
    column_searchable_list = ("name", "credit_code", "contact_name", "contact_email")
    column_formatters = {
        "submitted_at": waiting_time,
        "duplicates": duplicates_marker,
    }
    public = (Category,)
    filters = (
        QueueFilter(
            "status",
            lazy_gettext("State"),
            {state.value: (labels.label(state), in_state(state)) for state in QUEUE_STATES},
            waiting=S.SUBMITTED,
        ),
        RelationFilter("categories", lazy_gettext("Service category")),
        yes_no(
            "wants_association",
            lazy_gettext("Association wish"),
            lambda: Institution.wants_association,
        ),
    )
    remarks_form = RemarksForm
    details_template = "admin/institution/application.html"
    empty_title = lazy_gettext("No application waits for review.")

    def offers(self, step: Transition[Any]) -> bool:
        """The decisions of the review, and nothing else of this life."""
        return step.by == access.reviews_applications and super().offers(step)

    def scope(self) -> sa.ColumnElement[bool]:
        """Everything that was ever handed in; drafts are their writers' own."""
        return sa.and_(super().scope(), Institution.submitted_at.is_not(None))

    def body(self, rows: Sequence[Any], *, selectable: bool) -> Markup:
        g.duplicates = facts.duplicates_of(rows)  # one query for the page
        return super().body(rows, selectable=selectable)

    def details_context(self, row: Institution) -> dict[str, Any]:
        return review_facts(row)
