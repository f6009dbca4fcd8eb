"""Asking to be verified: with the licence, or for a code by letter or telephone."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

import uploads
from core.database import db
from models import AttachmentKind, EnterpriseMembership, User, Verification
from workflows.engine import create


def hand_in(
    membership: EnterpriseMembership, actor: User, note: str, files: Iterable[uploads.Upload]
) -> Verification:
    """Ask the platform to verify the person of `membership`; without files, by a code.

    Raises:
        PermissionError: it is somebody else's.
        ValueError: why not, in the reader's words.
        IntegrityError: one waits already.
    """
    licence = list(files)
    row = Verification(membership_id=membership.id, note=note, by_code=not licence)
    create(row, "hand_in", actor)
    for file in licence:
        uploads.attach(row, AttachmentKind.LICENCE, file, actor)
    return row


def latest(membership: EnterpriseMembership) -> Verification | None:
    """Return the newest verification of a membership, whatever became of it."""
    query = sa.select(Verification).where(Verification.membership_id == membership.id)
    return db.session.scalar(query.order_by(Verification.id.desc()).limit(1))
