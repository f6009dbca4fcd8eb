"""Demand management (需求管理): demands to the institution, steps, outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, request
from flask_babel import lazy_gettext
from markupsafe import Markup
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict
from wtforms import Form

import access
import uploads
from admin_views.base import (
    ChoiceFilter,
    DateRangeFilter,
    Link,
    RelationFilter,
    WorkbenchView,
    expose,
)
from admin_views.shared.unverified import MarksUnverified
from admin_views.workbench.demand.cells import (
    asker,
    dialled,
    in_charge,
    posted,
    read_proposal,
    target,
)
from admin_views.workbench.demand.transactions import demand_link
from core.database import db
from core.views import writes
from models import Affiliation, Category, Demand, DemandStatus, User
from workflows.demand import contact
from workflows.demand import forms as demand_forms
from workflows.demand import process as demand_process
from workflows.demand import product_snapshot as snapshot
from workflows.demand.forms import OutcomeForm
from workflows.engine import Transition

OUTCOME_FACTS = ("outcome", "contacted_by", "contacted_on", "amount", "outcome_remark")


class DemandView(MarksUnverified, WorkbenchView):
    """Demands to this institution. Opening one reads it, and puts the look on record."""

    consultants = True
    marked = "asker"
    column_list = ("number", "title", "category", "asker", "in_charge", "status", "created_at")
    column_labels = {
        "number": lazy_gettext("Number"),
        "title": lazy_gettext("Title"),
        "category": lazy_gettext("Service category"),
        "asker": lazy_gettext("Asked by"),
        "asked_for": lazy_gettext("Asked for"),
        "description": lazy_gettext("Description"),
        "budget": lazy_gettext("Budget"),
        "wanted_by": lazy_gettext("Wanted by"),
        "in_charge": lazy_gettext("In charge"),
        "formerly_in_charge": lazy_gettext("In charge before"),
        "remark": lazy_gettext("Remark"),
        "outcome": lazy_gettext("Outcome"),
        "contacted_by": lazy_gettext("How you were in contact"),
        "contacted_on": lazy_gettext("When you were in contact"),
        "amount": lazy_gettext("Amount"),
        "outcome_remark": lazy_gettext("Remark"),
        "created_at": lazy_gettext("Posted on"),
    }
    column_details_list = (
        "number",
        "category",
        "asker",
        "asked_for",
        "in_charge",
        "description",
        "budget",
        "wanted_by",
    )
    column_sortable_list = ("number", "title", "status", "created_at")
    column_formatters = {
        "asker": asker,
        "asked_for": target,
        "in_charge": in_charge,
        "created_at": posted,
    }
    column_searchable_list = ("number", "title", "enterprise.name")
    public = (Category,)
    loads = (joinedload(Demand.affiliation).joinedload(Affiliation.consultant),)
    filters = (
        ChoiceFilter("status", DemandStatus),
        RelationFilter("category"),
        DateRangeFilter("created_at"),
    )
    bulk = ("accept", "decline", "assign")
    details_template = "admin/demand/details.html"
    empty_title = lazy_gettext("No demand has reached you yet.")
    empty_hint = lazy_gettext("You are told by mail as soon as an enterprise asks.")

    @expose("/details/")
    @writes
    def details_view(self) -> Any:
        """Show one demand; the first look marks it as read."""
        return super().details_view()

    def links(self, row: Demand, user: User) -> list[Link]:
        return demand_link(row, user)

    def opened(self, row: Demand, user: User) -> None:
        if request.method != "GET":  # HEAD is no look
            return
        g.contact_shown = contact.open_details(row, user)
        db.session.commit()

    def details_context(self, row: Demand) -> dict[str, Any]:
        shown = bool(g.get("contact_shown"))
        return {
            "contact_shown": shown,
            "not_verified": bool(access.unverified_among([row])),
            "files": uploads.files_of(row),
            "snapshot": snapshot.facts(row.asked_for),
            "dialled": dialled(row.contact_phone) if shown else "",
            "outcome_facts": self.facts_of({name: getattr(row, name) for name in OUTCOME_FACTS})
            if row.outcome
            else [],
            **self.proposal_of(row),
        }

    def facts_of(self, values: dict[str, Any]) -> list[tuple[str, Markup]]:
        """Return the label of each column, and its value as HTML."""
        printer = self.record_printer()
        return [
            (self.label_of(name), Markup(printer.cell(value, name)))  # noqa: S704  # escaped there
            for name, value in values.items()
        ]

    def proposal_of(self, row: Demand) -> dict[str, Any]:
        """Return what the consultant in charge proposes, to read and to record with one click."""
        if not row.proposal or row.status not in demand_process.demands["record_outcome"].source:
            return {}
        return {
            "proposal": self.facts_of(read_proposal(row.proposal)),
            "proposed": {name: value for name, value in row.proposal.items() if value},
        }

    def ask_form(
        self, step: Transition, rows: Sequence[Any], data: MultiDict[str, str] | None
    ) -> Form:
        """Offer the institution's own consultants, and start from what was proposed."""
        form = super().ask_form(step, rows, data)
        if isinstance(form, demand_forms.InChargeForm):
            institutions = {row.institution_id for row in rows}
            form.affiliation_id.choices = demand_forms.linked_consultants(sorted(institutions))
        return form

    def prefill(self, step: Transition, row: Demand) -> dict[str, Any]:
        found = super().prefill(step, row)
        if step.name == "assign":
            found["affiliation_id"] = row.affiliation_id or 0
        if step.asks is OutcomeForm and row.proposal:
            found |= read_proposal(row.proposal)
        return found
