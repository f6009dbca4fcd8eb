"""Attachments: a row for each file, and bytes in the storage that follow the unit of work.

A file attached in one that is rolled back is deleted again, and a removed file's bytes go only
when the removal was committed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, TypeAlias

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from core.database import db
from models import (
    Activity,
    Attachment,
    AttachmentKind,
    Consultant,
    Demand,
    FeaturedProduct,
    Institution,
    Objection,
    ProductChange,
    ProfileChange,
    Qualification,
    Transaction,
    User,
    Verification,
)
from uploads import pdf, storage
from uploads.checks import PDF, Upload

OWNED_BY: dict[type, str] = {
    Institution: "institution_id",
    ProfileChange: "profile_change_id",
    Consultant: "consultant_id",
    Qualification: "qualification_id",
    FeaturedProduct: "product_id",
    ProductChange: "product_change_id",
    Demand: "demand_id",
    Transaction: "transaction_id",
    Activity: "activity_id",
    Verification: "verification_id",
    Objection: "objection_id",
}
Owner: TypeAlias = (
    Institution
    | ProfileChange
    | Consultant
    | Qualification
    | FeaturedProduct
    | ProductChange
    | Demand
    | Transaction
    | Activity
    | Verification
    | Objection
)


def attach(owner: Owner, kind: AttachmentKind, upload: Upload, uploader: User | None) -> Attachment:
    """Store `upload` and add its row, in the caller's unit of work. `owner` must have its id."""
    key = storage.save(upload.data)
    db.session.info.setdefault("files_added", []).append(key)
    attachment = Attachment(
        kind=kind,
        **{OWNED_BY[type(owner)]: owner.id},
        uploader_id=uploader.id if uploader else None,
        filename=upload.filename,
        content_type=upload.content_type,
        size=len(upload.data),
        pages=pdf.pages(upload.data) if upload.content_type == PDF else None,
        storage_key=key,
    )
    db.session.add(attachment)
    db.session.flush()
    return attachment


def copy(attachment: Attachment, owner: Owner, uploader: User) -> Attachment:
    """Give `owner` a copy of a stored file, with bytes of its own."""
    with read_back(attachment) as file:
        upload = Upload(file.read(), attachment.content_type, attachment.filename)
    return attach(owner, attachment.kind, upload, uploader)


def remove(attachment: Attachment) -> None:
    """Delete the row now, and the bytes once the unit of work is committed."""
    db.session.info.setdefault("files_removed", []).append(attachment.storage_key)
    db.session.delete(attachment)
    db.session.flush()


def read_back(attachment: Attachment) -> IO[bytes]:
    """Return the stored bytes as a file to read.

    Raises:
        FileNotFoundError: the storage has lost them.
    """
    return storage.open(attachment.storage_key)


def files_of(owner: Owner) -> Sequence[Attachment]:
    """Return the files of one thing, by kind and age."""
    column = getattr(Attachment, OWNED_BY[type(owner)])
    query = sa.select(Attachment).where(column == owner.id)
    return db.session.scalars(query.order_by(Attachment.kind, Attachment.id)).all()


def _after_commit(session: Session) -> None:
    if session.in_nested_transaction():  # a savepoint decides nothing
        return
    session.info.pop("files_added", None)
    for key in session.info.pop("files_removed", ()):
        storage.delete(key)


def _after_end(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is not None:
        return
    session.info.pop("files_removed", None)
    for key in session.info.pop("files_added", ()):  # a commit would have taken them off
        storage.delete(key)


event.listen(db.session, "after_commit", _after_commit)
event.listen(db.session, "after_transaction_end", _after_end)
