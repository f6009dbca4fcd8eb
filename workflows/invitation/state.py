"""State of consultants' invitations: alive, opened, expired, or bounced."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.clock import now
from core.database import db
from models import Affiliation, Invitation, InvitationStatus, Mail, MailStatus
from outbox.keys import key_in_sql

S = InvitationStatus
TEMPLATE = "consultant_invited"


def live_ids(rows: Sequence[Affiliation]) -> Sequence[int]:
    """Return the ids of the invitations of `rows` that were sent and not answered."""
    return db.session.scalars(
        sa.select(Invitation.id)
        .where(Invitation.affiliation_id.in_([row.id for row in rows]), Invitation.status == S.SENT)
        .execution_options(unguarded=True)
    ).all()


def dead_mail() -> sa.ColumnElement[bool]:
    """The condition on Invitation that its mail did not arrive and is not tried any more."""
    mail = Mail.__table__.alias("sent_mail")
    key = key_in_sql("invitation", Invitation.id, 1, TEMPLATE, Invitation.email)
    return sa.exists().where(mail.c.key == key, mail.c.status == MailStatus.DEAD)


@dataclass(frozen=True, slots=True)
class Sent:
    """The newest invitation of an affiliation, and what became of its mail."""

    invitation: Invitation
    bounced: bool

    @property
    def alive(self) -> bool:
        return self.invitation.status is S.SENT and self.invitation.expires_at > now()


def newest(rows: Sequence[Affiliation]) -> dict[int, Sent]:
    """Return the newest invitation of each affiliation that has one. One query for a whole page."""
    last = (
        sa.select(sa.func.max(Invitation.id))
        .where(Invitation.affiliation_id.in_([row.id for row in rows]))
        .group_by(Invitation.affiliation_id)
    )
    found = db.session.execute(
        sa.select(Invitation, dead_mail().label("bounced")).where(Invitation.id.in_(last))
    ).all()
    return {
        invitation.affiliation_id or 0: Sent(invitation, bool(bounced))
        for invitation, bounced in found
    }
