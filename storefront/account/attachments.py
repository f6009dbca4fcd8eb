"""Downloads: a stored file, to those who may see what it belongs to, never shown in the page."""

from __future__ import annotations

import io
from typing import Any

from flask import abort, send_file
from flask_login import current_user, login_required

import access
import uploads
from accounts import viewing
from core.database import db, recording
from models import Attachment, AttachmentKind, EventName, User
from storefront import bp
from workflows import engine

SCANS = frozenset(
    {
        AttachmentKind.LICENCE,
        AttachmentKind.PROPOSED_LICENCE,
        AttachmentKind.QUALIFICATION,
        AttachmentKind.CONTRACT,
        AttachmentKind.INVOICE,
        AttachmentKind.EVIDENCE,
    }
)
PICTURES = (AttachmentKind.COVER, AttachmentKind.PHOTO)  # shown in pages


@bp.get("/attachments/<int(max=2147483647):id>")
@login_required
def attachment(id: int) -> Any:
    """Send the file as a download. Of a scan it is put on record, and whatever staff look at."""
    user = current_user._get_current_object()
    row = db.session.scalar(access.visible(user, Attachment).where(Attachment.id == id))
    if row is None or (access.is_staff(user) and not access.reads_file(user, row)):
        abort(404)
    data = _bytes_of(row)
    name, content_type = row.filename, row.content_type
    view = viewing.current()
    if row.kind in SCANS or access.is_staff(user) or view is not None:
        # who looks on does it, not the person; their row is none that this request may load
        _put_on_record(id, name, user if view is None else User(id=view.viewer_id))
    return send_file(
        io.BytesIO(data), mimetype=content_type, as_attachment=True, download_name=name
    )


def _put_on_record(id: int, name: str, user: User) -> None:
    """Note the download in a unit of work of its own: the file is read without any lock."""
    with recording():
        engine.note_of(
            Attachment.__tablename__, id, EventName.DOWNLOADED, user, changes={"file": name}
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
