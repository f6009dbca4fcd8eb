"""The queue of activities: registered by mail, by an institution or here; then approved."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import lazy_gettext
from sqlalchemy.orm import selectinload

import uploads
from admin_views.base import ChoiceFilter, DateRangeFilter, PlatformView, Refused
from admin_views.shared.activity import LABELS, part_names
from i18n.locales import age
from models import Activity, ActivityPart, ActivitySource, ActivityStatus, Duty, User
from workflows.activity import writing
from workflows.activity.forms import COLUMNS, SPARE, RegisterForm


def parts_of(row: Activity | None) -> list[dict[str, str]]:
    """Return who took part, as the form has it."""
    parts = row.parts if row is not None else ()
    return [{"institution": str(part.institution_id), "role": part.role.value} for part in parts]


class ActivityView(PlatformView):
    """Public-benefit activities, with every institution that took part."""

    opens = frozenset({Duty.TRADE, Duty.AUDIT})
    writes = frozenset({Duty.TRADE})
    can_create = True
    can_edit = True
    created_by = "register"
    form = RegisterForm
    column_list = ("title", "held_on", "parts", "authority", "source", "created_at", "status")
    column_labels = LABELS
    column_details_list = ("held_on", "authority", "participants", "parts", "source", "registrar",
                           "created_at", "reason", "description")  # fmt: skip
    column_sortable_list = ("title", "held_on", "created_at", "status")
    column_searchable_list = ("title", "authority")
    column_formatters = {"parts": part_names}
    loads = (selectinload(Activity.parts).joinedload(ActivityPart.institution),)
    filters = (
        ChoiceFilter("status", ActivityStatus),
        ChoiceFilter("source", ActivitySource),
        DateRangeFilter("held_on"),
    )
    bulk = ("approve", "reject")
    details_template = "admin/activity/details.html"
    create_template = "admin/activity/form.html"
    edit_template = "admin/activity/form.html"
    empty_title = lazy_gettext("No activity was filed yet.")

    def may_edit(self, user: User, row: Activity) -> bool:
        """Until it is decided on."""
        return row.status is ActivityStatus.REGISTERED and super().may_edit(user, row)

    def make_form(self, row: Activity | None) -> Any:
        """The form; a known activity brings its institutions, and some empty lines."""
        sent = request.form if request.method == "POST" else None
        known = {"parts": parts_of(row)}
        if row is not None:
            known |= {name: getattr(row, name) for name in COLUMNS}
        form = RegisterForm(sent, data=known)
        while len(form.parts) < SPARE or form.parts[-1].form.institution.data:
            form.parts.append_entry()
        return form

    def create(self, form: Any, user: User) -> Activity:
        return writing.create_activity("register", user, form.values(), form.roles())

    def save(self, form: Any, row: Activity, user: User) -> None:
        try:
            writing.change(row, user, form.values(), form.roles())
        except ValueError as error:
            raise Refused(str(error)) from error

    def details_context(self, row: Activity) -> dict[str, Any]:
        return {
            "files": uploads.files_of(row),
            "waits": age(row.created_at),
            "unproven": row.unproven and row.status is ActivityStatus.REGISTERED,
        }
