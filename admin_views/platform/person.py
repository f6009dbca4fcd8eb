"""User accounts: search, platform roles, disable and enable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import joinedload, selectinload

import access
import labels
from accounts import factors, viewing
from admin_views.base import ChoiceFilter, PlatformView, yes_no
from admin_views.base.state import ListState
from admin_views.platform.role_form import RoleForm, key_of, propose_role, role_in_words, role_of
from admin_views.platform.staff_accounts import StaffAccounts
from core.clock import now
from core.database import db
from forms.base import ReasonForm
from labels.person import DUTIES_IN_WORDS
from models import (
    AccountKind,
    Duty,
    EnterpriseMembership,
    ExternalIdentity,
    Membership,
    PlatformRole,
    StaffRole,
    User,
)
from workflows.person import roles, staff_accounts, view_as


def may_reset(actor: User, row: User) -> bool:
    """Whether `row` has a second factor that may be lost, and is somebody else."""
    return row.id != actor.id and row.second_factor_at is not None


class UserView(StaffAccounts, PlatformView):
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
        "role_since": lazy_gettext("Role since"),
        "second_factor_at": lazy_gettext("Second factor since"),
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
        "role_since",
        "second_factor_at",
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
    list_template = "admin/person/list.html"
    details_template = "admin/person/details.html"

    def list_context(self, state: ListState, rows: Sequence[Any]) -> dict[str, Any]:
        return {"invites": access.manages_people(self.person())}

    def details_context(self, row: User) -> dict[str, Any]:
        writes = access.manages_people(self.person())
        return {
            "reset_form": ReasonForm() if writes and may_reset(self.person(), row) else None,
            "role_form": RoleForm(data={"role": key_of(role_of(row))}) if writes else None,
            "invitation": staff_accounts.of(row) if staff_accounts.waits(row) else None,
            "now": now(),
            "view_form": ReasonForm()
            if writes and not view_as.why_not(self.person(), row)
            else None,
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
            return self.asked_again(role_form=form)
        actor = self.person()
        try:
            return self.changed(lambda row: roles.set_role(row, form.chosen(), actor))
        except roles.NeedsSecond:
            db.session.rollback()
            row = self.get_one(request.form.get("id", ""))
            return self.proposed(row, form, actor)

    @expose("/reset-factor/", methods=("POST",))
    def reset_factor_view(self) -> Any:
        """Take away the second factors of a person who has lost them, with a reason."""
        form = ReasonForm(request.form)
        if not form.validate():
            return self.asked_again(reset_form=form)
        return self.changed(lambda row: factors.reset(row, self.person(), form.reason.data))

    @expose("/view-as/", methods=("POST",))
    def view_as_view(self) -> Any:
        """Look at the product as this person, reading only, for half an hour."""
        row = self.get_one(request.form.get("id", ""))
        if not access.manages_people(self.person()):
            abort(403)
        form = ReasonForm(request.form)
        if not form.validate():
            return self.asked_again(view_form=form)
        try:
            view = view_as.begin(self.person(), row, form.reason.data)
        except ValueError as refusal:
            flash(str(refusal), "warning")
            return redirect(self.get_url(".details_view", id=row.id))
        db.session.commit()
        viewing.begin(view)
        return redirect(url_for("storefront.account"))

    def asked_again(self, **form: Any) -> Any:
        """Show the person's page with the form that was refused, as it was filled in."""
        return self.details_of(self.get_one(request.form.get("id", "")), **form)

    def proposed(self, row: User, form: RoleForm, actor: User) -> Any:
        """Propose the role to a second person; commit; say how it went."""
        key = row.id
        try:
            proposal = propose_role(row, form, actor)
        except ValueError as refusal:
            db.session.rollback()
            flash(str(refusal), "warning")
            return redirect(self.get_url(".details_view", id=key))
        db.session.commit()
        return self.to_proposal(proposal)

    def changed(self, rule: Callable[[User], None], done: str = "") -> Any:
        """Apply `rule` to the person named by the form; commit; say how it went."""
        row = self.get_one(request.form.get("id", ""))
        key = row.id
        try:
            rule(row)
        except PermissionError:
            abort(403)
        except roles.NeedsSecond:
            raise
        except roles.Refused as error:
            db.session.rollback()
            flash(str(error), "warning")
        else:
            db.session.commit()
            flash(done or gettext("Saved."), "success")
        return redirect(self.get_url(".details_view", id=key))
