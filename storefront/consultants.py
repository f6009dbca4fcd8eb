"""The public directory of consultants, the page of each, and the pictures."""

from __future__ import annotations

import io
from typing import Any

from flask import abort, render_template, request, send_file
from PIL import Image, ImageOps

import ratings
import storage
from clock import PARK, now
from ranking import places
from ranking.kinds import CONSULTANTS
from storefront import bp, browse, consultant_browse, opinions
from storefront.freshness import for_visitors
from storefront.institutions import LONGEST_SEARCH, PAGE_SIZE, page_of

SIDE = 320  # pixels of a picture
YEAR = 31_536_000  # seconds; the address of a picture changes with the picture


@bp.get("/consultants")
@for_visitors
def consultants() -> Any:
    """Consultants who speak for a certified institution, by category and search."""
    words = request.args.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    fields = browse.fields()
    chosen = browse.field_called(fields, request.args.get("category", ""))
    top = next((one for one in fields if chosen in (one, *one.children)), None)
    conditions = consultant_browse.conditions_of(words, chosen)
    page = page_of(consultant_browse.count(conditions))
    return render_template(
        "storefront/consultants.html",
        cards=consultant_browse.cards(conditions, limit=PAGE_SIZE, offset=page.offset),
        fields=fields,
        chosen=chosen,
        top=top,
        words=words,
        page=page,
    )


@bp.get("/consultants/<int(max=2147483647):id>")
@for_visitors
def consultant(id: int) -> Any:  # the name stands in the agreed addresses
    """What anybody may read of a certified consultant: contacts where he agreed to it."""
    row = consultant_browse.one(id) or abort(404)
    return render_template(
        "storefront/consultant_page.html",
        row=row,
        institution=consultant_browse.institution_of(id),
        fields=consultant_browse.fields_of([id])[id],
        qualifications=consultant_browse.qualifications_of(id),
        today=now().astimezone(PARK).date(),
        rating=ratings.rating_of(consultants=[id]).get(id),
        opinions=opinions.of_consultant(id, request.args.get("page", 1, type=int)),
        score=places.scores_of(CONSULTANTS, id).get(None),
        place=places.place_of(CONSULTANTS, id, day=places.today()),
    )


@bp.get("/consultants/<int(max=2147483647):id>/photo")
def consultant_photo(id: int) -> Any:
    """The picture of a published consultant, drawn anew in one size; 404 for everybody else."""
    key = consultant_browse.photo_key(id) or abort(404)
    try:
        with storage.open(key) as file:
            data = drawn(file.read())
    except (OSError, ValueError):  # lost, or no picture
        abort(404)
    reply = send_file(io.BytesIO(data), mimetype="image/jpeg", etag=False, max_age=YEAR)
    reply.cache_control.public, reply.cache_control.no_cache = True, None
    reply.set_etag(key)
    return reply.make_conditional(request)


def drawn(data: bytes) -> bytes:
    """Return the picture as a square JPEG of pixels only.

    Raises:
        OSError: it is no picture.
    """
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
        square = ImageOps.fit(picture.convert("RGB"), (SIDE, SIDE))
        out = io.BytesIO()
        square.save(out, "JPEG", quality=85)
    return out.getvalue()
