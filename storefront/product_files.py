"""The files of featured products: covers shown in pages, documents to download."""

from __future__ import annotations

import io
from typing import Any

import sqlalchemy as sa
from flask import abort, send_file
from flask_login import current_user

import access
import uploads
from database import db
from models import Attachment, AttachmentKind, FeaturedProduct, Institution, ProductStatus
from storefront import bp

SHOWN = (AttachmentKind.COVER, AttachmentKind.DOCUMENT)


def public() -> sa.ColumnElement[bool]:
    """Return the condition on files of products that anybody may be shown.

    What was approved keeps its page, delisted or not; what the platform took down does not, and
    an institution that is not certified now shows nothing.
    """
    products = (
        sa.select(FeaturedProduct.id)
        .join(Institution, Institution.id == FeaturedProduct.institution_id)
        .where(
            access.known(FeaturedProduct),
            access.published(Institution),
            FeaturedProduct.status != ProductStatus.TAKEN_DOWN,
        )
    )
    return Attachment.product_id.in_(products)


@bp.get("/product-files/<int(max=2147483647):id>")
def product_file(id: int) -> Any:
    """Send a cover for the page, or a document as a download; drafts to those who work on them."""
    user = current_user._get_current_object() if current_user.is_authenticated else None
    row = db.session.scalar(
        sa.select(Attachment)
        .where(
            Attachment.id == id,
            Attachment.kind.in_(SHOWN),
            sa.or_(Attachment.product_id.is_not(None), Attachment.product_change_id.is_not(None)),
            sa.or_(public(), access.sees(user, Attachment)),
        )
        .execution_options(unguarded=True)  # the condition says who may see it
    )
    if row is None:
        abort(404)
    try:
        with uploads.read_back(row) as file:
            data = file.read()
    except FileNotFoundError:
        abort(404)
    answer = send_file(
        io.BytesIO(data),
        mimetype=row.content_type,
        as_attachment=row.kind is not AttachmentKind.COVER,
        download_name=row.filename,
    )
    if user is None:  # a file never changes: a new one has a new address
        answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer
