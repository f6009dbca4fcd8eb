"""Staff (memberships) of the institution: invite, promote, remove; the last owner stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import joinedload

import access
from admin_views.base import ChoiceFilter, WorkbenchPage, WorkbenchView, expose
from admin_views.workbench.own_institution import institution_of
from core.database import db
from core.ids import parse_id
from models import Invitation, InvitationStatus, Membership, User
from workflows.engine import Words
from workflows.institution import staff
from workflows.invitation import forms as invitation_forms
from workflows.invitation import sending
from workflows.invitation.rules import expired

Rule = Callable[[Membership, User], "Words | None"]


class StaffPage(WorkbenchPage):
    """Who works here, and who was asked to."""

    @expose("/")
    def index(self) -> str:
        """Show the people and the invitations that are out."""
        return self.page(invitation_forms.InviteForm())

    @expose("/invite/", methods=("POST",))
    def invite(self) -> Any:
        """Ask a colleague in by mail."""
        user = self.person()
        institution = institution_of(user)
        if not access.owns(user, institution):
            abort(403)
        form = invitation_forms.InviteForm(request.form)
        if not form.validate():
            return self.page(form)
        try:
            invitation = sending.invite(institution, form.email.data, user)
        except ValueError as error:
            db.session.rollback()
            form.email.errors = [str(error)]
            return self.page(form)
        email = invitation.email
        db.session.commit()
        flash(gettext("An invitation goes to %(email)s.", email=email), "success")
        return redirect(self.get_url(".index"))

    @expose("/remove/", methods=("POST",))
    def remove(self) -> Any:
        """End a colleague's access."""
        return self.changed(staff.remove, gettext("The person no longer works here."))

    @expose("/promote/", methods=("POST",))
    def promote(self) -> Any:
        """Make a colleague an owner."""
        return self.changed(staff.promote, gettext("The person is an owner now."))

    def changed(self, rule: Rule, done: str) -> Any:
        """Apply `rule` to the membership named by the form; commit; say how it went."""
        user = self.person()
        row = self.membership(request.form.get("id", ""))
        leaves = row.user_id == user.id and rule is staff.remove
        if not leaves and not access.owns(user, row):
            abort(403)
        refused = rule(row, user)
        if refused is None:
            db.session.commit()
            flash(done, "success")
        else:
            db.session.rollback()
            flash(str(refused), "warning")
        return redirect(url_for("storefront.home") if leaves and not refused else self.home())

    def home(self) -> str:
        return str(self.get_url(".index"))

    def membership(self, text: str) -> Membership:
        """Return the membership with the id `text` in this workbench, or answer 404."""
        key = parse_id(text)
        row = key and db.session.scalar(
            sa.select(Membership)
            .where(access.workbench(self.person(), Membership), Membership.id == key)
            .options(joinedload(Membership.user))
        )
        if not row:
            abort(404)
        return row

    def page(self, form: Any) -> str:
        user = self.person()
        people = self.people(user)
        return self.render(
            "admin/institution/staff.html",
            form=form,
            writes=access.owns(user, institution_of(user)),
            me=user,
            people=[
                (row, staff.may_promote(row, user) is None, staff.may_remove(row, user) is None)
                for row in people
            ],
            invited=self.invited(user),
            expired=expired,
        )

    def people(self, user: User) -> Sequence[Membership]:
        return db.session.scalars(
            sa.select(Membership)
            .where(access.workbench(user, Membership))
            .options(joinedload(Membership.user))
            .order_by(Membership.role, Membership.id)
        ).all()

    def invited(self, user: User) -> Sequence[Invitation]:
        return db.session.scalars(
            sa.select(Invitation)
            .where(
                access.workbench(user, Invitation),
                Invitation.affiliation_id.is_(None),
                Invitation.status == InvitationStatus.SENT,
            )
            .order_by(Invitation.id)
        ).all()


def invited_as(_view: Any, _context: None, row: Invitation, _name: str) -> str:
    return gettext("Colleague") if row.affiliation_id is None else gettext("Consultant")


class InvitationView(WorkbenchView):
    """Every invitation and what became of it."""

    column_list = ("email", "affiliation", "status", "created_at", "expires_at")
    column_labels = {
        "email": lazy_gettext("E-mail"),
        "affiliation": lazy_gettext("Invited as"),
        "created_at": lazy_gettext("Invited on"),
        "expires_at": lazy_gettext("Valid until"),
    }
    column_formatters = {"affiliation": invited_as}
    column_searchable_list = ("email",)
    filters = (ChoiceFilter("status", InvitationStatus),)
    bulk = ("revoke",)
    empty_title = lazy_gettext("Nobody was invited yet.")
    empty_hint = lazy_gettext("Owners invite colleagues by mail from the page Staff.")
