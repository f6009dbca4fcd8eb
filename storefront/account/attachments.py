"""Downloads: a stored file, to those who may see what it belongs to, never shown in the page."""

from __future__ import annotations

import io
from typing import Any

from flask import abort, send_file
from flask_login import current_user, login_required

import access
import uploads
from core.database import db
from core.views import writes
from models import READS_RECORDS, Attachment, AttachmentKind, EventName
from storefront import bp
from workflows import engine

PICTURES = (AttachmentKind.COVER, AttachmentKind.PHOTO)  # shown in pages


@bp.get("/attachments/<int(max=2147483647):id>")
@writes
@login_required
def attachment(id: int) -> Any:
    """Send the file as a download; a look by the platform's staff is put on record."""
    user = current_user._get_current_object()
    row = db.session.scalar(access.visible(user, Attachment).where(Attachment.id == id))
    if row is None or (access.is_staff(user) and not access.holds(user, READS_RECORDS)):
        abort(404)
    data = _bytes_of(row)
    name, content_type = row.filename, row.content_type
    if access.is_staff(user):
        engine.note(row, EventName.DOWNLOADED, user)
        db.session.commit()
    return send_file(
        io.BytesIO(data), mimetype=content_type, as_attachment=True, download_name=name
    )


@bp.get("/covers/<int(max=2147483647):id>")
@login_required
def cover(id: int) -> Any:
    """Send the picture of a product or of a consultant, to those who may see what it belongs to."""
    user = current_user._get_current_object()
    row = db.session.scalar(
        access.visible(user, Attachment).where(Attachment.id == id, Attachment.kind.in_(PICTURES))
    )
    if row is None:
        abort(404)
    return send_file(io.BytesIO(_bytes_of(row)), mimetype=row.content_type)


def _bytes_of(row: Attachment) -> bytes:
    """Return the stored bytes, or answer 404 where the storage has lost them."""
    try:
        with uploads.read_back(row) as file:
            return file.read()
    except FileNotFoundError:
        abort(404)
