"""Accounts of the staff in the list of people: invited, invited again, signed out, disabled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import wtforms
from flask import abort, flash, redirect, request, url_for
from flask_admin import expose
from flask_babel import gettext, lazy_gettext
from wtforms import validators

import access
from admin_views.base import PlatformView
from admin_views.platform.role_form import NONE, RoleForm, propose_role
from core.database import db
from forms.base import choices, required
from forms.contact import email_address
from models import Proposal, User
from workflows.person import leaving, roles, staff_accounts

# Flask-Admin binds every page it finds to the class it finds it on: see workbench/unlinking.py
View: Any = PlatformView if TYPE_CHECKING else object


class InviteForm(RoleForm):
    """Who is to work for the platform, and as what."""

    email = wtforms.EmailField(
        lazy_gettext("E-mail address"), validators=[required(), *email_address()]
    )
    name = wtforms.StringField(
        lazy_gettext("Name"), validators=[required(), validators.Length(max=64)]
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        chosen = choices([(NONE, gettext("Please choose"))])
        self.role.choices = chosen + self.role.choices[1:]
        self.role.flags.required = True

    def validate_role(self, field: Any) -> None:
        if not field.data:
            raise validators.ValidationError(gettext("Choose a role."))


class StaffAccounts(View):
    """Pages of the list of people, for who holds 'people and roles'."""

    def to_proposal(self, proposal: Proposal) -> Any:
        """Say that a second person is asked, and show what they see."""
        flash(gettext("Proposed. Somebody else who holds the duty has to confirm it."), "success")
        return redirect(url_for("proposal.details_view", id=proposal.id))

    def keeper(self) -> User:
        """Return who is signed in, or answer 403."""
        user = self.person()
        if not access.manages_people(user):
            abort(403)
        return user

    @expose("/invite/", methods=("GET", "POST"))
    def invite_view(self) -> Any:
        """Make an account for a member of the staff, and mail the link to its password."""
        actor = self.keeper()
        form = InviteForm(request.form if request.method == "POST" else None)
        if request.method == "POST" and form.validate():
            try:
                user = staff_accounts.invite(form.email.data, form.name.data, form.chosen(), actor)
                proposal = propose_role(user, form, actor) if user.role is None else None
            except ValueError as refusal:  # of a rule, or of the proposal
                db.session.rollback()
                form.email.errors = [str(refusal)]
            else:
                db.session.commit()
                if proposal is not None:
                    return self.to_proposal(proposal)
                flash(gettext("Invited. The link in the mail is valid for 72 hours."), "success")
                return redirect(self.get_url(".details_view", id=user.id))
        return self.render("admin/person/invite.html", form=form)

    @expose("/renew/", methods=("POST",))
    def renew_view(self) -> Any:
        """Mail a new link; the one before opens nothing any more."""
        return self.changed(
            lambda row: staff_accounts.renew(row, self.person()), gettext("A new link is sent.")
        )

    @expose("/end-sessions/", methods=("POST",))
    def end_sessions_view(self) -> Any:
        """Sign the person out everywhere."""
        return self.changed(
            lambda row: staff_accounts.sign_out(row, self.person()),
            gettext("The person is signed out everywhere."),
        )

    @expose("/disable/", methods=("GET", "POST"))
    def disable_view(self) -> Any:
        """Show what waits for the person, then keep them out."""
        if request.method == "GET":
            self.keeper()
            row = self.get_one(request.args.get("id", ""))
            return self.render("admin/person/disable.html", row=row, waiting=leaving.waiting(row))
        return self.changed(lambda row: roles.disable(row, self.person()))

    @expose("/enable/", methods=("POST",))
    def enable_view(self) -> Any:
        """Let the person in again."""
        return self.changed(lambda row: roles.enable(row, self.person()))
