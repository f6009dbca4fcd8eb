"""The public ranking: overall and by category, institutions and consultants, and why each stands
where it stands. Named apart from the package `ranking`, which computes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask import abort, render_template, request

import access
from core.clock import park_today
from core.database import db
from ranking import explain, marks, places, rules
from ranking.kinds import CONSULTANTS, INSTITUTIONS, Kind
from storefront import bp
from storefront.listing.categories import CountedCategory, all_categories
from storefront.listing.paging import page_of
from web.page_cache import for_visitors

WHO: dict[str, Kind] = {"institutions": INSTITUTIONS, "consultants": CONSULTANTS}


@bp.get("/ranking")
@for_visitors
def ranking() -> Any:
    """The ranking, twenty a page; the whole state is in the address."""
    who = request.args.get("who", "")
    who = who if who in WHO else "institutions"
    categories = all_categories()
    top, chosen = chosen_category(categories)
    category_id = chosen.id if chosen else None
    page = page_of(places.count(WHO[who], category_id))
    day = park_today()
    return render_template(
        "storefront/ranking/page.html",
        ranked=who,  # the frame has a `who` of its own: the reader
        categories=categories,
        top=top,
        chosen=chosen,
        page=page,
        computing=marks.computing(WHO[who]),
        lines=places.top(WHO[who], day=day, category_id=category_id, offset=page.offset),
        day=day,
        rule=rules.in_force(day),
        named=explain.NAMES,
    )


@bp.get("/ranking/<any(institutions, consultants):who>/<int(max=2147483647):id>")
@for_visitors
def why_this_place(who: str, id: int) -> Any:
    """The arithmetic of every factor of a score, overall or in a category, in plain words."""
    kind = WHO[who]
    person = kind is CONSULTANTS
    name = db.session.scalar(
        sa.select(kind.model.name).where(access.published(kind.model), kind.model.id == id)
    )
    scores = places.scores_of(kind, id) if name is not None else {}
    if not scores:
        abort(404)
    categories = [
        category
        for top in all_categories()
        for category in (top, *top.children)
        if category.id in scores
    ]  # fmt: skip
    chosen = next(
        (category for category in categories if category.slug == request.args.get("category")), None
    )
    score = scores[chosen.id if chosen else None]
    day = park_today()
    return render_template(
        "storefront/ranking/why.html",
        ranked=who,  # the frame has a `who` of its own: the reader
        id=id,
        name=name,
        categories=categories,
        chosen=chosen,
        score=score,
        computing=marks.computing(kind, [id]),
        place=places.place_of(kind, id, day=day, category_id=score.category_id),
        count=places.count(kind, score.category_id),
        factors=explain.factors(score, person=person),
        transactions=explain.transaction_lines(score),
        activities=explain.activity_lines(score),
    )


def chosen_category(categories: Sequence[CountedCategory]) -> tuple[Any, Any]:
    """Return the top category, and the chosen one, that the address names, or None twice."""
    slug = request.args.get("category", "")
    for top in categories:
        for category in (top, *top.children):
            if slug and category.slug == slug:
                return top, category
    return None, None
