"""The institution's profile: immediate changes, and changes that need a review."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request
from flask_babel import gettext, lazy_gettext

import access
import uploads
from admin_views.base import Printer, WorkbenchPage, expose
from admin_views.base.history import entries
from admin_views.base.rows import COMMON_LABELS
from admin_views.workbench.own_institution import institution_of
from core.database import db
from models import AttachmentKind, Institution, ProfileChange, User
from workflows import engine
from workflows.institution import forms as institution_forms
from workflows.institution.facts import FIELD_LABELS
from workflows.profile_change import forms as profile_change_forms
from workflows.profile_change import rules as profile_change_rules
from workflows.profile_change import writing

LABELS = {
    **COMMON_LABELS,
    **FIELD_LABELS,
    "staff": lazy_gettext("Colleague"),
    "owner": lazy_gettext("Owner"),
}


class ProfilePage(WorkbenchPage):
    """Owners change the profile, colleagues read it."""

    @expose("/", methods=("GET", "POST"))
    def index(self) -> Any:
        """Show the profile; save what changes at once."""
        user = self.person()
        institution = institution_of(user)
        posted = request.method == "POST"
        form = institution_forms.profile_form(request.form if posted else None, institution)
        if posted:
            hold_to_owners(user, institution)
            if form.validate() and self.saved(institution, user, form):
                return redirect(self.get_url(".index"))
        return self.page(institution, user, form=form)

    def saved(self, institution: Institution, user: User, form: Any) -> bool:
        """Save the form and commit; say why not, where a rule objects."""
        try:
            changes = writing.update_profile(institution, user, form.values(), seen=form.seen())
        except ValueError as error:
            db.session.rollback()
            flash(str(error), "warning")
            return False
        db.session.commit()
        flash(gettext("Saved.") if changes else gettext("Nothing was changed."), "success")
        return True

    @expose("/propose/", methods=("POST",))
    def propose(self) -> Any:
        """Put a new name, credit code or licence up for review."""
        user = self.person()
        institution = institution_of(user)
        hold_to_owners(user, institution)
        form = profile_change_forms.ProfileChangeForm(request.form)
        if form.validate() and self.proposed(institution, user, form):
            flash(gettext("Handed in. The certified version stays public until then."), "success")
            return redirect(self.get_url(".index"))
        return self.page(institution, user, change_form=form)

    def proposed(self, institution: Institution, user: User, form: Any) -> bool:
        """Propose the change with its file and commit; put a refusal on the form."""
        file = request.files.get("licence")
        try:
            data = uploads.read(file)
            upload = uploads.check(data, file.filename or "") if file and data else None
        except uploads.Refused as refusal:
            form.licence.errors = [str(refusal)]
            return False
        try:
            change = writing.propose(
                institution,
                user,
                name=form.name.data,
                credit_code=form.credit_code.data,
                new_licence=upload is not None,
            )
        except ValueError as error:
            db.session.rollback()
            flash(str(error), "warning")
            return False
        if upload is not None:
            uploads.attach(change, AttachmentKind.PROPOSED_LICENCE, upload, user)
        db.session.commit()
        return True

    @expose("/withdraw/", methods=("POST",))
    def withdraw(self) -> Any:
        """Take back the change that waits."""
        user = self.person()
        institution = institution_of(user)
        hold_to_owners(user, institution)
        change = profile_change_rules.open_change(institution)
        if change is None:
            flash(str(engine.HANDLED), "warning")
            return redirect(self.get_url(".index"))
        outcome = engine.perform(ProfileChange, "withdraw", [change.id], user)
        db.session.commit()
        for words in outcome.refused.values():
            flash(str(words), "warning")
        if outcome.done:
            flash(gettext("The change was withdrawn."), "success")
        return redirect(self.get_url(".index"))

    def page(
        self, institution: Institution, user: User, form: Any = None, change_form: Any = None
    ) -> str:
        """Show the page, with the form that was refused as it was typed."""
        change = profile_change_rules.open_change(institution)
        data = {"name": institution.name, "credit_code": institution.credit_code}
        return self.render(
            "admin/institution/profile.html",
            institution=institution,
            writes=access.owns(user, institution),
            form=form or institution_forms.profile_form(None, institution),
            change_form=change_form or profile_change_forms.ProfileChangeForm(None, data=data),
            change=change,
            change_files=uploads.files_of(change) if change else [],
            files=uploads.files_of(institution),
            history=entries(institution, LABELS, Printer()),
        )


def hold_to_owners(user: User, institution: Institution) -> None:
    """Answer 403 to everybody but the institution's owners."""
    if not access.owns(user, institution):
        abort(403)
