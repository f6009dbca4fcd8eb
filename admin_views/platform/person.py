"""User accounts: search, platform roles, disable and enable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
import wtforms
from flask import abort, flash, redirect, request
from flask_admin import expose
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import joinedload, selectinload

import access
import labels
from admin_views.base import ChoiceFilter, PlatformView, yes_no
from core.database import db
from forms.base import Form, choices
from labels.person import DUTIES_IN_WORDS
from models import (
    READY_MADE,
    AccountKind,
    Duty,
    EnterpriseMembership,
    ExternalIdentity,
    Membership,
    PlatformRole,
    StaffRole,
    User,
)
from web.template_context import named
from workflows.person import roles

NONE = ""


class RoleForm(Form):
    """What a person may do for the platform. The park's own roles are added by the view."""

    role = wtforms.SelectField(
        lazy_gettext("Platform role"),
        choices=choices(
            [
                (NONE, lazy_gettext("No platform role")),
                *((role.value, labels.label(role)) for role in READY_MADE),
            ]
        ),
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        own = db.session.scalars(sa.select(StaffRole).order_by(StaffRole.id))
        self.role.choices += choices([(key_of(role), named(role)) for role in own])

    def chosen(self) -> roles.Role:
        """Return the role that was chosen; only of a valid form."""
        kind, _, key = (self.role.data or NONE).partition(":")
        if key:
            return db.session.get(StaffRole, int(key))
        return PlatformRole(kind) if kind else None


def key_of(role: roles.Role) -> str:
    """Return what the form calls a role."""
    return f"custom:{role.id}" if isinstance(role, StaffRole) else role or NONE


def role_of(user: User) -> roles.Role:
    """Return the role that a person has."""
    return user.custom_role if user.role is PlatformRole.CUSTOM else user.role


def role_in_words(_view: Any, _context: None, row: User, _name: str) -> str:
    """What the role is called, ready-made or the park's own."""
    role = role_of(row)
    return named(role) if isinstance(role, StaffRole) else str(labels.label(role))


class UserView(PlatformView):
    """The people. Who holds 'people and roles' changes, auditors read."""

    opens = frozenset({Duty.PEOPLE, Duty.AUDIT})
    column_list = ("name", "email", "phone", "kind", "role", "active", "last_login_at")
    column_labels = {
        "name": lazy_gettext("Name"),
        "email": lazy_gettext("E-mail"),
        "phone": lazy_gettext("Telephone"),
        "kind": lazy_gettext("Kind of account"),
        "role": lazy_gettext("Platform role"),
        "active": lazy_gettext("May sign in"),
        "confirmed_at": lazy_gettext("Address confirmed"),
        "last_login_at": lazy_gettext("Last sign-in"),
        "created_at": lazy_gettext("Registered"),
        "locale": lazy_gettext("Language"),
    }
    column_details_list = (
        "name",
        "email",
        "phone",
        "kind",
        "role",
        "active",
        "created_at",
        "confirmed_at",
        "last_login_at",
    )
    column_searchable_list = ("name", "email")
    filters = (
        ChoiceFilter("kind", AccountKind),
        ChoiceFilter("role", PlatformRole),
        yes_no("active", lazy_gettext("May sign in"), lambda: User.active.is_(sa.true())),
    )
    loads = (
        joinedload(User.custom_role).selectinload(StaffRole.held),
        selectinload(User.memberships).joinedload(Membership.institution),
        selectinload(User.enterprise_memberships).joinedload(EnterpriseMembership.enterprise),
    )
    column_formatters = {"role": role_in_words}
    details_template = "admin/person/details.html"

    def details_context(self, row: User) -> dict[str, Any]:
        writes = access.manages_people(self.person())
        return {
            "role_form": RoleForm(data={"role": key_of(role_of(row))}) if writes else None,
            "own_page": row.id == self.person().id,
            "duties": [
                (labels.label(duty), DUTIES_IN_WORDS[duty])
                for duty in Duty
                if duty in access.duties_of(row)
            ],
            "identities": db.session.scalars(
                sa.select(ExternalIdentity).where(ExternalIdentity.user_id == row.id)
            ).all(),
        }

    @expose("/role/", methods=("POST",))
    def role_view(self) -> Any:
        """Give the person the chosen role."""
        form = RoleForm(request.form)
        if not form.validate():
            abort(400)
        return self.changed(lambda row: roles.set_role(row, form.chosen(), self.person()))

    @expose("/disable/", methods=("POST",))
    def disable_view(self) -> Any:
        """Keep the person out."""
        return self.changed(lambda row: roles.disable(row, self.person()))

    @expose("/enable/", methods=("POST",))
    def enable_view(self) -> Any:
        """Let the person in again."""
        return self.changed(lambda row: roles.enable(row, self.person()))

    def changed(self, rule: Callable[[User], None]) -> Any:
        """Apply `rule` to the person named by the form; commit; say how it went."""
        row = self.get_one(request.form.get("id", ""))
        key = row.id
        try:
            rule(row)
        except PermissionError:
            abort(403)
        except roles.Refused as error:
            db.session.rollback()
            flash(str(error), "warning")
        else:
            db.session.commit()
            flash(gettext("Saved."), "success")
        return redirect(self.get_url(".details_view", id=key))
