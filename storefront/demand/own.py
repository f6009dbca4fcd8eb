"""A customer's own demands: list, details, and transitions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import login_required
from sqlalchemy.orm import joinedload

import access
import uploads
from core.database import db
from models import Demand, DemandStatus, User
from storefront import bp
from storefront.current_person import person
from storefront.demand.drafts import drafts_of
from storefront.demand.posting import OVER
from storefront.demand.timeline import timeline
from storefront.listing.paging import paged
from workflows import engine
from workflows.demand import product_snapshot as snapshot
from workflows.demand.process import demands
from workflows.demand.rules import answer_due, confirms, on_the_customers_side
from workflows.demand.targets import asked_for
from workflows.engine import Transition

OUR_SIDE = (on_the_customers_side, confirms)
STEPS = {step.name: step for step in demands.transitions if step.by in OUR_SIDE}


def demand_or_404(id: int, user: User) -> Demand:
    """Return a demand of the person's side, or answer 404."""
    query = (
        sa.select(Demand)
        .where(access.account(user, Demand), Demand.id == id)
        .options(*map(joinedload, (Demand.institution, Demand.category, Demand.poster)))
    )
    return db.session.scalar(query) or abort(404)


def buttons(demand: Demand, user: User) -> list[Transition]:
    """Return the customer's steps that the person may take on the demand now."""
    return [step for step in engine.allowed(demand, user) if step.name in STEPS]


@bp.get("/account/demands")
@login_required
def my_demands() -> Any:
    """List the demands of the person and their enterprise, by state where one is chosen."""
    user = person()
    mine = access.account(user, Demand)
    chosen = request.args.get("state", "")
    state = DemandStatus(chosen) if chosen in set(DemandStatus) else None
    counts = dict(
        db.session.execute(
            sa.select(Demand.status, sa.func.count(Demand.id)).where(mine).group_by(Demand.status)
        ).all()
    )
    query = sa.select(Demand).where(mine).order_by(Demand.created_at.desc(), Demand.id.desc())
    if state is not None:
        query = query.where(Demand.status == state)
    page = paged(
        query.options(joinedload(Demand.institution)), request.args.get("page", 1, type=int)
    )
    return render_template(
        "storefront/demand/own_list.html",
        page=page,
        state=state,
        counts=counts,
        states=DemandStatus,
        drafts=drafts_of(user),
    )


@bp.get("/account/demands/<int(max=2147483647):id>")
@login_required
def my_demand(id: int) -> Any:
    """Show a demand with its contact, what happened to it, and what can be done now."""
    user = person()
    demand = demand_or_404(id, user)
    sent_on = sa.select(Demand).where(
        access.account(user, Demand), Demand.sent_on_from_id == demand.id
    )
    return render_template(
        "storefront/demand/own.html",
        demand=demand,
        steps=buttons(demand, user),
        lines=timeline(demand),
        asked_for=asked_for(demand),
        snapshot=snapshot.facts(demand.asked_for),
        over=demand.status in OVER,
        sent_on=db.session.scalars(sent_on.order_by(Demand.id)).all(),
        files=uploads.files_of(demand),
        due=answer_due(demand),
    )


@bp.route("/account/demands/<int(max=2147483647):id>/<verb>", methods=["GET", "POST"])
@login_required
def demand_step(id: int, verb: str) -> Any:
    """Take one step; one that asks something shows its form first and keeps what was typed."""
    user = person()
    demand, step = demand_or_404(id, user), STEPS.get(verb)
    if step is None or (request.method == "GET" and step.asks is None):
        abort(404)
    form = step.asks(request.form) if step.asks else None
    if request.method == "GET":
        refusal = engine.why_not(step, demand, user)
        if refusal is not None:
            flash(str(refusal), "warning")
            return redirect(url_for("storefront.my_demand", id=id))
    if form is not None and (request.method == "GET" or not form.validate()):
        # the version that was shown first stays: a newer one is still to be looked at
        version = request.form.get("version", demand.version, type=int)
        return step_page(demand, step, form, version)
    seen = {id: request.form.get("version", 0, type=int)}
    outcome = engine.perform(Demand, verb, [id], user, seen=seen, **(form.data if form else {}))
    db.session.commit()
    words = outcome.refused.get(id)
    if words is engine.CHANGED and form is not None:
        flash(gettext("The demand changed meanwhile: it is now as shown here."), "warning")
        return step_page(demand, step, form, demand.version)
    flash(gettext("Done.") if words is None else str(words), "warning" if words else "success")
    return redirect(url_for("storefront.my_demand", id=id))


def step_page(demand: Demand, step: Transition, form: Any, version: int) -> str:
    return render_template(
        "storefront/demand/step.html", demand=demand, step=step, form=form, version=version
    )
