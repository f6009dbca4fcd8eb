"""A consultant's own certification: fill in, save, submit; and how far it has come."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from sqlalchemy.orm import joinedload

import access
from core.clock import park_today
from core.database import db
from models import Affiliation, AffiliationStatus, Consultant, ConsultantStatus, User
from storefront import bp
from storefront.current_person import person
from workflows import engine
from workflows.consultant import profile
from workflows.consultant.facts import FIELD_LABELS, NEEDED, lacks, photo_of, scans_of
from workflows.consultant.forms import CertificationForm, person_form
from workflows.invitation.acceptance import UNDER_WAY

S = AffiliationStatus
FILLED_IN = (S.ACCEPTED, S.RETURNED)  # what can be submitted
PRESENT = (*UNDER_WAY, S.LINKED)


def own_profile(user: User) -> Consultant | None:
    query = sa.select(Consultant).where(access.account(user, Consultant))
    return db.session.scalar(query)


def affiliations(consultant: Consultant, user: User) -> list[Affiliation]:
    """The person's affiliations; the one that is under way or stands comes first."""
    query = (
        sa.select(Affiliation)
        .where(access.account(user, Affiliation), Affiliation.consultant_id == consultant.id)
        .options(joinedload(Affiliation.institution))
        .order_by(Affiliation.status_at.desc(), Affiliation.id.desc())
    )
    return sorted(db.session.scalars(query), key=lambda row: row.status not in PRESENT)


def certification_form(sent: Any, consultant: Consultant, files: Any = None) -> CertificationForm:
    """The form; the name under which somebody was certified stays as it was certified."""
    form: CertificationForm = person_form(CertificationForm, sent, consultant, files)
    if consultant.status is ConsultantStatus.CERTIFIED:
        del form.name
    for name in NEEDED:
        if name in form:
            form[name].flags.required = True
    return form


@bp.get("/account/consultant")
@login_required
def own_consultant() -> Any:
    """Show the certification, its form where it may be changed, and where it stands."""
    user = person()
    consultant = own_profile(user)
    if consultant is None:
        return render_template("storefront/consultant/no_certification.html")
    return page(consultant, user, certification_form(None, consultant))


def page(consultant: Consultant, user: User, form: CertificationForm) -> str:
    mine = affiliations(consultant, user)
    first = mine[0] if mine else None
    current = first if first is not None and first.status in PRESENT else None
    return render_template(
        "storefront/consultant/own_certification.html",
        consultant=consultant,
        form=form,
        current=current,
        earlier=[row for row in mine if row is not current],
        submits=current is not None and current.status in FILLED_IN,
        locked=current is not None and current.status is S.SUBMITTED,
        remarks=current.remarks if current is not None and current.status is S.RETURNED else {},
        labels=FIELD_LABELS,
        photo=photo_of(consultant),
        scans=scans_of(consultant),
        today=park_today(),
        steps=[
            step
            for step in (engine.allowed(current, user) if current else ())
            if step.name == "step_back"
        ],
        history=[event for event in engine.history(current) if event.target] if current else [],
    )


@bp.post("/account/consultant")
@login_required
def save_consultant() -> Any:
    """Save the form; hand it in where that was asked and nothing is missing."""
    user = person()
    consultant = own_profile(user) or abort(404)
    db.session.rollback()  # no lock is held while pictures are redrawn
    form = certification_form(request.form, consultant, request.files)
    if not form.validate():
        return page(consultant, user, form)
    seen = request.form.get("version", 0, type=int)
    try:
        changed = profile.update_own(consultant, form, user, seen)
    except ValueError as error:
        db.session.rollback()
        flash(str(error), "warning")
        return page(consultant, user, form)
    if request.form.get("action") == "submit":
        return submitted(consultant, user)
    db.session.commit()
    flash(gettext("Saved.") if changed else gettext("Nothing was changed."), "success")
    return redirect(url_for("storefront.own_consultant"))


def submitted(consultant: Consultant, user: User) -> Any:
    """Hand in what was just saved, or show what it lacks; what was saved stays either way."""
    missing = lacks(consultant)
    row = next(
        (
            affiliation
            for affiliation in affiliations(consultant, user)
            if affiliation.status in FILLED_IN
        ),
        None,
    )
    refused = str(engine.HANDLED) if row is None else ""
    if row is not None and not missing:
        outcome = engine.perform(Affiliation, "submit", [row.id], user)
        refused = str(outcome.refused.get(row.id, ""))
    db.session.commit()
    if missing:
        flash(gettext("Saved, but not submitted: please complete the marked fields."), "warning")
        form = certification_form(None, consultant)
        form.show_missing(missing)
        return page(consultant, user, form)
    if refused:
        flash(refused, "warning")
    else:
        flash(gettext("Your certification was submitted."), "success")
    return redirect(url_for("storefront.own_consultant"))


@bp.post("/account/consultant/<int(max=2147483647):id>/step-back")
@login_required
def step_back(id: int) -> Any:
    """End a certification that nobody has decided on yet."""
    user = person()
    seen = {id: request.form.get("version", 0, type=int)}
    outcome = engine.perform(Affiliation, "step_back", [id], user, seen=seen)
    if outcome.missing:
        abort(404)
    db.session.commit()
    words = outcome.refused.get(id)
    flash(
        str(words or gettext("You do not take part. The institution is told.")),
        "warning" if words else "success",
    )
    return redirect(url_for("storefront.own_consultant"))
