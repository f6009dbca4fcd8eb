"""A regular product on the storefront, and who offers it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, render_template
from sqlalchemy.orm import joinedload

import access
from core.database import db
from models import CatalogueItem, Category, Institution, RegularOffer
from storefront import bp
from storefront.cards import items
from web.page_cache import for_visitors

SIMILAR = 4


@bp.get("/products/regular/<int(max=2147483647):id>")
@for_visitors
def regular_product(id: int) -> Any:
    """A regular product, and which institutions offer it, side by side."""
    row = db.session.scalar(
        sa.select(CatalogueItem)
        .where(CatalogueItem.id == id)
        .options(joinedload(CatalogueItem.category).joinedload(Category.parent))
    ) or abort(404)
    offers = db.session.execute(
        sa.select(
            *items.OFFER,
            RegularOffer.remark,
            Institution.id.label("institution_id"),
            Institution.name.label("institution"),
        )
        .join(Institution, Institution.id == RegularOffer.institution_id)
        .where(access.published(RegularOffer), RegularOffer.item_id == row.id)
        .order_by(RegularOffer.price_from.asc().nulls_last(), Institution.name)
    ).all()
    similar = items.some(
        [CatalogueItem.category_id == row.category_id, CatalogueItem.id != row.id],
        [CatalogueItem.name],
        SIMILAR,
    )
    return render_template(
        "storefront/product/regular.html", row=row, offers=offers, similar=similar
    )
