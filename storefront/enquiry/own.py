"""A customer's own enquiries: the shortlist, the answers, and the pick."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from sqlalchemy.orm import joinedload, selectinload

import access
from core.database import db
from models import Demand, Enquiry, EnquiryCandidate, EnquiryStatus, User
from storefront import bp
from storefront.current_person import person
from storefront.listing.paging import paged
from workflows import engine
from workflows.engine import Transition
from workflows.enquiry.pick import pick
from workflows.enquiry.process import enquiries
from workflows.enquiry.rules import live, live_condition, on_the_enquirers_side, shortlist_due

STEPS = {
    step.name: step
    for step in enquiries.transitions
    if step.by is on_the_enquirers_side and step.button
}


def enquiry_or_404(id: int, user: User) -> Enquiry:
    """Return an enquiry of the person's side with its shortlist, or answer 404."""
    query = (
        sa.select(Enquiry)
        .where(access.account(user, Enquiry), Enquiry.id == id)
        .options(
            joinedload(Enquiry.category),
            joinedload(Enquiry.poster),
            joinedload(Enquiry.demand),
            selectinload(Enquiry.candidates).joinedload(EnquiryCandidate.institution),
        )
    )
    return db.session.scalar(query) or abort(404)


def to_pick() -> sa.ColumnElement[bool]:
    """The condition for an enquiry whose shortlist waits for the enterprise."""
    return sa.and_(
        Enquiry.status == EnquiryStatus.SHORTLISTED, Enquiry.candidates.any(live_condition())
    )


@bp.get("/account/enquiries")
@login_required
def my_enquiries() -> Any:
    """List the enquiries of the person and their enterprise, the newest first."""
    latest = (Enquiry.created_at.desc(), Enquiry.id.desc())
    query = sa.select(Enquiry).where(access.account(person(), Enquiry)).order_by(*latest)
    page = paged(query.options(joinedload(Enquiry.category)), request.args.get("page", 1, type=int))
    return render_template("storefront/enquiry/own_list.html", page=page)


@bp.get("/account/enquiries/<int(max=2147483647):id>")
@login_required
def my_enquiry(id: int) -> Any:
    """Show an enquiry, who is on its shortlist and what they say, and what can be done now."""
    user = person()
    enquiry = enquiry_or_404(id, user)
    looking = enquiry.status is EnquiryStatus.SHORTLISTED
    return render_template(
        "storefront/enquiry/own.html",
        enquiry=enquiry,
        steps=[step for step in engine.allowed(enquiry, user) if step.name in STEPS],
        candidates=[(candidate, looking and live(candidate)) for candidate in enquiry.candidates],
        waiting=looking and not any(map(live, enquiry.candidates)),
        due=shortlist_due(enquiry),
        events=engine.history(enquiry),
    )


@bp.post("/account/enquiries/<int(max=2147483647):id>/pick/<int(max=2147483647):candidate>")
@login_required
def pick_candidate(id: int, candidate: int) -> Any:
    """Pick an institution of the shortlist: the enquiry becomes a demand to it."""
    user = person()
    enquiry = enquiry_or_404(id, user)
    chosen = next((entry for entry in enquiry.candidates if entry.id == candidate), None)
    if chosen is None:
        abort(404)
    found = pick(chosen, user, request.form.get("version", 0, type=int))
    if not isinstance(found, Demand):
        db.session.commit()
        flash(str(found), "warning")
        return redirect(url_for("storefront.my_enquiry", id=id))
    number = found.id
    db.session.commit()
    return redirect(url_for("storefront.demand_receipt", id=number))


@bp.route("/account/enquiries/<int(max=2147483647):id>/<verb>", methods=["GET", "POST"])
@login_required
def enquiry_step(id: int, verb: str) -> Any:
    """Take one step; one that asks something shows its form first and keeps what was typed."""
    user = person()
    enquiry, step = enquiry_or_404(id, user), STEPS.get(verb)
    if step is None or (request.method == "GET" and step.asks is None):
        abort(404)
    form = step.asks(request.form) if step.asks else None
    if form is not None and (request.method == "GET" or not form.validate()):
        return step_page(enquiry, step, form)
    seen = {id: request.form.get("version", 0, type=int)}
    outcome = engine.perform(Enquiry, verb, [id], user, seen=seen, **(form.data if form else {}))
    db.session.commit()
    words = outcome.refused.get(id)
    if words is engine.CHANGED and form is not None:
        flash(str(words), "warning")
        return step_page(enquiry, step, form)
    flash(gettext("Done.") if words is None else str(words), "warning" if words else "success")
    return redirect(url_for("storefront.my_enquiry", id=id))


def step_page(enquiry: Enquiry, step: Transition, form: Any) -> str:
    return render_template("storefront/enquiry/step.html", enquiry=enquiry, step=step, form=form)
