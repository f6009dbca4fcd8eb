"""The public list of certified institutions, and the page of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import abort, render_template, request

import access
from core.database import db
from models import Institution, institution_category
from storefront import bp
from storefront.cards import consultants, institutions
from storefront.institution import facts
from storefront.institution.products import offered_by
from storefront.listing import queries, statistics
from storefront.listing.categories import all_categories, categories_of
from storefront.listing.filters import ACTIVITY, NEWEST, RATING, Filters, common
from storefront.listing.fragments import cached_count, rendered_cards
from storefront.listing.keyset import keyset_page
from storefront.listing.paging import PAGE
from storefront.review import public_reviews
from web.page_cache import for_visitors

CARD = ("storefront/listing/_cards.html", "institution_card")
SORTS = (ACTIVITY, RATING, NEWEST)


@bp.get("/institutions", endpoint="institutions")
@for_visitors
def institution_list() -> Any:
    """Certified institutions by every filter; the whole state is in the address."""
    criteria = Filters(**common(request.args, all_categories(), SORTS))
    query = institutions.public(
        queries.narrowed(criteria, Institution, Institution.id, institution_category)
    )
    order = queries.ordered(criteria, Institution.certified_at, Institution.id)
    total = cached_count(criteria, query)
    page = keyset_page(query, Institution.id, order, total, institutions.public)
    return render_template(
        "storefront/institution/directory.html",
        criteria=criteria,
        page=page,
        cards=rendered_cards(CARD, page.ids, _card_arguments, 2, total > 1),
    )


def _card_arguments(ids: Sequence[int]) -> Mapping[int, tuple[Any, ...]]:
    shown = statistics.statistics_of(ids)
    return {card.id: (card, shown.get(card.id)) for card in institutions.cards(ids)}


def web_address(text: str) -> str | None:
    """Return `text` where it is an http or https address to link to, else None."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.netloc else None


@bp.get("/institutions/<int(max=2147483647):id>")
@for_visitors
def institution(id: int) -> Any:  # the name stands in the agreed addresses
    """What anybody may read of a certified institution: no person and no number of one."""
    row = db.session.execute(
        sa.select(
            Institution.id,
            Institution.name,
            Institution.introduction,
            Institution.address,
            Institution.website,
            Institution.founded,
            Institution.staff_count,
            Institution.certified_at,
            queries.is_member().label("member"),
            queries.in_park().label("park"),
        ).where(access.published(), Institution.id == id)
    ).one_or_none()
    if row is None:
        abort(404)
    shown = statistics.statistics_of([id])[id]
    return render_template(
        "storefront/institution/page.html",
        row=row,
        rating=shown.rating,
        statistics=shown,
        reviews=public_reviews.of_institution(id, request.args.get("page", 1, type=int)),
        categories=categories_of(institution_category, [row.id])[row.id],
        consultants=consultants.of_institution(row.id, PAGE),
        link=web_address(row.website),
        offered=offered_by(row.id),
        activities=facts.activities_of(row.id),
    )
