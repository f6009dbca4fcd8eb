"""Side effects of an invitation: opened, accepted by a colleague, taken back."""

from __future__ import annotations

import sqlalchemy as sa

from core.clock import now
from core.database import db
from models import Affiliation, EventName, Invitation, Membership, MembershipRole, User
from workflows.engine import Answers, note, perform


def opened(row: Invitation) -> bool:
    """Remember the first time that the link was opened. It uses nothing up."""
    if row.opened_at is not None:
        return False
    row.opened_at = now()
    note(row, EventName.LINK_OPENED, None)
    return True


def join(rows: list[Invitation], actor: User, _answers: Answers) -> None:
    """The person works for the institution from now on, as staff; a former colleague again."""
    for row in rows:
        held = db.session.scalar(
            sa.select(Membership).where(
                Membership.user_id == actor.id, Membership.institution_id == row.institution_id
            )
        )
        if held is None:
            held = Membership(user_id=actor.id, institution_id=row.institution_id)
            db.session.add(held)
        held.role, held.active = MembershipRole.STAFF, True
        db.session.flush()
        note(row.institution, EventName.STAFF_JOINED, actor, changes={"staff": [None, actor.name]})


def restore_affiliations(rows: list[Invitation], actor: User, _answers: Answers) -> None:
    """A consultant whose invitation was taken back stands where they stood before it."""
    ids = [row.affiliation_id for row in rows if row.affiliation_id is not None]
    if not ids:
        return
    for verb in ("revoke", "revoke_return"):
        perform(Affiliation, verb, ids, actor)
