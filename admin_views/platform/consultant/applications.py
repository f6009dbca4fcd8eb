"""Review queue of consultant certifications: waiting time, possible duplicates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import g
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup
from sqlalchemy.orm import joinedload
from wtforms import Form

import access
import labels
from admin_views.base import PlatformView, QueueFilter
from admin_views.platform.review_page import RemarkedReturns, printable, remarks_form, with_own_ids
from core.clock import park_today
from forms.base import ReasonForm
from forms.categories import category_name
from i18n.locales import age
from models import Affiliation, AffiliationStatus, Consultant, Duty
from workflows.consultant import facts
from workflows.consultant.duplicates import Duplicate, duplicates_of
from workflows.consultant.facts import FIELD_LABELS
from workflows.engine import Transition

S = AffiliationStatus
QUEUE_STATES = (S.SUBMITTED, S.RETURNED, S.REJECTED, S.LINKED, S.UNLINKED, S.INVITED, S.ADDED)
SHARED_LABELS = {
    "mobile": FIELD_LABELS["mobile"],
    "email": lazy_gettext("E-mail"),
    "qualifications": lazy_gettext("Certificate number"),
}
RemarksForm = remarks_form(FIELD_LABELS)


def in_state(state: AffiliationStatus) -> Any:
    return lambda: Affiliation.status == state


def name(_view: Any, _context: None, row: Affiliation, _name: str) -> str:
    return row.consultant.name


def specialities(_view: Any, _context: None, row: Affiliation, _name: str) -> str:
    return " · ".join(category_name(category) for category in row.consultant.specialities)


def waiting_time(_view: Any, _context: None, row: Affiliation, _name: str) -> str:
    return age(row.submitted_at)


def duplicates_marker(_view: Any, _context: None, row: Affiliation, _name: str) -> Markup | str:
    """Who else has the same mobile, e-mail or certificate number: a count, what on hover."""
    found: Sequence[Duplicate] = g.duplicates.get(row.consultant_id, ())
    if not found:
        return "—"
    shared = {name for match in found for name in match.fields}
    fields = ", ".join(str(label) for name, label in SHARED_LABELS.items() if name in shared)
    words = gettext("%(count)s similar", count=len(found))
    return Markup('<span class="badge badge-warning" title="{}">{}</span>').format(fields, words)


class ConsultantReview(RemarkedReturns, PlatformView):
    """Certifications that were handed in. The details page is the review page."""

    opens = frozenset({Duty.APPLICATIONS, Duty.AUDIT})
    column_list = ("name", "submitted_at", "institution", "specialities", "duplicates", "status")
    column_labels = {
        **FIELD_LABELS,
        "name": lazy_gettext("Consultant"),
        "submitted_at": lazy_gettext("Waiting since"),
        "institution": lazy_gettext("Institution"),
        "duplicates": lazy_gettext("Known already"),
    }
    column_details_list = ("status",)  # its template shows the profile itself
    column_sortable_list = (
        "submitted_at",
        ("name", "consultant.name"),
        ("institution", "institution.name"),
    )
    column_default_sort = "submitted_at"
    column_searchable_list = ("consultant.name", "consultant.email", "institution.name")
    column_formatters = {
        "name": name,
        "submitted_at": waiting_time,
        "specialities": specialities,
        "duplicates": duplicates_marker,
    }
    loads = (
        joinedload(Affiliation.consultant).selectinload(Consultant.specialities),
        joinedload(Affiliation.consultant).selectinload(Consultant.qualifications),
    )
    filters = (
        QueueFilter(
            "status",
            lazy_gettext("State"),
            {state.value: (labels.label(state), in_state(state)) for state in QUEUE_STATES},
            waiting=S.SUBMITTED,
        ),
    )
    remarks_form = RemarksForm
    details_template = "admin/consultant/review.html"
    empty_title = lazy_gettext("No consultant waits for review.")

    def offers(self, step: Transition[Any]) -> bool:
        """The decisions of the review, and nothing else of this life."""
        return step.by == access.reviews_applications and super().offers(step)

    def scope(self) -> sa.ColumnElement[bool]:
        """All that was ever handed in; what was not is between the person and the institution."""
        return sa.and_(super().scope(), Affiliation.submitted_at.is_not(None))

    def body(self, rows: Sequence[Any], *, selectable: bool) -> Markup:
        people = [row.consultant for row in rows]
        g.duplicates = duplicates_of(people)  # one query for the page
        return super().body(rows, selectable=selectable)

    def details_context(self, row: Affiliation) -> dict[str, Any]:
        changed = facts.changed_since_last_submission(row)
        return {
            "labels": FIELD_LABELS,
            "shared_labels": SHARED_LABELS,
            "photo": facts.photo_of(row.consultant),
            "scans": facts.scans_of(row.consultant),
            "today": park_today(),
            "changed": {
                key: (printable(before), printable(after))
                for key, (before, after) in changed.items()
            },
            "duplicates": duplicates_of([row.consultant])[row.consultant_id],
            "forms": {
                "approve": with_own_ids(Form(), "approve"),
                "return": with_own_ids(RemarksForm(), "return"),
                "reject": with_own_ids(ReasonForm(), "reject"),
            },
        }
