"""The picture and the documents of a featured product, for anybody who may see its page."""

from __future__ import annotations

import io
from typing import Any

import sqlalchemy as sa
from flask import abort, send_file

import access
import uploads
from core.database import db
from models import Attachment, AttachmentKind, FeaturedProduct, ProductStatus
from storefront import bp

A_DAY = 86_400  # seconds that a browser may keep a picture


def files_of(product_id: int) -> list[Attachment]:
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


@bp.get("/products/<int(max=2147483647):id>/cover")
def product_cover(id: int) -> Any:
    """The picture of a product, for anybody."""
    return _send(id, Attachment.kind == AttachmentKind.COVER, as_attachment=False)


@bp.get("/products/<int(max=2147483647):id>/files/<int(max=2147483647):file>")
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
