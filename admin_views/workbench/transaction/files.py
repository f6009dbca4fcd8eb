"""Files of a transaction (contract, invoice): uploads and removals."""

from __future__ import annotations

from flask import flash, request
from flask_babel import gettext

import uploads
from core.database import db
from models import Attachment, AttachmentKind, EventName, Transaction, User
from workflows import engine

FILES = {"contract_files": AttachmentKind.CONTRACT, "invoice_files": AttachmentKind.INVOICE}
MOST_FILES = 12  # of one transaction


def read_files() -> tuple[list[tuple[AttachmentKind, uploads.Upload]], list[str]]:
    """Return the uploaded files that are taken, and why the others are not."""
    good: list[tuple[AttachmentKind, uploads.Upload]] = []
    bad: list[str] = []
    db.session.rollback()  # no lock is held while pictures are redrawn
    for name, kind in FILES.items():
        for file in request.files.getlist(name)[:MOST_FILES]:
            data = uploads.read(file)
            if not data and not file.filename:
                continue
            try:
                good.append((kind, uploads.check(data, file.filename)))
            except uploads.Refused as refusal:
                bad.append(f"{uploads.clean_name(file.filename)}: {refusal}")
    return good, bad


def keep_files(
    row: Transaction,
    user: User,
    files: list[tuple[AttachmentKind, uploads.Upload]],
) -> None:
    """Add the uploaded files, and take out those that were ticked; both on record."""
    held = {str(file.id): file for file in uploads.files_of(row)}
    for id in request.form.getlist("remove"):
        file: Attachment | None = held.pop(id, None)
        if file is not None:
            engine.note(row, EventName.FILE_REMOVED, user, changes={"file": file.filename})
            uploads.remove(file)
    for kind, upload in files[: max(MOST_FILES - len(held), 0)]:
        uploads.attach(row, kind, upload, user)
        engine.note(row, EventName.FILE_ADDED, user, changes={"file": upload.filename})
    if len(held) + len(files) > MOST_FILES:
        flash(gettext("A deal has at most %(count)s files.", count=MOST_FILES), "warning")
