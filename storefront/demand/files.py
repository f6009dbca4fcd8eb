"""The files that go with a demand: what was chosen, and what stands against it."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import request
from flask_babel import gettext

import uploads
from models import AttachmentKind, Demand, User

MOST = 5  # files of one demand


@dataclass(slots=True)
class Chosen:
    """The files of one post: those that passed the checks, all their names, what is wrong."""

    uploads: list[uploads.Upload] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def chosen(old: Demand | None) -> Chosen:
    """Return what was chosen in this request, beside the files that `old` brings along."""
    found = Chosen()
    sent = [file for file in request.files.getlist("files") if file.filename]
    found.names = [uploads.clean_name(file.filename) for file in sent]
    brought = len(uploads.files_of(old)) if old is not None else 0
    if len(sent) + brought > MOST:
        found.errors.append(gettext("At most %(count)s files.", count=MOST))
        return found
    for file, name in zip(sent, found.names, strict=True):
        try:
            found.uploads.append(uploads.check(uploads.read(file), file.filename))
        except uploads.Refused as refusal:
            found.errors.append(gettext("%(file)s: %(why)s", file=name, why=str(refusal)))
    return found


def attach(demand: Demand, files: Chosen, old: Demand | None, user: User) -> None:
    """Give a posted demand its files, and copies of those of the demand it was sent on from."""
    for upload in files.uploads:
        uploads.attach(demand, AttachmentKind.DOCUMENT, upload, user)
    for file in uploads.files_of(old) if old is not None else ():
        try:
            uploads.copy(file, demand, user)
        except FileNotFoundError:  # the storage has lost it: the demand goes on without
            continue
