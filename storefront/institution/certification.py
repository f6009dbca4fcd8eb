"""Role certification: a person applies to become a service institution, and follows it here."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_required
from markupsafe import Markup

import access
import uploads
from core import dry_run
from core.database import db
from core.ids import parse_id
from forms.categories import category_name
from models import Institution, InstitutionStatus, Membership, User
from storefront import bp
from storefront.institution.application_draft import keep_files, keep_values, would_overwrite
from storefront.institution.certification_form import (
    CertificationForm,
    Uploads,
    certification_form,
    checked_files,
)
from workflows import engine
from workflows.institution import facts as institution_facts
from workflows.institution import rules as institution_rules
from workflows.institution.facts import FIELD_LABELS, FILES

S = InstitutionStatus
ENDED = (S.REJECTED, S.WITHDRAWN, S.REVOKED)


def applications(user: User) -> list[Institution]:
    """The person's own applications, the newest first."""
    mine = sa.select(Institution).where(access.account(user, Institution))
    return list(db.session.scalars(mine.order_by(Institution.id.desc())))


def workplace(user: User) -> Membership | None:
    """The workbench that the person works in already."""
    return next(
        (m for m in user.memberships if m.active and m.institution.status in access.AT_WORK), None
    )


@bp.get("/certification/")
@login_required
def certification() -> Any:
    """Show where the application stands: its form, the receipt, or the decision."""
    user = current_user._get_current_object()
    if held := workplace(user):
        return render_template("storefront/institution/certification_member.html", held=held)
    mine = applications(user)
    row = mine[0] if mine else None
    if row is None or row.status in institution_rules.OPEN:
        return form_page(certification_form(None, row, user), row, mine[1:])
    template = "certification_receipt" if row.status is S.SUBMITTED else "certification_ended"
    return render_template(
        f"storefront/institution/{template}.html",
        institution=row,
        reason=last_reason(row),
        earlier=mine[1:],
        number=institution_facts.number(row),
        steps=[step for step in engine.allowed(row, user) if step.name == "withdraw"],
        **facts(row),
    )


def facts(row: Institution) -> dict[str, Any]:
    """What the read-only view of an application shows."""
    files = uploads.files_of(row)
    return {
        "labels": FIELD_LABELS,
        "files": {name: [f for f in files if f.kind is kind] for name, kind in FILES.items()},
        "timeline_events": [event for event in engine.history(row) if event.target],
    }


def last_reason(row: Institution) -> str | None:
    """Why the platform ended the application or the certification; None where it did not."""
    ends = [e for e in engine.history(row) if e.name in ("reject", "revoke")]
    return ends[-1].reason if ends and row.status is not S.WITHDRAWN else None


@bp.app_template_filter("newlines")
def newlines(text: str) -> Markup:
    """Return `text`, escaped, with the line breaks its writer made."""
    return Markup("<br>").join(text.splitlines())


bp.add_app_template_filter(category_name, "category_name")


def form_page(form: CertificationForm, row: Institution | None, earlier: list[Institution]) -> Any:
    """The form, with the reviewer's remarks and the files it has already."""
    shown: dict[str, Any] = (
        facts(row) if row else {"labels": FIELD_LABELS, "files": {}, "timeline_events": []}
    )
    steps = [s for s in engine.allowed(row, current_user) if s.name == "withdraw"] if row else []
    form.mark_needed(has_licence=bool(shown["files"].get("licence")))
    return render_template(
        "storefront/institution/certification.html",
        form=form,
        institution=row,
        remarks=row.remarks if row else {},
        returned=row is not None and row.status is S.RETURNED,
        earlier=earlier,
        steps=steps,
        **shown,
    )


@bp.post("/certification/")
@login_required
def save_certification() -> Any:
    """Keep what is valid of the form; submit it where that was asked and nothing is missing."""
    db.session.rollback()  # no lock is held while pictures are redrawn
    good, bad = checked_files(request.files)
    user = current_user._get_current_object()
    if workplace(user):
        return redirect(url_for("storefront.certification"))
    mine = applications(user)
    if mine and mine[0].status is S.SUBMITTED:
        flash(gettext("This application was submitted already."), "info")
        return redirect(url_for("storefront.certification"))
    row = _open_draft(mine)
    if dry_run.active():
        return form_page(certification_form(request.form, row, user), row, [])
    begun = row is None
    if row is None:
        try:
            row = engine.create(Institution(applicant_id=user.id), "start", user)
        except ValueError as error:  # the platform's own staff, or somebody who works elsewhere
            flash(str(error), "warning")
            return redirect(url_for("storefront.certification"))
    form = certification_form(request.form, row, user)
    form.validate()
    form.set_file_errors(bad)
    saved = _keep(row, form, good, user, begun)
    if saved and request.form.get("action") == "submit":
        return _submit(row, form, user)
    db.session.commit()
    if not saved or form.errors:
        if saved:
            flash(gettext("What is right was saved. Please correct the marked fields."), "warning")
        form.version.data = str(row.version)
        return form_page(form, row, [])
    flash(gettext("The draft is saved."), "success")
    return redirect(url_for("storefront.certification"))


def _open_draft(mine: list[Institution]) -> Institution | None:
    """The draft to write to, locked and as it is now; None where there is none."""
    row = mine[0] if mine and mine[0].status in institution_rules.OPEN else None
    if row is not None:
        db.session.refresh(row, with_for_update={"of": Institution, "key_share": True})
    return row


def _keep(
    row: Institution, form: CertificationForm, good: Uploads, user: User, begun: bool
) -> bool:
    """Keep files and values; False where another window changed the values meanwhile."""
    keep_files(row, form, good, parse_id(request.form.get("remove")), user)
    if not begun and form.seen() != row.version and would_overwrite(row, form):
        flash(
            gettext(
                "Changed meanwhile in another window. What you typed is kept below:"
                " compare it, and save again to put it in place."
            ),
            "warning",
        )
        return False
    keep_values(row, form, user)
    return True


def _submit(row: Institution, form: CertificationForm, user: User) -> Any:
    """Hand the application in, or show what it lacks."""
    has_licence = any(f.kind is FILES["licence"] for f in uploads.files_of(row))
    if form.require_whole(has_licence):
        outcome = engine.perform(Institution, "submit", [row.id], user, seen={row.id: row.version})
        if outcome.done:
            db.session.commit()
            flash(gettext("Your application was submitted."), "success")
            return redirect(url_for("storefront.certification"))
        flash(str(outcome.refused.get(row.id, engine.GONE)), "danger")
    else:
        flash(gettext("Saved, but not submitted: please complete the marked fields."), "warning")
    db.session.commit()
    form.version.data = str(row.version)
    return form_page(form, row, [])
