"""Consultant management (顾问管理): the institution's consultants and invitations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import flash, g, request
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup
from sqlalchemy.orm import joinedload

import access
from admin_views.base import ChoiceFilter, Refused, WorkbenchView
from admin_views.base.history import Entry, entries
from admin_views.workbench.consultant import cells
from admin_views.workbench.consultant.filters import (
    ACCOUNT_FILTER,
    INVITATION_FILTER,
    SPECIALITY_FILTER,
)
from admin_views.workbench.consultant.unlinking import Unlinking
from admin_views.workbench.own_institution import institution_of
from core.clock import park_today
from models import Affiliation, AffiliationStatus, Category, Consultant, User
from workflows.consultant import notes
from workflows.consultant.facts import FIELD_LABELS, photo_of, scans_of
from workflows.consultant.forms import NoteForm, person_form
from workflows.invitation import state
from workflows.invitation.acceptance import UNDER_WAY

S = AffiliationStatus


class ConsultantView(Unlinking, WorkbenchView):
    """The institution's consultants. Owners add, change their notes, and invite."""

    can_create = can_edit = True
    form = NoteForm
    add_label = lazy_gettext("Add a consultant")
    column_list = ("name", "status", "invitation", "title", "specialities", "status_at", "act")
    column_labels = {
        **FIELD_LABELS,
        "email": lazy_gettext("E-mail"),
        "invitation": lazy_gettext("Account and invitation"),
        "status_at": lazy_gettext("Since"),
        "act": lazy_gettext("Action"),
    }
    column_details_list = ("status",)  # its template shows the profile itself
    column_sortable_list = (("name", "consultant.name"), "status", "status_at")
    column_searchable_list = ("consultant.name", "consultant.email", "consultant.title")
    column_formatters = {
        "name": cells.name,
        "title": cells.title,
        "specialities": cells.specialities,
        "invitation": cells.invitation,
        "status_at": cells.since,
        "act": cells.act,
    }
    public = (Category,)
    loads = (
        joinedload(Affiliation.institution),
        joinedload(Affiliation.consultant).selectinload(Consultant.specialities),
    )
    filters = (
        ChoiceFilter("status", AffiliationStatus),
        ACCOUNT_FILTER,
        INVITATION_FILTER,
        SPECIALITY_FILTER,
    )
    bulk = ("invite", "unlink")
    list_template = "admin/consultant/list.html"
    details_template = "admin/consultant/details.html"
    create_template = edit_template = "admin/consultant/form.html"
    created_by = "add"
    empty_title = lazy_gettext("No consultant has been added yet.")
    empty_hint = lazy_gettext("Add one, or several from a file, and invite them by mail.")

    def scope(self) -> sa.ColumnElement[bool]:
        """The institution's own list, including those linked to another one."""
        ours = access.institution_ids(self.person())
        return sa.and_(super().scope(), Affiliation.institution_id.in_(ours))

    def may_edit(self, user: User, row: Affiliation) -> bool:
        return row.consultant.user_id is None and access.owns(user, row)

    def body(self, rows: Sequence[Any], *, selectable: bool) -> Markup:
        g.invitations_sent = state.newest(rows)  # one query for the page
        return super().body(rows, selectable=selectable)

    def details_context(self, row: Affiliation) -> dict[str, Any]:
        sent = state.newest([row]).get(row.id)
        return {
            "sent": sent if row.status is S.INVITED else None,
            "invitation_words": cells.contact(row, sent)[1],
            "photo": photo_of(row.consultant),
            "scans": scans_of(row.consultant),
            "papers": row.consultant.user_id is None or row.status in (*UNDER_WAY, S.LINKED),
            "labels": FIELD_LABELS,
            "today": park_today(),
        }

    def past(self, row: Affiliation) -> list[Entry]:
        """The affiliation's past; and the note's, which is the institution's own."""
        found = super().past(row)
        if row.consultant.user_id is None:
            found += entries(row.consultant, self.column_labels, self.record_printer())
        return sorted(found, key=lambda entry: entry.at, reverse=True)

    # --- the form ---

    def make_form(self, row: Affiliation | None) -> NoteForm:
        sent = request.form if request.method == "POST" else None
        consultant = row.consultant if row is not None else None
        return person_form(NoteForm, sent, consultant, request.files)

    def show_newer(self, form: NoteForm, row: Affiliation) -> None:
        super().show_newer(form, row.consultant)

    def _stored_form(self, row: Consultant) -> NoteForm:
        return person_form(NoteForm, None, row)

    def create(self, form: NoteForm, user: User) -> Affiliation:
        try:
            return notes.add(institution_of(user), form, user)
        except ValueError as error:
            raise Refused(str(error)) from error

    def save(self, form: NoteForm, row: Affiliation, user: User) -> None:
        try:
            if notes.change(row, form, user):
                flash(gettext("The invitation went to the former address: invite again."), "info")
        except ValueError as error:
            raise Refused(str(error)) from error
