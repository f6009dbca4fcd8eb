"""Verification of a person for their enterprise: the licence, or a code by letter or telephone."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
import wtforms
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_login import login_required
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload
from wtforms import validators

import access
import uploads
from core.database import db
from core.extensions import limiter
from forms.base import Form, choices, required
from models import (
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    User,
    Verification,
    VerificationStatus,
)
from storefront import bp
from storefront.current_person import person
from workflows import engine
from workflows.verification import codes, handing_in
from workflows.verification import process as verification_process

BY_LICENCE, BY_CODE = "licence", "code"
MOST = 3  # files


class ProofForm(Form):
    """How the person shows that they may speak for the enterprise."""

    way = wtforms.RadioField(
        lazy_gettext("How do you want to be verified?"),
        choices=choices(
            [
                (BY_LICENCE, lazy_gettext("I send the business licence")),
                (BY_CODE, lazy_gettext("Send a code to the enterprise, by letter or telephone")),
            ]
        ),
        default=BY_LICENCE,
    )
    licence = wtforms.MultipleFileField(
        lazy_gettext("Business licence"),
        description=lazy_gettext(
            "A scan or photograph, stamped by the enterprise with the words “for verification on "
            "the Enterprise Service Supermarket only”. PDF, JPEG or PNG, at most 10 MB."
        ),
    )
    note = wtforms.TextAreaField(
        lazy_gettext("Anything the platform should know"),
        description=lazy_gettext("Such as your position, or who can be asked."),
        validators=[validators.Length(max=1000)],
    )


class EnteredCodeForm(Form):
    """The code that reached the enterprise."""

    code = wtforms.StringField(
        lazy_gettext("Code"),
        validators=[required(), validators.Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "characters"},
    )


def context(
    mine: EnterpriseMembership | None,
    user: User,
    proof: ProofForm | None = None,
    entered: EnteredCodeForm | None = None,
) -> dict[str, Any]:
    """Return what the page of the enterprise says of the person's verification."""
    member = mine is not None and mine.status is EnterpriseMembershipStatus.MEMBER
    row = handing_in.latest(mine) if mine is not None and member and not mine.verified else None
    return {
        "verification": row,
        "steps": [step for step in engine.buttons(row, user) if row] if row else [],
        "proof": proof or ProofForm(),
        "entered": entered or EnteredCodeForm(),
        "waits": row is not None and row.status is VerificationStatus.SUBMITTED,
        "code_sent": row is not None and row.status is VerificationStatus.CODE_SENT,
    }


def membership_or_404(user: User) -> EnterpriseMembership:
    """Return the membership of the enterprise that the person acts for, and is not verified for."""
    query = (
        sa.select(EnterpriseMembership)
        .where(
            access.account(user, EnterpriseMembership),
            EnterpriseMembership.user_id == user.id,
            EnterpriseMembership.status == EnterpriseMembershipStatus.MEMBER,
            EnterpriseMembership.verified_at.is_(None),
        )
        .options(joinedload(EnterpriseMembership.enterprise))
    )
    return db.session.scalar(query) or abort(404)


def page(mine: EnterpriseMembership, user: User, **forms: Any) -> str:
    """Show one of the two forms again, with what was typed."""
    return render_template(
        "storefront/account/verification.html", mine=mine, **context(mine, user, **forms)
    )


@bp.get("/account/enterprise/verification")
@login_required
def verification() -> Any:
    """Show what is missing, and what comes next."""
    user = person()
    return page(membership_or_404(user), user)


@bp.post("/account/enterprise/verification")
@login_required
@limiter.limit("10 per hour")
def hand_in_verification() -> Any:
    """Take the licence, or the wish for a code."""
    user = person()
    mine = membership_or_404(user)
    form = ProofForm(request.form)
    valid = form.validate()
    files = taken(form) if form.way.data == BY_LICENCE else []
    if not valid or form.licence.errors:
        return page(mine, user, proof=form)
    try:
        handing_in.hand_in(mine, user, form.note.data or "", files)
        db.session.commit()
    except ValueError as error:
        db.session.rollback()
        flash(str(error), "warning")
    except IntegrityError as error:
        db.session.rollback()
        conflicts = verification_process.verifications["hand_in"].conflicts
        flash(str(engine.conflict_words(conflicts, error)), "warning")
    else:
        flash(gettext("The platform looks at it and tells you by mail."), "success")
    return redirect(url_for("storefront.enterprise"))


def taken(form: ProofForm) -> list[uploads.Upload]:
    """Return the files that passed the checks; what is wrong stands at the field."""
    sent = [file for file in request.files.getlist("licence") if file.filename]
    good: list[uploads.Upload] = []
    errors: list[str] = []
    if not sent:
        errors.append(gettext("Add the business licence."))
    if len(sent) > MOST:
        errors.append(gettext("At most %(count)s files.", count=MOST))
    for file in sent[:MOST]:
        try:
            good.append(uploads.check(uploads.read(file), file.filename))
        except uploads.Refused as refusal:
            errors.append(f"{uploads.clean_name(file.filename)}: {refusal}")
    form.licence.errors = errors
    return good


@bp.post("/account/enterprise/verification/code")
@login_required
def enter_code() -> Any:
    """Take the code of the letter or the call."""
    user = person()
    mine = membership_or_404(user)
    row = handing_in.latest(mine)
    form = EnteredCodeForm(request.form)
    if row is None or row.status is not VerificationStatus.CODE_SENT:
        return redirect(url_for("storefront.enterprise"))
    if not form.validate():
        return page(mine, user, entered=form)
    refused = codes.enter(row, user, form.code.data or "")
    db.session.commit()
    if refused is not None:
        form.code.errors = [refused]
        return page(mine, user, entered=form)
    flash(gettext("You are verified: you can speak for your enterprise here now."), "success")
    return redirect(url_for("storefront.enterprise"))


@bp.post("/account/enterprise/verification/<int(max=2147483647):id>/withdraw")
@login_required
def withdraw_verification(id: int) -> Any:
    """Take back what waits, such as to send another proof."""
    user = person()
    query = access.visible(user, Verification).where(Verification.id == id)
    row = db.session.scalar(query) or abort(404)
    outcome = engine.perform(Verification, "withdraw", [row.id], user)
    db.session.commit()
    for words in outcome.refused.values():
        flash(str(words), "warning")
    if outcome.done:
        flash(gettext("Withdrawn. You can ask again."), "success")
    return redirect(url_for("storefront.enterprise"))
