"""The enterprise's reviews: what waits, what it wrote, what it received, and the steps on each."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from flask_login import login_required
from sqlalchemy.orm import joinedload

import access
from core.clock import now
from core.database import db
from models import Affiliation, Review, ReviewSide, ReviewStatus, Transaction, User
from ranking import ratings
from storefront import bp
from storefront.current_person import not_verified, person
from storefront.listing.paging import paged
from storefront.review.filters import conditions, controls
from workflows import engine
from workflows.engine import Transition
from workflows.review.forms import CRITERIA
from workflows.review.process import reviews
from workflows.review.rules import rates_the_institution, was_rated

S = ReviewStatus
OURS, THEIRS = ReviewSide.ENTERPRISE, ReviewSide.INSTITUTION
OUR_SIDE = (rates_the_institution, was_rated)  # who takes a step, where it is the enterprise
STEPS = {step.name: step for step in reviews.transitions if step.by in OUR_SIDE}
TABS = (
    ("storefront.my_reviews", lazy_gettext("To be written")),
    ("storefront.given_reviews", lazy_gettext("Our reviews of institutions")),
    ("storefront.received_reviews", lazy_gettext("Reviews we received")),
)
LOADS = (
    joinedload(Review.transaction).joinedload(Transaction.category),
    joinedload(Review.institution),
    joinedload(Review.enterprise),
    joinedload(Review.affiliation).joinedload(Affiliation.consultant),
)


def review_or_404(id: int, user: User) -> Review:
    """Return a review that the person's enterprise may read, or answer 404."""
    query = sa.select(Review).where(access.account(user, Review), Review.id == id).options(*LOADS)
    return db.session.scalar(query) or abort(404)


def waiting() -> sa.ColumnElement[bool]:
    """The condition for what the enterprise can still write."""
    return sa.and_(Review.side == OURS, Review.status == S.OPEN, Review.due_at > now())


@bp.get("/account/reviews")
@login_required
def my_reviews() -> Any:
    """List the transactions that wait for a review, the earliest deadline first."""
    query = sa.select(Review).where(access.account(person(), Review), waiting())
    return listing(TABS[0][0], query.order_by(Review.due_at, Review.id))


@bp.get("/account/reviews/given")
@login_required
def given_reviews() -> Any:
    """List what the enterprise wrote."""
    return filtered(TABS[1][0], sa.and_(Review.side == OURS, Review.status != S.OPEN))


@bp.get("/account/reviews/received")
@login_required
def received_reviews() -> Any:
    """List what institutions wrote about the enterprise."""
    return filtered(TABS[2][0], Review.side == THEIRS)


def filtered(tab: str, listed: sa.ColumnElement[bool]) -> Any:
    """Show a list with its filters, and its averages over time."""
    user = person()
    mine = (access.account(user, Review), listed)
    wanted = (*mine, *conditions(request.args))
    query = sa.select(Review).where(*wanted).order_by(Review.id.desc())
    return listing(
        tab, query, controls=controls(request.args, user), quarters=ratings.over_time(*wanted)
    )


def listing(tab: str, query: sa.Select[Any], **more: Any) -> Any:
    page = paged(query.options(*LOADS), request.args.get("page", 1, type=int))
    more["not_verified"] = not_verified()
    return render_template("storefront/review/own_list.html", tab=tab, tabs=TABS, page=page, **more)


@bp.get("/account/reviews/<int(max=2147483647):id>")
@login_required
def my_review(id: int) -> Any:
    """Show a review, what was replied, and what can be done now."""
    user = person()
    row = review_or_404(id, user)
    scores = [(label, row.scores[key]) for key, label in CRITERIA[row.side].items() if row.stars]
    return render_template(
        "storefront/review/own.html",
        row=row,
        scores=scores,
        tab=TABS[1 if row.side is OURS else 2][0],
        tabs=TABS,
        steps=[step for step in engine.allowed(row, user) if step.name in STEPS],
    )


@bp.route("/account/reviews/<int(max=2147483647):id>/<verb>", methods=["GET", "POST"])
@login_required
def review_step(id: int, verb: str) -> Any:
    """Ask what a step needs to know, and take it; a refusal keeps what was typed."""
    user = person()
    row, step = review_or_404(id, user), STEPS.get(verb)
    if step is None or step.asks is None or not step.by(user, row):
        abort(404)
    form = step.asks(request.form if request.method == "POST" else None)
    if verb == "rate_institution" and row.affiliation is None:
        del form.consultant_stars
    refusal = engine.why_not(step, row, user)
    # the version that was shown first stays: a newer one is still to be looked at
    version = request.form.get("version", row.version, type=int)
    if request.method == "POST" and form.validate():
        seen = {id: request.form.get("version", 0, type=int)}
        outcome = engine.perform(Review, verb, [id], user, seen=seen, **form.data)
        db.session.commit()
        if outcome.done:
            flash(gettext("Done."), "success")
            return redirect(url_for("storefront.my_review", id=id))
        refusal, version = outcome.refused.get(id, engine.GONE), row.version
        if refusal is engine.CHANGED and not seen[id]:
            refusal = engine.UNSEEN
    if refusal is not None:
        flash(str(refusal), "warning")
        if request.method == "GET":
            return redirect(url_for("storefront.my_review", id=id))
    return step_page(row, step, form, version)


def step_page(row: Review, step: Transition, form: Any, version: int) -> str:
    return render_template(
        "storefront/review/step.html", row=row, step=step, form=form, version=version
    )
