"""The public ranking: overall and by field, institutions and consultants, and why each stands
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
from storefront.listing.categories import Field, all_fields
from storefront.listing.paging import page_of
from storefront.site.visitors import for_visitors

WHO: dict[str, Kind] = {"institutions": INSTITUTIONS, "consultants": CONSULTANTS}


@bp.get("/ranking")
@for_visitors
def ranking() -> Any:
    """The ranking, twenty a page; the whole state is in the address."""
    who = request.args.get("who", "")
    who = who if who in WHO else "institutions"
    fields = all_fields()
    top, chosen = chosen_field(fields)
    category_id = chosen.id if chosen else None
    page = page_of(places.count(WHO[who], category_id))
    day = park_today()
    return render_template(
        "storefront/ranking/page.html",
        ranked=who,  # the frame has a `who` of its own: the reader
        fields=fields,
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
    """The arithmetic of every factor of one, overall or in a field, in plain words."""
    kind = WHO[who]
    person = kind is CONSULTANTS
    name = db.session.scalar(
        sa.select(kind.model.name).where(access.published(kind.model), kind.model.id == id)
    )
    scores = places.scores_of(kind, id) if name is not None else {}
    if not scores:
        abort(404)
    fields = [
        one
        for top in all_fields()
        for one in (top, *top.children)
        if one.id in scores
    ]  # fmt: skip
    chosen = next((one for one in fields if one.slug == request.args.get("category")), None)
    score = scores[chosen.id if chosen else None]
    day = park_today()
    return render_template(
        "storefront/ranking/why.html",
        ranked=who,  # the frame has a `who` of its own: the reader
        id=id,
        name=name,
        fields=fields,
        chosen=chosen,
        score=score,
        computing=marks.computing(kind, [id]),
        place=places.place_of(kind, id, day=day, category_id=score.category_id),
        count=places.count(kind, score.category_id),
        factors=explain.factors(score, person=person),
        deals=explain.transaction_lines(score),
        activities=explain.activity_lines(score),
    )


def chosen_field(fields: Sequence[Field]) -> tuple[Any, Any]:
    """Return the field of the first level, and the one, that the address names, or None twice."""
    slug = request.args.get("category", "")
    for top in fields:
        for one in (top, *top.children):
            if slug and one.slug == slug:
                return top, one
    return None, None
