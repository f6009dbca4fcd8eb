"""A consultant's own page in the workbench: profile, and leaving the institution."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import joinedload

import access
from admin_views.base import WorkbenchPage, expose
from core.clock import park_today
from core.database import db
from models import Affiliation, AffiliationStatus, Consultant, User
from workflows import engine
from workflows.affiliation import forms as affiliation_forms
from workflows.affiliation import hand_over
from workflows.affiliation import rules as affiliation_rules
from workflows.consultant.facts import FIELD_LABELS, photo_of, scans_of


class ConsultantPage(WorkbenchPage):
    """For consultants alone: the profile as the platform has it, and the way out."""

    consultants = True

    def admits(self, user: User) -> bool:
        return user.linked and bool(access.consulted_institution_ids(user))

    @expose("/")
    def index(self) -> str:
        """Show the profile."""
        link = self.link()
        return self.render(
            "admin/consultant/own_page.html",
            link=link,
            photo=photo_of(link.consultant),
            scans=scans_of(link.consultant),
            labels=FIELD_LABELS,
            today=park_today(),
        )

    @expose("/leave/", methods=("GET", "POST"))
    def leave(self) -> Any:
        """Say what leaving touches, and leave when that is confirmed."""
        link = self.link()
        posted = request.method == "POST"
        form = affiliation_forms.LeaveForm(request.form if posted else None)
        if posted and form.validate():
            outcome = engine.perform(
                Affiliation, "leave", [link.id], self.person(), reason=form.reason.data
            )
            db.session.commit()
            for words in outcome.refused.values():
                flash(str(words), "warning")
            if outcome.done:
                flash(gettext("You no longer speak for the institution."), "success")
            return redirect(url_for("storefront.home"))
        touched = hand_over.touched([link.id])
        return self.render("admin/consultant/leave.html", link=link, form=form, touched=touched)

    def link(self) -> Affiliation:
        """Return the linked affiliation of the person, or answer 404."""
        user = self.person()
        row = db.session.scalar(
            sa.select(Affiliation)
            .join(Consultant, Consultant.id == Affiliation.consultant_id)
            .where(
                access.account(user, Affiliation),
                Affiliation.status == AffiliationStatus.LINKED,
            )
            .options(joinedload(Affiliation.institution), joinedload(Affiliation.consultant))
        )
        if row is None or not affiliation_rules.is_consultant(user, row):
            abort(404)
        return row
