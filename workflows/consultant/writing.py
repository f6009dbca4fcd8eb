"""Writing a consultant's form to the tables: profile, qualifications, photo and scans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

import uploads
from core.database import db
from models import Attachment, AttachmentKind, Consultant, EventName, Qualification, User, touch
from workflows.consultant.facts import qualification_line, scans_of
from workflows.consultant.person_form import PersonForm
from workflows.engine import edit, note


def write(consultant: Consultant, form: PersonForm, actor: User) -> bool:
    """Write a valid form to the consultant, on record; return whether anything changed.

    The caller has checked who may, holds the row, and commits.
    """
    changed = bool(edit(consultant, actor, form.values()))
    for part in (_write_qualifications, _write_photo):
        changed = part(consultant, form, actor) or changed
    db.session.flush()
    return changed


def _write_qualifications(consultant: Consultant, form: PersonForm, actor: User) -> bool:
    known = {str(qualification.id): qualification for qualification in consultant.qualifications}
    scans = scans_of(consultant)
    before = [qualification_line(qualification) for qualification in consultant.qualifications]
    touched = False
    for entry in form.qualifications:
        row = entry.form
        held = known.get(row.key.data or "")
        if row.gone.data or (row.empty and not getattr(row, "upload", None)):
            if held is not None:
                _drop(held, scans.get(held.id, ()))
            continue
        if held is None:
            held = Qualification(consultant_id=consultant.id)
            consultant.qualifications.append(held)
        held.name, held.number, held.issuer = row.name.data, row.number.data or "", row.issuer.data
        held.issuer, held.valid_until = held.issuer or "", row.valid_until.data
        db.session.flush()
        touched = _write_scan(consultant, held, row, scans.get(held.id, ()), actor) or touched
    db.session.flush()
    db.session.expire(consultant, ["qualifications"])
    after = [qualification_line(qualification) for qualification in consultant.qualifications]
    if before != after:
        note(consultant, EventName.EDITED, actor, changes={"qualifications": [before, after]})
    if before != after or touched:
        touch(consultant)
    return before != after or touched


def _drop(qualification: Qualification, scans: Sequence[Attachment]) -> None:
    for scan in scans:
        uploads.remove(scan)
    db.session.delete(qualification)


def _write_scan(
    consultant: Consultant,
    held: Qualification,
    row: Any,
    scans: Sequence[Attachment],
    actor: User,
) -> bool:
    """A new scan takes the place of the old one."""
    upload = getattr(row, "upload", None)
    if upload is None:
        return False
    for scan in scans:
        uploads.remove(scan)
    file = uploads.attach(held, AttachmentKind.QUALIFICATION, upload, actor)
    note(consultant, EventName.FILE_ADDED, actor, changes={"qualifications": [None, file.filename]})
    return True


def _write_photo(consultant: Consultant, form: PersonForm, actor: User) -> bool:
    if form.photo_upload is None:
        return False
    former = sa.select(Attachment).where(Attachment.consultant_id == consultant.id)
    for file in db.session.scalars(former).all():
        uploads.remove(file)
    file = uploads.attach(consultant, AttachmentKind.PHOTO, form.photo_upload, actor)
    note(consultant, EventName.FILE_ADDED, actor, changes={"photo": [None, file.filename]})
    touch(consultant)
    return True
