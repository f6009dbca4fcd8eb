"""Activities (活动备案) of the institution: file, and read what each scored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, request
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup
from sqlalchemy.orm import selectinload

import access
import uploads
from admin_views.base import ChoiceFilter, DateRangeFilter, Refused, WorkbenchView
from admin_views.base.state import ListState
from admin_views.shared.activity import LABELS, part_names
from admin_views.workbench.own_institution import institution_of
from content import settings
from core.clock import park_today
from labels import label
from models import Activity, ActivityPart, ActivityRole, ActivityStatus, User
from ranking import explain, marks, places
from ranking.kinds import INSTITUTIONS
from workflows.activity import writing
from workflows.activity.forms import FilingForm
from workflows.activity.points import points_in_force

MOST_FILES = 20


def own_part(view: Any, row: Activity) -> ActivityPart | None:
    """The part of the reader's institution."""
    ours = access.institution_ids(view.person())
    return next((part for part in row.parts if part.institution_id in ours), None)


def own_role(view: Any, _context: None, row: Activity, _name: str) -> str:
    part = own_part(view, row)
    return str(label(part.role)) if part else "—"


def own_points(view: Any, _context: None, row: Activity, _name: str) -> str:
    """What the activity brought; nothing before its approval."""
    part = own_part(view, row)
    return f"{part.points:g}" if part and row.status is ActivityStatus.APPROVED else "—"


def added(_view: Any, _context: None, row: Activity, _name: str) -> str:
    """What the activity adds to the institution's score, as it stands today."""
    share = g.added_by.get(row.id)
    return f"+{share:.2f}" if share is not None else "—"


class ActivityView(WorkbenchView):
    """The institution's own activities. Filed here or by mail, they are read-only."""

    can_create = True
    created_by = "file"
    form = FilingForm
    list_template = "admin/activity/list.html"
    create_template = "admin/activity/new.html"
    details_template = "admin/activity/details.html"
    column_list = ("title", "held_on", "role", "authority", "status", "points", "added")
    column_labels = LABELS | {"added": lazy_gettext("Added to the score")}
    column_details_list = ("held_on", "authority", "participants", "parts", "points", "added",
                           "source", "status", "reason", "description")  # fmt: skip
    column_sortable_list = ("title", "held_on", "status")
    column_formatters = {"role": own_role, "points": own_points, "added": added,
                         "parts": part_names}  # fmt: skip
    column_searchable_list = ("title", "authority")
    loads = (selectinload(Activity.parts).joinedload(ActivityPart.institution),)
    filters = (ChoiceFilter("status", ActivityStatus), DateRangeFilter("held_on"))
    conflicts = {"uq_activity_form_key": lazy_gettext("This was filed already.")}
    empty_title = lazy_gettext("You have not filed an activity yet.")
    empty_hint = lazy_gettext("File one here, or send it by mail.")

    def may_create(self, user: User) -> bool:
        return bool(access.institution_ids(user))

    def body(self, rows: Sequence[Any], *, selectable: bool) -> Markup:
        self.weigh()
        return super().body(rows, selectable=selectable)

    def facts(self, row: Activity) -> list[tuple[Any, Markup]]:
        self.weigh()
        return super().facts(row)

    def weigh(self) -> None:
        """Look up what each activity adds, once for the page."""
        ours = next(iter(access.institution_ids(self.person())), 0)
        score = places.scores_of(INSTITUTIONS, ours).get(None)
        g.added_by = explain.added_by(score) if score else {}

    def list_context(self, state: ListState, rows: Sequence[Any]) -> dict[str, Any]:
        points = points_in_force(park_today())
        ours = access.institution_ids(self.person())
        return {
            "computing": marks.computing(INSTITUTIONS, ours),
            "address": settings.activity_email(),
            "rules": [(label(role), f"{points[role]:g}") for role in ActivityRole],
        }

    def make_form(self, row: Any | None) -> Any:
        form = super().make_form(row)
        form.key()
        return form

    def create(self, form: Any, user: User) -> Activity:
        """File what was filled in; the second of two clicks sees the first one's."""
        institution = institution_of(user)
        earlier = writing.filed_with(form.key(), institution)
        if earlier is not None:
            return earlier
        values = form.values() | {"form_key": form.key()}
        roles = {institution.id: ActivityRole(form.role.data)}
        return writing.create_activity("file", user, values, roles, self.evidence())

    def evidence(self) -> list[uploads.Upload]:
        """Return the files that were sent.

        Raises:
            Refused: one of them is not taken.
        """
        found = []
        for file in request.files.getlist("files")[:MOST_FILES]:
            if data := uploads.read(file):
                try:
                    found.append(uploads.check(data, file.filename or ""))
                except uploads.Refused as refusal:
                    words = gettext("%(file)s: %(why)s", file=file.filename, why=str(refusal))
                    raise Refused(words) from refusal
        return found

    def details_context(self, row: Activity) -> dict[str, Any]:
        return {"files": uploads.files_of(row)}
