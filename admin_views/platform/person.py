"""User accounts: search, platform roles, disable and enable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
import wtforms
from flask import abort, flash, redirect, request
from flask_admin import expose
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import selectinload

import access
import labels
from admin_views.base import ChoiceFilter, PlatformView, yes_no
from core.database import db
from forms.base import Form, choices
from models import (
    READY_MADE,
    AccountKind,
    Duty,
    EnterpriseMembership,
    ExternalIdentity,
    Membership,
    PlatformRole,
    User,
)
from workflows.person import roles

NONE = ""


class RoleForm(Form):
    """What a person may do for the platform."""

    role = wtforms.SelectField(
        lazy_gettext("Platform role"),
        choices=choices(
            [
                (NONE, lazy_gettext("No platform role")),
                *((role.value, labels.label(role)) for role in READY_MADE),
            ]
        ),
    )


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
        selectinload(User.memberships).joinedload(Membership.institution),
        selectinload(User.enterprise_memberships).joinedload(EnterpriseMembership.enterprise),
    )
    details_template = "admin/person/details.html"

    def details_context(self, row: User) -> dict[str, Any]:
        writes = access.manages_people(self.person())
        return {
            "role_form": RoleForm(data={"role": row.role or NONE}) if writes else None,
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
        role = PlatformRole(form.role.data) if form.role.data else None
        return self.changed(lambda row: roles.set_role(row, role, self.person()))

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
        except (roles.LastAdministrator, roles.WorksElsewhere) as error:
            db.session.rollback()
            flash(str(error), "warning")
        else:
            db.session.commit()
            flash(gettext("Saved."), "success")
        return redirect(self.get_url(".details_view", id=key))
