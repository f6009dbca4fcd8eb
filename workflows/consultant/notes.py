"""An institution's list of consultants: adding a person, and editing the note of them."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
from core.database import db
from models import Affiliation, AffiliationStatus, Consultant, Institution, User, touch
from workflows.consultant.forms import NoteForm
from workflows.consultant.writing import write
from workflows.engine import create, perform

KNOWN_ALREADY = lazy_gettext("A consultant with this e-mail address is in your list already.")
OWN_PROFILE = lazy_gettext("This consultant has an account now: the profile is his own to change.")


def among_ours(institution_id: int, email: str, but: int | None = None) -> bool:
    """Whether the institution's list has the address already, beside the affiliation `but`."""
    query = (
        sa.select(Affiliation.id)
        .join(Consultant, Consultant.id == Affiliation.consultant_id)
        .outerjoin(User, User.id == Consultant.user_id)
        .where(
            Affiliation.institution_id == institution_id,
            sa.or_(Consultant.email == email, User.email == email),
            Affiliation.id != (but or 0),
        )
    )
    return db.session.scalar(query.limit(1)) is not None


def add(institution: Institution, form: NoteForm, actor: User) -> Affiliation:
    """Add somebody to the institution's list, by a valid form. The caller commits.

    Raises:
        ValueError: the address is in the list already.
        PermissionError: the actor does not own the institution.
    """
    if not access.owns(actor, institution):
        raise PermissionError("affiliation.add")
    # of two clicks at once the second waits, and finds the address
    db.session.refresh(institution, with_for_update={"of": Institution, "key_share": True})
    values = form.values()
    if among_ours(institution.id, values["email"]):
        raise ValueError(str(KNOWN_ALREADY))
    consultant = Consultant(email=values["email"], name=values["name"])
    create(consultant, "note", actor)
    row = Affiliation(institution_id=institution.id, consultant_id=consultant.id, adder_id=actor.id)
    create(row, "add", actor)
    write(consultant, form, actor)
    return row


def change(row: Affiliation, form: NoteForm, actor: User) -> bool:
    """Change the note; a link to an address that was wrong opens nothing any more.

    Returns:
        Whether an invitation was taken back, so that the person has to be invited again.

    Raises:
        ValueError: why not, in the reader's words.
    """
    note = row.consultant
    if note.user_id is not None:
        raise ValueError(str(OWN_PROFILE))
    email = form.values()["email"]
    if among_ours(row.institution_id, email, but=row.id):
        raise ValueError(str(KNOWN_ALREADY))
    moved = email != note.email and row.status is AffiliationStatus.INVITED
    if write(note, form, actor):
        touch(row)  # what is on the page of somebody else is older than this
    if moved:
        perform(Affiliation, "revoke", [row.id], actor)
    return moved
