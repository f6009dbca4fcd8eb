"""The home page and the language switch."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import render_template, request, session

import access
from database import db
from http_layer import back
from locales import LANGUAGES
from models import Demand, DemandStatus, Institution, OutcomeKind
from ranking import places
from ranking.kinds import INSTITUTIONS
from storefront import bp, browse

NEWEST = 6
LEADERS = 5


def figures() -> Any:
    """Return what the database says of the platform, in one query: counts, nobody's rows."""
    number = sa.func.count()
    return db.session.execute(
        sa.select(
            sa.select(number).where(access.published()).scalar_subquery().label("institutions"),
            sa.select(number)
            .where(Demand.status != DemandStatus.WITHDRAWN)
            .scalar_subquery()
            .label("demands"),
            sa.select(number)
            .where(Demand.outcome == OutcomeKind.DEAL)
            .scalar_subquery()
            .label("deals"),
        ).execution_options(unguarded=True)
    ).one()


def newcomers() -> list[browse.Card]:
    """Return some of the institutions under six months, others every day."""
    ids = list(places.newcomers(places.today(), NEWEST))
    cards = browse.cards([Institution.id.in_(ids)], limit=NEWEST) if ids else []
    return sorted(cards, key=lambda card: ids.index(card.id))


@bp.get("/")
def home() -> Any:
    return render_template(
        "storefront/home.html",
        figures=figures(),
        fields=browse.fields(),
        newcomers=newcomers(),
        newest=browse.cards(limit=NEWEST),
        leaders=places.top(INSTITUTIONS, day=places.today(), limit=LEADERS),
    )


@bp.post("/language")
def set_language() -> Any:
    """Remember the chosen language and return to the page."""
    if request.form.get("locale") in LANGUAGES:
        session["locale"] = request.form["locale"]
    return back("storefront.home")
