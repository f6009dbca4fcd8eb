"""The two pages of objections: to who acts for an enterprise, and to who holds a credit code."""

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
from forms import credit_code as forms_credit_code
from forms.base import Form, required
from models import (
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Institution,
    Objection,
    ObjectionStatus,
    User,
)
from storefront import bp
from storefront.current_person import person
from workflows import engine
from workflows.institution.rules import OPEN
from workflows.objection import contested, making
from workflows.objection.process import objections

MOST = 3  # files
ENTERPRISE, CODE = "storefront.enterprise_objection", "storefront.code_objection"


class ObjectionForm(Form):
    """What the person says, and what shows it."""

    credit_code = wtforms.StringField(
        lazy_gettext("Unified social credit code"),
        validators=[required(), forms_credit_code.credit_code],
    )
    statement = wtforms.TextAreaField(
        lazy_gettext("Why it is yours"),
        description=lazy_gettext("The other side never reads this, nor learns who you are."),
        validators=[required(), validators.Length(max=2000)],
    )
    evidence = wtforms.MultipleFileField(
        lazy_gettext("Business licence and other evidence"),
        description=lazy_gettext("PDF, JPEG or PNG, at most 10 MB each."),
    )


def files_of(form: ObjectionForm) -> list[uploads.Upload]:
    """Return the files that passed the checks; what is wrong stands at the field."""
    sent = [file for file in request.files.getlist("evidence") if file.filename]
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
    form.evidence.errors = errors
    return good


def page(endpoint: str, form: ObjectionForm | None) -> str:
    """Show the person's own objections, those against what they hold, and the form."""
    user, about_code = person(), endpoint == CODE
    about = Objection.application_id if about_code else Objection.membership_id
    mine = db.session.scalars(
        sa.select(Objection)
        .where(access.account(user, Objection), about.is_not(None))
        .order_by(Objection.id.desc())
    ).all()
    waits = any(row.status is ObjectionStatus.OPEN for row in mine)
    return render_template(
        "storefront/objection/page.html",
        endpoint=endpoint,
        about_code=about_code,
        mine=mine,
        against=contested.against(user, about_code=about_code),
        form=None if waits else form,
    )


def made(endpoint: str, form: ObjectionForm, make: Any) -> Any:
    """Take an objection, or show the form again with what was typed."""
    valid, files = form.validate(), files_of(form)
    if not valid or form.evidence.errors:
        return page(endpoint, form)
    try:
        make(files)
        db.session.commit()
    except ValueError as error:
        db.session.rollback()
        flash(str(error), "warning")
    except IntegrityError as error:
        db.session.rollback()
        flash(str(engine.conflict_words(objections["object"].conflicts, error)), "warning")
    else:
        flash(gettext("The platform looks at both sides and tells you by mail."), "success")
    return redirect(url_for(endpoint))


def request_of(user: User) -> EnterpriseMembership | None:
    """Return the request to join an enterprise that the person waits for."""
    return db.session.scalar(
        sa.select(EnterpriseMembership)
        .where(
            access.account(user, EnterpriseMembership),
            EnterpriseMembership.user_id == user.id,
            EnterpriseMembership.status == EnterpriseMembershipStatus.REQUESTED,
        )
        .options(joinedload(EnterpriseMembership.enterprise))
    )


def application_of(user: User) -> Institution | None:
    """Return the person's application that was not handed in, for which they object."""
    query = sa.select(Institution).where(
        access.account(user, Institution),
        Institution.applicant_id == user.id,
        Institution.status.in_(OPEN),
    )
    return db.session.scalar(query.order_by(Institution.id.desc()).limit(1))


@bp.route("/account/enterprise/objection", methods=["GET", "POST"])
@login_required
@limiter.limit("10 per hour", methods=["POST"])
def enterprise_objection() -> Any:
    """Object to who acts for the enterprise that the person asks to join."""
    user = person()
    held = request_of(user)
    form = ObjectionForm(request.form)
    del form.credit_code
    if request.method == "GET" or held is None:
        return page(ENTERPRISE, form if held is not None else None)
    return made(
        ENTERPRISE,
        form,
        lambda files: making.about_enterprise(held, user, form.statement.data or "", files),
    )


@bp.route("/certification/objection", methods=["GET", "POST"])
@login_required
@limiter.limit("10 per hour", methods=["POST"])
def code_objection() -> Any:
    """Object to the application that holds the credit code of the person's own."""
    user = person()
    own = application_of(user)
    sent = request.form if request.method == "POST" else None
    form = ObjectionForm(sent, data={"credit_code": own.credit_code if own else ""})
    if request.method == "GET" or own is None:
        return page(CODE, form if own is not None else None)

    def make(files: list[uploads.Upload]) -> None:
        code = forms_credit_code.read(form.credit_code.data or "").code
        making.about_code(own, code, user, form.statement.data or "", files)

    return made(CODE, form, make)


@bp.post("/objections/<int(max=2147483647):id>/withdraw")
@login_required
def withdraw_objection(id: int) -> Any:
    """Take back one's own objection."""
    user = person()
    query = access.visible(user, Objection).where(
        Objection.id == id, Objection.objector_id == user.id
    )
    row = db.session.scalar(query) or abort(404)
    endpoint = CODE if row.application_id is not None else ENTERPRISE
    outcome = engine.perform(Objection, "withdraw", [id], user)
    db.session.commit()
    for words in outcome.refused.values():
        flash(str(words), "warning")
    if outcome.done:
        flash(gettext("The objection was withdrawn."), "success")
    return redirect(url_for(endpoint))
