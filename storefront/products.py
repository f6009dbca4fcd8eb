"""Products on the storefront: the list of both kinds, the page of each, and its picture."""

from __future__ import annotations

import io
from typing import Any

import sqlalchemy as sa
from flask import abort, render_template, request, send_file
from sqlalchemy.orm import joinedload

import access
import uploads
from database import db
from models import (
    Affiliation,
    AffiliationStatus,
    Attachment,
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
from storefront import bp, product_filters, shelf
from storefront.freshness import for_visitors
from storefront.institutions import PAGE_SIZE, page_of
from workflows import parameters

SIMILAR = 4
KEY = "int(max=2147483647)"
A_DAY = 86_400  # seconds that a browser may keep a picture


@bp.get("/products")
@for_visitors
def products() -> Any:
    """Featured products, or regular ones, by every filter; the whole state is in the address."""
    shelves = {kind: shelf.fields(kind) for kind in product_filters.KINDS}
    found = product_filters.read(request.args, shelves)
    conditions = product_filters.conditions(found)
    regular = found.kind == "regular"
    total = (shelf.count_items if regular else shelf.count_products)(conditions)
    page = page_of(total)
    order = product_filters.order(found, shelf.lowest, shelf.highest)
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
        institutions=_institutions(found.kind),
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


def _similar(row: FeaturedProduct) -> list[shelf.ProductCard]:
    """Return other products of the category, then of those beside it."""
    family = {row.category_id, row.category.parent_id} - {None}
    near = sa.select(Category.id).where(
        sa.or_(Category.id.in_(family), Category.parent_id.in_(family))
    )
    same = sa.case((FeaturedProduct.category_id == row.category_id, 0), else_=1)
    return shelf.product_cards(
        [FeaturedProduct.id != row.id, FeaturedProduct.category_id.in_(near)],
        [same, FeaturedProduct.listed_at.desc()],
        limit=SIMILAR,
    )


@bp.get(f"/products/<{KEY}:id>/cover")
def product_cover(id: int) -> Any:
    """The picture of a product, for anybody."""
    return _send(id, Attachment.kind == AttachmentKind.COVER, as_attachment=False)


@bp.get(f"/products/<{KEY}:id>/files/<{KEY}:file>")
def product_file(id: int, file: int) -> Any:
    """A document that goes with a product, as a download."""
    of_kind = sa.and_(Attachment.kind == AttachmentKind.DOCUMENT, Attachment.id == file)
    return _send(id, of_kind, as_attachment=True)


def _send(product_id: int, condition: Any, *, as_attachment: bool) -> Any:
    """Send the newest file of the public version that meets `condition`, or answer 404."""
    shown = sa.select(FeaturedProduct.id).where(
        access.has_a_page(),
        FeaturedProduct.status != ProductStatus.TAKEN_DOWN,
        FeaturedProduct.id == product_id,
    )
    if db.session.scalar(shown) is None:
        abort(404)
    row = db.session.scalar(
        sa.select(Attachment)
        .where(Attachment.product_id == product_id, condition)
        .order_by(Attachment.id.desc())
        .limit(1)
        .execution_options(unguarded=True)
    ) or abort(404)
    try:
        with uploads.read_back(row) as stored:
            data = stored.read()
    except FileNotFoundError:
        abort(404)
    return send_file(
        io.BytesIO(data),
        mimetype=row.content_type,
        as_attachment=as_attachment,
        download_name=row.filename,
        etag=f"file-{row.id}",
        max_age=A_DAY if not as_attachment else 0,
    )


@bp.get(f"/products/regular/<{KEY}:id>")
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
            *shelf.OFFER,
            RegularOffer.remark,
            Institution.id.label("institution_id"),
            Institution.name.label("institution"),
        )
        .join(Institution, Institution.id == RegularOffer.institution_id)
        .where(access.published(RegularOffer), RegularOffer.item_id == row.id)
        .order_by(RegularOffer.price_from.asc().nulls_last(), Institution.name)
    ).all()
    similar = shelf.item_cards(
        [CatalogueItem.category_id == row.category_id, CatalogueItem.id != row.id],
        [CatalogueItem.name],
        limit=SIMILAR,
    )
    return render_template(
        "storefront/regular_product.html", row=row, offers=offers, similar=similar
    )
