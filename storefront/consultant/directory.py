"""The public directory of consultants, the page of each, and the pictures."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, render_template, request, send_file
from PIL import Image, ImageOps

from core.clock import park_today
from models import Affiliation, Consultant, consultant_category
from ranking import places, ratings
from ranking.kinds import CONSULTANTS
from storefront import bp
from storefront.cards import consultants as cards
from storefront.consultant import facts
from storefront.listing import queries
from storefront.listing.categories import categories_of, consultant_categories
from storefront.listing.filters import ACTIVITY, NEWEST, RATING, Filters, common
from storefront.listing.fragments import cached_count, rendered_cards
from storefront.listing.keyset import keyset_page
from storefront.review import public_reviews
from uploads import storage
from web.page_cache import for_visitors

CARD = ("storefront/consultant/_cards.html", "consultant_card")
SORTS = (ACTIVITY, RATING, NEWEST)
SIDE = 320  # pixels of a picture
MINUTES = 300  # seconds


@bp.get("/consultants", endpoint="consultants")
@for_visitors
def consultant_list() -> Any:
    """Consultants linked to a certified institution, by every filter."""
    criteria = Filters(**common(request.args, consultant_categories(), SORTS))
    firm = Affiliation.institution_id
    query = cards.public(queries.narrowed(criteria, Consultant, firm, consultant_category))
    order = queries.ordered(criteria, Affiliation.linked_at, Consultant.id, Consultant)
    total = cached_count(criteria, query)
    page = keyset_page(query, Consultant.id, order, total, cards.public)
    return render_template(
        "storefront/consultant/directory.html",
        criteria=criteria,
        page=page,
        cards=rendered_cards(CARD, page.ids, _card_arguments, 2, False),
    )


def _card_arguments(ids: Sequence[int]) -> Mapping[int, tuple[Any, ...]]:
    rated = ratings.rating_of(consultants=ids)
    return {card.id: (card, rated.get(card.id)) for card in cards.cards(ids)}


@bp.get("/consultants/<int(max=2147483647):id>")
@for_visitors
def consultant(id: int) -> Any:  # the name stands in the agreed addresses
    """What anybody may read of a certified consultant: contacts if they agreed to it."""
    row = facts.public_profile(id) or abort(404)
    return render_template(
        "storefront/consultant/page.html",
        row=row,
        institution=facts.institution_of(id),
        categories=categories_of(consultant_category, [id])[id],
        qualifications=facts.qualifications_of(id),
        today=park_today(),
        rating=ratings.rating_of(consultants=[id]).get(id),
        reviews=public_reviews.of_consultant(id, request.args.get("page", 1, type=int)),
        score=places.scores_of(CONSULTANTS, id).get(None),
        place=places.place_of(CONSULTANTS, id, day=park_today()),
    )


@bp.get("/consultants/<int(max=2147483647):id>/photo")
def consultant_photo(id: int) -> Any:
    """The picture of a published consultant, drawn anew in one size; 404 for everybody else."""
    key = facts.photo_key(id) or abort(404)
    try:
        with storage.open(key) as file:
            data = squared(file.read())
    except (OSError, ValueError):  # lost, or no picture
        abort(404)
    reply = send_file(io.BytesIO(data), mimetype="image/jpeg", etag=False, max_age=MINUTES)
    # a person's picture: in the reader's own cache alone, and gone soon after it is taken down
    reply.headers["Cache-Control"] = f"private, max-age={MINUTES}"
    reply.set_etag(key)
    return reply.make_conditional(request)


def squared(data: bytes) -> bytes:
    """Return the picture as a square JPEG of pixels only.

    Raises:
        OSError: it is no picture.
    """
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
        square = ImageOps.fit(picture.convert("RGB"), (SIDE, SIDE))
        out = io.BytesIO()
        square.save(out, "JPEG", quality=85)
    return out.getvalue()
