"""The page of a featured product."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, render_template
from sqlalchemy.orm import joinedload

import access
from database import db
from models import (
    Affiliation,
    AffiliationStatus,
    Attachment,
    AttachmentKind,
    Category,
    Consultant,
    ConsultantStatus,
    FeaturedProduct,
    ProductStatus,
    product_affiliation,
)
from storefront import bp
from storefront.cards import products as cards
from storefront.visitors import for_visitors
from workflows import parameters

SIMILAR = 4
KEY = "int(max=2147483647)"


@bp.get(f"/products/<{KEY}:id>")
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
    taken_down = row.status is ProductStatus.TAKEN_DOWN
    files = [] if taken_down else _files(row.id)
    return render_template(
        "storefront/product.html",
        row=row,
        listed=row.status is ProductStatus.LISTED,
        taken_down=taken_down,
        facts=[] if taken_down else parameters.facts(fields, row.parameters or {}),
        cover=next((one for one in files if one.kind is AttachmentKind.COVER), None),
        documents=[one for one in files if one.kind is AttachmentKind.DOCUMENT],
        consultants=[] if taken_down else _in_charge(row.id),
        similar=_similar(row),
    )


def _files(product_id: int) -> list[Attachment]:
    """Return the picture and the documents of the public version: the caller knows it is public."""
    query = (
        sa.select(Attachment)
        .where(
            Attachment.product_id == product_id,
            Attachment.kind.in_((AttachmentKind.COVER, AttachmentKind.DOCUMENT)),
        )
        .order_by(Attachment.id.desc())
        .execution_options(unguarded=True)
    )
    return list(db.session.scalars(query))


def _in_charge(product_id: int) -> Any:
    """Return (id, name, title) of the consultants in charge who speak for the institution now."""
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


def _similar(row: FeaturedProduct) -> list[cards.Card]:
    """Return other products of the category, then of those beside it."""
    family = {row.category_id, row.category.parent_id} - {None}
    near = sa.select(Category.id).where(
        sa.or_(Category.id.in_(family), Category.parent_id.in_(family))
    )
    same = sa.case((FeaturedProduct.category_id == row.category_id, 0), else_=1)
    return cards.some(
        [FeaturedProduct.id != row.id, FeaturedProduct.category_id.in_(near)],
        [same, FeaturedProduct.listed_at.desc()],
        SIMILAR,
    )
