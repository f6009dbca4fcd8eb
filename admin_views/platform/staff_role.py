"""Roles of the staff: the ready-made ones, and those that administrators make of duties."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
import wtforms
from flask import abort, flash, redirect, request
from flask_admin import expose
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import selectinload
from wtforms import validators

import access
import labels
from admin_views.base import Link, PlatformView, Refused
from admin_views.base.state import ListState
from core.database import db
from forms.base import Form, choices, required
from forms.fields import TicksField
from labels.person import DUTIES_IN_WORDS
from models import READY_MADE, Duty, StaffRole, User
from workflows.person import roles, staff_roles

LONGEST = 64  # characters of a name


def ticks() -> list[tuple[Duty, Any]]:
    """Return the duties to choose from, each with what it lets its holder do."""
    return [
        (duty, lazy_gettext("%(duty)s: %(words)s", duty=labels.label(duty), words=words))
        for duty, words in DUTIES_IN_WORDS.items()
    ]


class StaffRoleForm(Form):
    """What a role is called, and what it holds."""

    name = wtforms.StringField(
        lazy_gettext("Name in Chinese"), validators=[required(), validators.Length(max=LONGEST)]
    )
    name_en = wtforms.StringField(
        lazy_gettext("Name in English"), validators=[required(), validators.Length(max=LONGEST)]
    )
    duties = TicksField(
        lazy_gettext("Duties"),
        coerce=Duty,
        choices=choices(ticks()),
        validators=[validators.DataRequired(lazy_gettext("Tick at least one duty."))],
    )


def duties(_view: Any, _context: None, row: StaffRole, _name: str) -> str:
    """What the role holds, in the order of the list that people tick."""
    return gettext(", ").join(str(labels.label(duty)) for duty in Duty if duty in row.duties)


def holders(_view: Any, _context: None, row: StaffRole, _name: str) -> str:
    """Who has the role."""
    found = db.session.scalars(
        sa.select(User.name).where(User.custom_role_id == row.id).order_by(User.id)
    )
    return gettext(", ").join(found) or "—"


class StaffRoleView(PlatformView):
    """What people of the platform may do, by role."""

    opens = frozenset({Duty.PEOPLE, Duty.AUDIT})
    writes = frozenset({Duty.PEOPLE})
    can_create = True
    can_edit = True
    column_list = ("name", "name_en", "duties")
    column_labels = {
        "name": lazy_gettext("Name in Chinese"),
        "name_en": lazy_gettext("Name in English"),
        "duties": lazy_gettext("Duties"),
        "holders": lazy_gettext("Who has it"),
        "created_at": lazy_gettext("Made on"),
    }
    column_details_list = ("name", "name_en", "duties", "holders", "created_at")
    column_sortable_list = ("name", "name_en")
    column_formatters = {"duties": duties, "holders": holders}
    loads = (selectinload(StaffRole.held),)
    conflicts = {"uq_staff_role_name": lazy_gettext("Another role has this name.")}
    form = StaffRoleForm
    list_template = "admin/staff_role/list.html"
    empty_title = lazy_gettext("There is no role of your own yet.")
    empty_hint = lazy_gettext("Make one where somebody should do less than a ready-made role.")

    def list_context(self, state: ListState, rows: Sequence[Any]) -> dict[str, Any]:
        return {
            "ready_made": [
                (labels.label(role), [labels.label(duty) for duty in Duty if duty in held])
                for role, held in READY_MADE.items()
            ]
        }

    def create(self, form: Any, user: User) -> StaffRole:
        try:
            return staff_roles.make(form.name.data, form.name_en.data, form.duties.data, user)
        except PermissionError:
            abort(403)
        except roles.Refused as refusal:
            raise Refused(str(refusal)) from refusal

    def save(self, form: Any, row: StaffRole, user: User) -> None:
        try:
            staff_roles.change(row, form.name.data, form.name_en.data, form.duties.data, user)
        except PermissionError:
            abort(403)
        except roles.Refused as refusal:
            raise Refused(str(refusal)) from refusal

    def links(self, row: StaffRole, user: User) -> Sequence[Link]:
        if not access.manages_people(user):
            return ()
        url = self.get_url(".remove_view", id=row.id)
        return [Link(label=gettext("Delete the role"), url=url, tone="danger", post=True)]

    @expose("/remove/", methods=("POST",))
    def remove_view(self) -> Any:
        """Forget a role that nobody has."""
        user = self.person()
        row = self.get_one(request.args.get("id", ""))
        if not self.may_edit(user, row):
            abort(403)
        key = row.id
        try:
            staff_roles.remove(row, user)
        except roles.Refused as refusal:
            db.session.rollback()
            flash(str(refusal), "warning")
            return redirect(self.get_url(".details_view", id=key))
        db.session.commit()
        flash(gettext("The role is deleted."), "success")
        return redirect(self.get_url(".index_view"))
