"""The page of a featured product."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, render_template
from sqlalchemy.orm import joinedload

import access
from core.database import db
from models import (
    Affiliation,
    AffiliationStatus,
    AttachmentKind,
    CatalogueItem,
    Category,
    Consultant,
    ConsultantStatus,
    FeaturedProduct,
    ProductStatus,
    product_affiliation,
)
from storefront import bp
from storefront.cards import items, products
from storefront.product.files import files_of
from web.page_cache import for_visitors
from workflows import parameters

SIMILAR = 4


@bp.get("/products/<int(max=2147483647):id>")
@for_visitors
def product(id: int) -> Any:
    """A featured product. One that is not offered any more says so, and shows what is."""
    row = db.session.scalar(
        sa.select(FeaturedProduct)
        .where(access.has_a_page(), FeaturedProduct.id == id)
        .options(
            joinedload(FeaturedProduct.institution),
            joinedload(FeaturedProduct.category).joinedload(Category.parent),
            joinedload(FeaturedProduct.schema),
        )
    ) or abort(404)
    fields = parameters.fields_of(row.schema)
    listed = row.status is ProductStatus.LISTED
    taken_down = row.status is ProductStatus.TAKEN_DOWN
    files = [] if taken_down else files_of(row.id)
    return render_template(
        "storefront/product/page.html",
        row=row,
        listed=listed,
        taken_down=taken_down,
        facts=[] if taken_down else parameters.facts(fields, row.parameters or {}),
        cover=next((file for file in files if file.kind is AttachmentKind.COVER), None),
        documents=[file for file in files if file.kind is AttachmentKind.DOCUMENT],
        consultants=[] if taken_down else _in_charge(row.id),
        similar=_similar(row),
        regular=[] if listed else _regular_beside(row),
    )


def _in_charge(product_id: int) -> Any:
    """Return (id, name, title) of the consultants in charge who are linked now."""
    return db.session.execute(
        sa.select(Consultant.id, Consultant.name, Consultant.title)
        .join(Affiliation, Affiliation.consultant_id == Consultant.id)
        .join(product_affiliation, product_affiliation.c.affiliation_id == Affiliation.id)
        .where(
            product_affiliation.c.product_id == product_id,
            Affiliation.status == AffiliationStatus.LINKED,
            Consultant.status == ConsultantStatus.CERTIFIED,
        )
        .order_by(Consultant.name, Consultant.id)
    ).all()


def _similar(row: FeaturedProduct) -> list[products.Card]:
    """Return other products of the category, then of those beside it."""
    same = sa.case((FeaturedProduct.category_id == row.category_id, 0), else_=1)
    return products.some(
        [FeaturedProduct.id != row.id, FeaturedProduct.category_id.in_(_family(row))],
        [same, FeaturedProduct.listed_at.desc()],
        SIMILAR,
    )


def _regular_beside(row: FeaturedProduct) -> list[items.Card]:
    """Return regular products of the field, for whom the featured one is not offered any more."""
    same = sa.case((CatalogueItem.category_id == row.category_id, 0), else_=1)
    return items.some(
        [CatalogueItem.category_id.in_(_family(row))], [same, CatalogueItem.name], SIMILAR
    )


def _family(row: FeaturedProduct) -> sa.Select[Any]:
    """Return a SELECT of the ids of the product's category, its upper one and all beside it."""
    family = {row.category_id, row.category.parent_id} - {None}
    return sa.select(Category.id).where(
        sa.or_(Category.id.in_(family), Category.parent_id.in_(family))
    )
