"""Steps of a consultant's life that tests share."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import force_locale

import uploads
from core.clock import now
from core.database import db
from models import (
    Affiliation,
    AttachmentKind,
    Consultant,
    Institution,
    Invitation,
    Mail,
    Qualification,
    User,
)
from tests.support.applying import PDF, forget
from workflows import engine
from workflows.invitation.tokens import by_token


def add(institution: Institution, owner: User, email: str, name: str = "Mo") -> int:
    """Let `owner` add a consultant; return the id of the affiliation."""
    note = engine.create(Consultant(name=name, title="Lawyer", email=email), "note", owner)
    row = Affiliation(institution_id=institution.id, consultant_id=note.id, adder_id=owner.id)
    row_id = engine.create(row, "add", owner).id
    db.session.commit()
    return row_id


def step(verb: str, row_id: int, actor: User, model: type = Affiliation, **answers: Any) -> str:
    """Take a step; return "" where it was taken, else why not, in English."""
    outcome = engine.perform(model, verb, [row_id], actor, **answers)
    db.session.commit()
    if outcome.done:
        return ""
    with force_locale("en"):
        return str(outcome.refused.get(row_id, "missing"))


def link_to(email: str) -> str:
    """The link in the newest mail to `email` that has one of an invitation."""
    forget()
    mails = db.session.query(Mail).filter_by(recipient=email).order_by(Mail.id.desc())
    return next(mail.link for mail in mails if mail.link.startswith("/invitations/"))


def invitation_of(link: str) -> Invitation:
    found = by_token(link.removeprefix("/invitations/"))
    assert found is not None
    return found


def agree(link: str, user: User) -> str:
    return step("agree", invitation_of(link).id, user, Invitation)


def fill_in(user: User, category: Any) -> None:
    """Give the consultant `user` a profile that may be submitted."""
    row = db.session.query(Consultant).filter_by(user_id=user.id).one()
    row.mobile, row.introduction, row.consented_at = "13912340000", "Contracts.", now()
    row.specialities = [category]
    licence = Qualification(name="Licence", number=f"N{user.id}", valid_until=date(2030, 1, 1))
    row.qualifications.append(licence)
    db.session.flush()
    upload = uploads.check(PDF, "licence.pdf")
    uploads.attach(licence, AttachmentKind.QUALIFICATION, upload, user)
    db.session.commit()


def state(row_id: int) -> str:
    forget()
    return str(db.session.get_one(Affiliation, row_id).status)
