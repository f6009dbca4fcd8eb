"""Side effects of an approved profile change: it becomes the certified version."""

from __future__ import annotations

import sqlalchemy as sa

from core.database import db
from models import Attachment, AttachmentKind, ProfileChange, User
from workflows.engine import Answers, edit


def apply(rows: list[ProfileChange], actor: User, _answers: Answers) -> None:
    """The change becomes the certified version; the former licence stays with the change."""
    for row in rows:
        edit(row.institution, actor, {"name": row.name, "credit_code": row.credit_code})
        _exchange_licence(row)
    db.session.flush()


def _exchange_licence(change: ProfileChange) -> None:
    proposed = db.session.scalars(
        sa.select(Attachment).where(
            Attachment.profile_change_id == change.id,
            Attachment.kind == AttachmentKind.PROPOSED_LICENCE,
        )
    ).all()
    if not proposed:
        return
    former = sa.select(Attachment).where(
        Attachment.institution_id == change.institution_id,
        Attachment.kind == AttachmentKind.LICENCE,
    )
    for file in db.session.scalars(former):
        file.institution_id, file.profile_change_id = None, change.id
    for file in proposed:
        file.institution_id, file.profile_change_id = change.institution_id, None
        file.kind = AttachmentKind.LICENCE
