"""Sending an ended demand on to another institution."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, render_template, request
from flask_login import login_required

import access
from core.database import db
from models import Demand, Institution, User
from storefront import bp
from storefront.current_person import person
from storefront.demand.own import demand_or_404
from storefront.demand.posting import OVER
from workflows.enquiry.suggestions import fitting

SHOWN = 30


def others(demand: Demand, user: User, words: str) -> list[Institution]:
    """Return certified institutions for the demand: by name where asked, else by category."""
    tried = institutions_tried(demand)
    own = access.institution_ids(user)
    named = Institution.name.icontains(words, autoescape=True)
    query = sa.select(Institution).where(
        access.published(),
        Institution.id.not_in(tried | own),
        named if words else fitting(demand.category),
    )
    return list(db.session.scalars(query.order_by(Institution.name).limit(SHOWN + 1)))


def institutions_tried(demand: Demand) -> set[int]:
    """Return the institutions that this demand, or one it was sent on from, already went to."""
    tried: set[int] = set()
    previous: Demand | None = demand
    while previous is not None and previous.institution_id not in tried:
        tried.add(previous.institution_id)
        previous = previous.sent_on_from
    return tried


@bp.get("/account/demands/<int(max=2147483647):id>/send-on")
@login_required
def send_on(id: int) -> Any:
    """Offer the institutions that the ended demand can be sent on to."""
    user = person()
    demand = demand_or_404(id, user)
    if demand.status not in OVER:
        abort(404)
    words = request.args.get("q", "").replace("\x00", "").strip()[:64]
    found = others(demand, user, words)
    return render_template(
        "storefront/demand/send_on.html",
        demand=demand,
        institutions=found[:SHOWN],
        more=len(found) > SHOWN,
        q=words,
    )
