"""Review queue of enquiries (帮我找服务): suggested institutions, a shortlist by one click."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import lazy_gettext, ngettext
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.datastructures import MultiDict
from wtforms import Form

import access
import labels
from admin_views.base import DateRangeFilter, PlatformView, QueueFilter, RelationFilter
from admin_views.shared.unverified import MarksUnverified
from forms.base import choices
from i18n.locales import age
from models import CandidateStatus, Category, Duty, Enquiry, EnquiryCandidate, EnquiryStatus
from workflows.engine import Transition
from workflows.enquiry.forms import ShortlistForm
from workflows.enquiry.rules import live, waits_for_shortlist
from workflows.enquiry.suggestions import OFFERED, Fit, shortlist, suggestions

OFFERED_AT_MOST = 60  # institutions to choose from on one page; the search finds the others


def waiting_time(_view: Any, _context: None, row: Enquiry, _name: str) -> str:
    return age(row.created_at)


def in_state(state: EnquiryStatus) -> Any:
    return lambda: Enquiry.status == state


def description_of(fit: Fit) -> str:
    """Return the label of a suggested institution with its pros and cons, in one line."""
    words = ngettext(
        "score %(score)s, %(load)s open demand or shortlist",
        "score %(score)s, %(load)s open demands and shortlists",
        fit.load, score=f"{fit.score:.0f}", load=fit.load,
    )  # fmt: skip
    return f"{fit.name} ({words})"


def folded(name: str | None) -> str:
    """Return a name as it is compared: full-width forms, capitals and spaces make no difference."""
    return "".join(unicodedata.normalize("NFKC", name or "").casefold().split())


def choice_of(fits: Sequence[Fit], name: str, ticked: Collection[int]) -> list[Fit]:
    """Return whom a page offers: who is ticked already, then the best whose name holds `name`."""
    found = [fit for fit in fits if fit.id not in ticked and name in folded(fit.name)]
    return [fit for fit in fits if fit.id in ticked] + found[:OFFERED_AT_MOST]


class EnquiryView(MarksUnverified, PlatformView):
    """Enterprises that ask whom to ask. Their contact is not shown here: nobody needs it."""

    opens = frozenset({Duty.DISPATCH, Duty.AUDIT})
    marked = "title"
    column_list = ("number", "title", "category", "budget", "wanted_by", "created_at", "status")
    column_labels = {
        "number": lazy_gettext("Number"),
        "title": lazy_gettext("Title"),
        "category": lazy_gettext("Service category"),
        "enterprise": lazy_gettext("Enterprise"),
        "poster": lazy_gettext("Posted by"),
        "description": lazy_gettext("Description"),
        "budget": lazy_gettext("Budget"),
        "wanted_by": lazy_gettext("Wanted by"),
        "created_at": lazy_gettext("Posted on"),
        "asked_at": lazy_gettext("Institutions asked on"),
        "shortlist": lazy_gettext("Shortlist"),
        "demand": lazy_gettext("Demand"),
    }
    column_details_list = ("category", "enterprise", "poster", "created_at", "budget", "wanted_by",
                           "asked_at", "demand", "reason", "description")  # fmt: skip
    column_sortable_list = ("number", "title", "created_at", "wanted_by")
    column_default_sort = "created_at"
    column_searchable_list = ("number", "title", "enterprise.name")
    column_formatters = {"created_at": waiting_time}
    public = (Category,)
    loads = (
        joinedload(Enquiry.category),
        selectinload(Enquiry.candidates).joinedload(EnquiryCandidate.institution),
    )
    filters = (
        QueueFilter(
            "status",
            lazy_gettext("State"),
            {"waits": (lazy_gettext("Waits for you"), waits_for_shortlist)}
            | {state.value: (labels.label(state), in_state(state)) for state in EnquiryStatus},
            waiting="waits",
        ),
        RelationFilter("category"),
        DateRangeFilter("created_at"),
    )
    bulk = ("close",)
    details_template = "admin/enquiry/details.html"
    ask_template = "admin/enquiry/ask.html"
    empty_title = lazy_gettext("Nobody waits for a shortlist.")
    empty_hint = lazy_gettext("New ones appear here, and reviewers are told by mail.")

    def details_context(self, row: Enquiry) -> dict[str, Any]:
        declined = {
            candidate.institution_id
            for candidate in row.candidates
            if candidate.status is CandidateStatus.DECLINED
        }
        fits = [fit for fit in suggestions(row) if fit.id not in declined]
        found = shortlist(fits)
        on_it = {
            candidate.institution_id for candidate in row.candidates if candidate.status in OFFERED
        }
        return {
            "suggested": found,
            "not_verified": bool(access.unverified_among([row])),
            "sent": {fit.id for fit in found} == on_it,
            "fitting": len(fits),
            "candidates": [(candidate, live(candidate)) for candidate in row.candidates],
        }

    def ask_form(
        self, step: Transition, rows: Sequence[Any], data: MultiDict[str, str] | None
    ) -> Form:
        """Offer who fits, the best first, then the others."""
        form = super().ask_form(step, rows, data)
        if isinstance(form, ShortlistForm):
            fits = suggestions(rows[0], beyond=True)
            ticked = set(form.institution_ids.data or ())
            offered = choice_of(fits, folded(form.name_like.data), ticked)
            form.institution_ids.choices = choices((fit.id, description_of(fit)) for fit in offered)
            form.left_out = len(fits) - len(offered)
        return form

    def answers(self, step: Transition, form: Form) -> dict[str, Any]:
        found = super().answers(step, form)
        if isinstance(form, ShortlistForm):
            return {"institution_ids": found["institution_ids"]}
        return found

    def prefill(self, step: Transition, row: Enquiry) -> dict[str, Any]:
        if step.asks is not ShortlistForm:
            return super().prefill(step, row)
        on_it = [
            candidate.institution_id for candidate in row.candidates if candidate.status in OFFERED
        ]
        return {"institution_ids": on_it or [fit.id for fit in shortlist(suggestions(row))]}
