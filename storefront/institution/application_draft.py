"""Draft of an application: every file and every valid value of the form is saved."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from sqlalchemy.exc import IntegrityError

import uploads
from core.database import db
from models import (
    Attachment,
    AttachmentKind,
    EventName,
    Institution,
    User,
)
from storefront.institution.certification_form import (
    MOST_QUALIFICATIONS,
    CertificationForm,
    Uploads,
)
from workflows import engine
from workflows.institution.facts import FILES
from workflows.institution.rules import CODE_TAKEN


def valid_values(form: CertificationForm) -> dict[str, Any]:
    return {name: value for name, value in form.values().items() if not form[name].errors}


def would_overwrite(row: Institution, form: CertificationForm) -> bool:
    """Whether saving the form would change anything; a double click would not."""
    return any(getattr(row, name) != value for name, value in valid_values(form).items())


def keep_values(row: Institution, form: CertificationForm, user: User) -> None:
    """Write the valid values of the form; a credit code that is taken is an error at its field."""
    values = valid_values(form)
    code = values.pop("credit_code", row.credit_code)
    engine.edit(row, user, values)
    if code == row.credit_code:
        return
    try:
        with db.session.begin_nested():  # a returned application holds its code already
            engine.edit(row, user, {"credit_code": code})
            db.session.flush()
    except IntegrityError:
        form.credit_code.errors = [str(CODE_TAKEN)]


def keep_files(
    row: Institution, form: CertificationForm, good: Uploads, gone: int | None, user: User
) -> None:
    """Add the checked files, take off the one that was asked to go; each on record."""
    here = {file.id: file for file in uploads.files_of(row)}
    if gone in here:
        _drop(row, here.pop(gone), user)
    for name, kind in FILES.items():
        for upload in good[name]:
            held = [file for file in here.values() if file.kind is kind]
            if kind is AttachmentKind.LICENCE:
                for former in held:  # one licence: the new scan takes the place of the old
                    _drop(row, here.pop(former.id), user)
            elif len(held) >= MOST_QUALIFICATIONS:
                words = gettext("At most %(count)s files.", count=MOST_QUALIFICATIONS)
                form.set_file_errors({name: [f"{upload.filename}: {words}"]})
                continue
            file = uploads.attach(row, kind, upload, user)
            here[file.id] = file
            engine.note(row, EventName.FILE_ADDED, user, changes={name: [None, file.filename]})


def _drop(row: Institution, file: Attachment, user: User) -> None:
    name = next(name for name, kind in FILES.items() if kind is file.kind)
    engine.note(row, EventName.FILE_REMOVED, user, changes={name: [file.filename, None]})
    uploads.remove(file)


COPIED = ("name", "credit_code", "introduction", "address", "website", "founded", "staff_count",
          "contact_name", "contact_mobile", "contact_phone", "contact_email",
          "wants_association")  # fmt: skip


def started_again(ended: Institution, user: User) -> Institution:
    """Begin a new application with all data of the ended one, files included.

    Raises:
        ValueError: why not, in the reader's words.
    """
    row = Institution(applicant_id=user.id, **{name: getattr(ended, name) for name in COPIED})
    row = engine.create(row, "start", user)
    row.categories = list(ended.categories)
    for file in uploads.files_of(ended):
        uploads.copy(file, row, user)
    return row
