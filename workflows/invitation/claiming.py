"""Side effect of a consultant's acceptance: the institution's note becomes their own profile."""

from __future__ import annotations

import sqlalchemy as sa

import uploads
from core.database import db
from models import Affiliation, Attachment, Consultant, ConsultantStatus, Invitation, User
from workflows.engine import Answers, edit, perform


class NotNow(ValueError):
    """The step that follows from a yes was refused; its text is for the person."""


def claim_profile(rows: list[Invitation], actor: User, _answers: Answers) -> None:
    """The profile is their own now; who is certified is linked, everybody else fills in the form.

    Raises:
        NotNow: they were linked elsewhere in the same moment.
    """
    for row in rows:
        affiliation = db.session.get_one(
            Affiliation, row.affiliation_id, execution_options={"unguarded": True}
        )
        consultant = _claim(affiliation, actor)
        certified = consultant.status is ConsultantStatus.CERTIFIED
        step = "link" if certified else "accept"
        outcome = perform(Affiliation, step, [affiliation.id], actor)
        for words in outcome.refused.values():
            raise NotNow(str(words))


def _claim(affiliation: Affiliation, user: User) -> Consultant:
    """Return the person's own profile: the note where they had none, else the one they have."""
    note = db.session.scalars(
        sa.select(Consultant)
        .where(Consultant.id == affiliation.consultant_id)
        .execution_options(unguarded=True)
    ).one()
    own = db.session.scalar(
        sa.select(Consultant).where(Consultant.user_id == user.id).execution_options(unguarded=True)
    )
    if own is None:
        edit(note, user, {"user_id": user.id, "email": user.email})
        own = note
    elif own.id != note.id:
        affiliation.consultant_id = own.id
        db.session.flush()
        _drop(note)
    db.session.flush()
    db.session.expire(affiliation, ["consultant"])
    return own


def _drop(note: Consultant) -> None:
    """Forget a note: its files, and with the row what hangs on it."""
    files = sa.select(Attachment).where(Attachment.consultant_id == note.id)
    for file in db.session.scalars(files.execution_options(unguarded=True)).all():
        uploads.remove(file)
    db.session.expunge(note)
    db.session.execute(sa.delete(Consultant.__table__).where(Consultant.__table__.c.id == note.id))
