"""Uploads of the featured product form: cover and documents."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import request
from flask_babel import lazy_gettext

import uploads
from core.database import db
from core.ids import parse_id
from workflows.product.paper import Paper

FILES_LOST = lazy_gettext("Please choose the files again: a form cannot keep them.")


@dataclass(slots=True)
class UploadedFiles:
    """The files that came with a form, checked, and why others are not taken."""

    cover: uploads.Upload | None = None
    documents: list[uploads.Upload] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    problems: dict[str, list[str]] = field(default_factory=dict)

    @property
    def anything(self) -> bool:
        return bool(self.cover or self.documents or self.gone)

    def put_on(self, paper: Paper) -> bool:
        """Say at the fields why files are not taken; return whether all are."""
        for name, words in self.problems.items():
            paper.form[name].errors = [*paper.form[name].errors, *words]
        return not self.problems


def read_files() -> UploadedFiles:
    """Check what was uploaded. No lock is held while pictures are redrawn."""
    db.session.rollback()
    found = UploadedFiles(
        gone=[key for text in request.form.getlist("remove") if (key := parse_id(text))]
    )
    for name, check in (("cover", uploads.check_picture), ("attachments", uploads.check)):
        for file in request.files.getlist(name):
            if not file.filename:
                continue
            try:
                upload = check(uploads.read(file), file.filename)
            except uploads.Refused as refusal:
                words = f"{uploads.clean_name(file.filename)}: {refusal}"
                found.problems.setdefault(name, []).append(words)
                continue
            if name == "cover":
                found.cover = upload
            else:
                found.documents.append(upload)
    return found
