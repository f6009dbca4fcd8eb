"""The public list of certified institutions, and the page of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import abort, render_template, request

import access
from database import db
from models import Consultant, Institution
from storefront import (
    bp,
    browse,
    consultant_browse,
    institution_facts,
    institution_filters,
    merits,
    opinions,
)
from storefront.freshness import for_visitors
from storefront.institution_filters import LONGEST_SEARCH as LONGEST_SEARCH
from storefront.institution_products import offered_by
from storefront.paging import MOST_COUNTED

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Where in a list the reader is."""

    page: int
    pages: int
    total: int

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE_SIZE


def page_of(total: int) -> Page:
    """Return the page that the address asks for, held to those there are."""
    raw = request.args.get("page", "")
    asked = int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 10 else 1
    if raw.isdigit() and len(raw) >= 10:
        asked = total
    pages = max(1, -(-min(total, MOST_COUNTED) // PAGE_SIZE))
    return Page(min(max(asked, 1), pages), pages, total)


def web_address(text: str) -> str | None:
    """Return `text` where it is an http or https address to link to, else None."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.netloc else None


@bp.get("/institutions")
@for_visitors
def institutions() -> Any:
    """Certified institutions by every filter; the whole state is in the address."""
    fields = browse.fields()
    found = institution_filters.read(request.args, fields)
    conditions = institution_filters.conditions(found)
    page = page_of(browse.count(conditions))
    order = institution_filters.order(found)
    cards = browse.cards(conditions, order, limit=PAGE_SIZE, offset=page.offset)
    return render_template(
        "storefront/institutions.html",
        cards=cards,
        merits=merits.merits_of([card.id for card in cards]),
        fields=fields,
        found=found,
        sorts=institution_filters.SORTS,
        star_choices=institution_filters.STARS,
        page=page,
    )


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
            browse.is_member().label("member"),
        ).where(access.published(), Institution.id == id)
    ).one_or_none()
    if row is None:
        abort(404)
    shown = merits.merits_of([id])[id]
    return render_template(
        "storefront/institution.html",
        row=row,
        rating=shown.rating,
        merits=shown,
        opinions=opinions.of_institution(id, request.args.get("page", 1, type=int)),
        fields=browse.fields_of([row.id])[row.id],
        consultants=consultant_browse.cards(
            [access.published(Consultant), Institution.id == row.id], limit=PAGE_SIZE
        ),
        link=web_address(row.website),
        offered=offered_by(row.id),
        activities=institution_facts.activities_of(row.id),
    )
