"""Attachments of featured products: one cover and some documents, public and proposed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from flask_babel import gettext

import uploads
from core.database import db
from models import (
    Attachment,
    AttachmentKind,
    EventName,
    FeaturedProduct,
    ProductChange,
    User,
    touch,
)
from workflows.engine import note

COVER, DOCUMENT = AttachmentKind.COVER, AttachmentKind.DOCUMENT
NAMES = {COVER: "cover", DOCUMENT: "attachments"}
MOST_ATTACHMENTS = 10


def files_of(thing: FeaturedProduct | ProductChange) -> Sequence[Attachment]:
    """Return the files that belong to the thing itself. Who may see it may see them."""
    column = (
        Attachment.product_id
        if isinstance(thing, FeaturedProduct)
        else Attachment.product_change_id
    )
    return db.session.scalars(
        sa.select(Attachment)
        .where(column == thing.id)
        .order_by(Attachment.kind, Attachment.id)
        .execution_options(unguarded=True)
    ).all()


def shown_files(thing: FeaturedProduct | ProductChange) -> list[Attachment]:
    """Return the files as a reader would find them: of a change, once it is approved."""
    if isinstance(thing, FeaturedProduct):
        return list(files_of(thing))
    dropped = set(thing.dropped_files or ())
    kept = [file for file in files_of(thing.product) if file.id not in dropped]
    return sorted([*kept, *files_of(thing)], key=lambda file: (file.kind, file.id))


def cover_of(thing: FeaturedProduct | ProductChange) -> Attachment | None:
    """Return the cover picture, None where there is none."""
    return next((file for file in shown_files(thing) if file.kind is COVER), None)


def attachments_of(thing: FeaturedProduct | ProductChange) -> list[Attachment]:
    """Return the documents that go with a product."""
    return [file for file in shown_files(thing) if file.kind is DOCUMENT]


def keep(
    thing: FeaturedProduct | ProductChange,
    actor: User,
    *,
    cover: uploads.Upload | None = None,
    documents: Iterable[uploads.Upload] = (),
    gone: Iterable[int] = (),
) -> None:
    """Add files and take others off, each on record, in the caller's unit of work.

    A new cover takes the place of the old one. Taking a file off a change leaves the public
    version as it is: the file goes when the change is approved.

    Raises:
        ValueError: there would be too many, in the reader's words.
    """
    here = {file.id: file for file in shown_files(thing)}
    for key in set(gone) & set(here):
        _take_off(thing, here.pop(key), actor)
    if cover is not None:
        for former in [file for file in here.values() if file.kind is COVER]:
            _take_off(thing, here.pop(former.id), actor)
        _add(thing, COVER, cover, actor)
    documents = list(documents)
    held = sum(file.kind is DOCUMENT for file in here.values())
    if documents and held + len(documents) > MOST_ATTACHMENTS:
        raise ValueError(gettext("At most %(count)s files.", count=MOST_ATTACHMENTS))
    for upload in documents:
        _add(thing, DOCUMENT, upload, actor)


def _add(
    thing: FeaturedProduct | ProductChange,
    kind: AttachmentKind,
    upload: uploads.Upload,
    actor: User,
) -> None:
    uploads.attach(thing, kind, upload, actor)
    touch(thing)  # a reviewer who looked before looks again
    note(thing, EventName.FILE_ADDED, actor, changes={NAMES[kind]: upload.filename})


def _take_off(thing: FeaturedProduct | ProductChange, file: Attachment, actor: User) -> None:
    touch(thing)
    note(thing, EventName.FILE_REMOVED, actor, changes={NAMES[file.kind]: file.filename})
    if isinstance(thing, ProductChange) and file.product_id is not None:
        thing.dropped_files = [*(thing.dropped_files or ()), file.id]
        return
    uploads.remove(file)


def exchange(change: ProductChange) -> None:
    """Give the product the files of the change; those they replace stay with the change."""
    dropped = set(change.dropped_files or ())
    former = [file for file in files_of(change.product) if file.id in dropped]
    proposed = list(files_of(change))
    for file in former:
        file.product_id, file.product_change_id = None, change.id
    for file in proposed:
        file.product_id, file.product_change_id = change.product_id, None
