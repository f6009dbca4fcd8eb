"""Enterprise memberships: members, requests to join, and joining an enterprise."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
import wtforms
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_login import login_required
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

import access
from core.database import db
from forms import credit_code as forms_credit_code
from forms.base import Form, required
from models import (
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    User,
)
from storefront import bp
from storefront.account import verification
from storefront.current_person import person
from workflows import engine
from workflows.objection import contested as objections
from workflows.person import entering
from workflows.person import process as person_process

OPEN = (EnterpriseMembershipStatus.REQUESTED, EnterpriseMembershipStatus.MEMBER)


class JoinForm(Form):
    """Which enterprise the person belongs to."""

    credit_code = wtforms.StringField(
        lazy_gettext("Unified social credit code"),
        description=lazy_gettext("The 18 characters on the business licence."),
        validators=[required(), forms_credit_code.credit_code],
    )

    def validate_credit_code(self, field: Any) -> None:
        """Only enterprises of the park are found."""
        if entering.find_in_register(field.data) is None:
            raise wtforms.validators.ValidationError(
                gettext("The park's register has no enterprise with this credit code.")
            )


def visible_memberships(user: User) -> list[EnterpriseMembership]:
    """Return the open memberships that the person may see, requests first."""
    query = (
        sa.select(EnterpriseMembership)
        .where(
            access.account(user, EnterpriseMembership),
            EnterpriseMembership.status.in_(OPEN),
        )
        .order_by(EnterpriseMembership.status.desc(), EnterpriseMembership.id)
        .options(joinedload(EnterpriseMembership.user), joinedload(EnterpriseMembership.enterprise))
    )
    return list(db.session.scalars(query))


@bp.get("/account/enterprise")
@login_required
def enterprise() -> Any:
    """Show the people of the person's enterprise, or how to join one."""
    return enterprise_page(JoinForm())


def enterprise_page(form: JoinForm) -> str:
    user = person()
    rows = visible_memberships(user)
    declined = db.session.scalar(
        sa.select(EnterpriseMembership)
        .where(
            access.account(user, EnterpriseMembership),
            EnterpriseMembership.user_id == user.id,
            EnterpriseMembership.status == EnterpriseMembershipStatus.DECLINED,
        )
        .order_by(EnterpriseMembership.id.desc())
        .options(joinedload(EnterpriseMembership.enterprise))
        .limit(1)
    )
    mine = next((row for row in rows if row.user_id == user.id), None)
    return render_template(
        "storefront/account/enterprise.html",
        form=form,
        mine=mine,
        contested=objections.is_contested(mine),
        **verification.context(mine, user),
        rows=[(row, engine.allowed(row, user)) for row in rows],
        declined=declined,
    )


@bp.post("/account/enterprise")
@login_required
def join_enterprise() -> Any:
    """Become a person of an enterprise: at once as its first, else after its yes."""
    form = JoinForm(request.form)
    if not form.validate():
        return enterprise_page(form)
    code = forms_credit_code.read(form.credit_code.data or "")
    try:
        row = entering.enter(person(), code.code, remark=code.remark)
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        flash(
            str(engine.conflict_words(person_process.memberships["request"].conflicts, error)),
            "warning",
        )
        return redirect(url_for("storefront.enterprise"))
    if row.status is EnterpriseMembershipStatus.MEMBER:
        flash(
            gettext(
                "You are the first person of your enterprise here. Welcome. One thing is left: "
                "show that you may speak for it."
            ),
            "success",
        )
    else:
        flash(gettext("Your request is on its way to the people of the enterprise."), "info")
    return redirect(url_for("storefront.enterprise"))


@bp.route("/account/enterprise/<int(max=2147483647):id>/<verb>", methods=["GET", "POST"])
@login_required
def enterprise_step(id: int, verb: str) -> Any:
    """Take one step on a membership; one that asks something shows its form first."""
    user = person()
    row = db.session.scalar(
        access.visible(user, EnterpriseMembership).where(EnterpriseMembership.id == id)
    )
    step = next(
        (s for s in person_process.memberships.transitions if s.name == verb and s.source), None
    )
    if row is None or step is None or (request.method == "GET" and step.asks is None):
        abort(404)
    form = step.asks(request.form) if step.asks else None
    if form is not None and (request.method == "GET" or not form.validate()):
        return render_template(
            "storefront/account/enterprise_step.html", form=form, row=row, step=step
        )
    outcome = engine.perform(
        EnterpriseMembership,
        verb,
        [id],
        user,
        seen={id: request.form.get("version", 0, type=int)},
        **(form.data if form is not None else {}),
    )
    db.session.commit()
    for words in outcome.refused.values():
        flash(str(words), "warning")
    if outcome.done:
        flash(gettext("Done."), "success")
    return redirect(url_for("storefront.enterprise"))
