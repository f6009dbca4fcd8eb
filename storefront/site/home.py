"""The home page and the language switch."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app, render_template, request, session
from flask_login import current_user

import access
from core import cookies
from core.clock import park_today
from core.database import db
from core.extensions import csrf
from i18n.locales import COOKIE, LANGUAGES
from models import Demand, DemandStatus, FeaturedProduct
from ranking import places
from ranking.kinds import INSTITUTIONS
from storefront import bp
from storefront.cards import institutions, products
from storefront.listing import statistics
from storefront.listing.categories import all_categories
from storefront.site import content_pages
from web.page_cache import for_visitors
from web.redirects import back

NEWEST = 6
LEADERS = 5
FEATURED = 4
ANSWERED = (  # the institution answered
    DemandStatus.ACCEPTED,
    DemandStatus.DECLINED,
    DemandStatus.OUTCOME,
    DemandStatus.CONFIRMED,
    DemandStatus.DISPUTED,
)
ANNOUNCED = 3
REMEMBERED = timedelta(days=365)  # a language


def figures() -> Any:
    """Return what the database says of the platform, in one query: counts, nobody's rows."""
    number = sa.func.count()
    return db.session.execute(
        sa.select(
            sa.select(number).where(access.published()).scalar_subquery().label("institutions"),
            sa.select(number)
            .where(Demand.status.in_(ANSWERED))
            .scalar_subquery()
            .label("answered"),
        ).execution_options(unguarded=True)
    ).one()


def featured() -> list[products.Card]:
    """Return the products that were listed last, one of each institution."""
    latest = sa.select(sa.func.max(FeaturedProduct.id)).where(access.published(FeaturedProduct))
    mine = latest.group_by(FeaturedProduct.institution_id)
    return products.some(
        [FeaturedProduct.id.in_(mine)], [FeaturedProduct.listed_at.desc()], FEATURED
    )


def newcomers() -> list[institutions.Card]:
    """Return some of the institutions under six months, others every day."""
    return institutions.cards(list(places.newcomers(park_today(), NEWEST)))


@bp.get("/")
@for_visitors
def home() -> Any:
    return render_template(
        "storefront/site/home.html",
        figures=figures(),
        hours=statistics.platform_hours(),
        featured=featured(),
        categories=all_categories(),
        newcomers=newcomers(),
        newest=institutions.newest(NEWEST),
        news=content_pages.latest(ANNOUNCED),
        in_language=content_pages.in_language,
        leaders=places.top(INSTITUTIONS, day=park_today(), limit=LEADERS),
    )


@bp.post("/language")
@csrf.exempt  # a visitor's pages are the same for all: they carry no token
def set_language() -> Any:
    """Remember the chosen language, for this browser and for the person, and return."""
    if current_user.is_authenticated and current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()
    answer = back("storefront.home")
    chosen = request.form.get("locale", "")
    if chosen in LANGUAGES:
        session["locale"] = chosen
        cookies.put(answer, COOKIE, chosen, REMEMBERED)
        if current_user.is_authenticated:
            current_user.locale = chosen
            db.session.commit()
    return answer
