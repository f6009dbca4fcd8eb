"""Products on the storefront: the list of both kinds, and the page of a featured one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, render_template, request
from sqlalchemy.orm import joinedload

import access
from database import db
from models import (
    Affiliation,
    AffiliationStatus,
    AttachmentKind,
    CatalogueItem,
    Category,
    Consultant,
    ConsultantStatus,
    FeaturedProduct,
    Institution,
    ProductStatus,
    RegularOffer,
    product_affiliation,
)
from storefront import bp, freshness, product_conditions, product_filters, shelf
from storefront.freshness import for_visitors
from storefront.institutions import PAGE_SIZE, page_of
from storefront.product_files import files_of
from workflows import parameters

SIMILAR = 4


@bp.get("/products")
@for_visitors
def products() -> Any:
    """Featured products, or regular ones, by every filter; the whole state is in the address."""
    shelves = {kind: shelf.fields(kind) for kind in product_filters.KINDS}
    found = product_filters.read(request.args, shelves)
    conditions = product_conditions.conditions(found)
    regular = found.kind == "regular"
    total = (shelf.count_items if regular else shelf.count_products)(conditions)
    page = page_of(total)
    order = product_conditions.order(found, shelf.lowest, shelf.highest)
    cards: Any = (shelf.item_cards if regular else shelf.product_cards)(
        conditions, order, limit=PAGE_SIZE, offset=page.offset
    )
    return render_template(
        "storefront/products.html",
        found=found,
        fields=shelves[found.kind],
        totals={kind: sum(one.count for one in shelves[kind]) for kind in shelves},
        cards=cards,
        page=page,
        sorts=product_filters.SORTS,
        institutions=freshness.kept(("suppliers", found.kind), lambda: _institutions(found.kind)),
    )


def _institutions(kind: str) -> Any:
    """Return (id, name) of the institutions that have something on the shelf."""
    model: Any = RegularOffer if kind == "regular" else FeaturedProduct
    return db.session.execute(
        sa.select(Institution.id, Institution.name)
        .where(
            access.published(),
            Institution.id.in_(sa.select(model.institution_id).where(access.published(model))),
        )
        .order_by(Institution.name)
    ).all()


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
        "storefront/product.html",
        row=row,
        listed=listed,
        taken_down=taken_down,
        facts=[] if taken_down else parameters.facts(fields, row.parameters or {}),
        cover=next((one for one in files if one.kind is AttachmentKind.COVER), None),
        documents=[one for one in files if one.kind is AttachmentKind.DOCUMENT],
        consultants=[] if taken_down else _in_charge(row.id),
        similar=_similar(row),
        regular=[] if listed else _regular_beside(row),
    )


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


def _similar(row: FeaturedProduct) -> list[shelf.ProductCard]:
    """Return other products of the category, then of those beside it."""
    same = sa.case((FeaturedProduct.category_id == row.category_id, 0), else_=1)
    return shelf.product_cards(
        [FeaturedProduct.id != row.id, FeaturedProduct.category_id.in_(_family(row))],
        [same, FeaturedProduct.listed_at.desc()],
        limit=SIMILAR,
    )


def _regular_beside(row: FeaturedProduct) -> list[shelf.ItemCard]:
    """Return regular products of the field, for whom the featured one is not offered any more."""
    same = sa.case((CatalogueItem.category_id == row.category_id, 0), else_=1)
    return shelf.item_cards(
        [CatalogueItem.category_id.in_(_family(row))],
        [sa.func.min(same), CatalogueItem.name],
        limit=SIMILAR,
    )


def _family(row: FeaturedProduct) -> sa.Select[Any]:
    """Return a SELECT of the ids of the product's category, its upper one and all beside it."""
    family = {row.category_id, row.category.parent_id} - {None}
    return sa.select(Category.id).where(
        sa.or_(Category.id.in_(family), Category.parent_id.in_(family))
    )
