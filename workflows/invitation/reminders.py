"""Timed reminders of invitations, and the request for a new link where one is dead."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

import access
from core.clock import now
from core.database import db
from models import EventName, Invitation, InvitationStatus
from workflows.engine import note, perform
from workflows.engine import notices as engine_notices
from workflows.invitation.notices import NOTIFY_ASKED

S = InvitationStatus
AFTER = timedelta(days=7)


def remind(at: datetime) -> int:
    """Remind the consultants who were invited a week ago and have not answered. Commits."""
    due = sa.select(Invitation.id).where(
        Invitation.status == S.SENT,
        Invitation.affiliation_id.is_not(None),
        Invitation.reminded_at.is_(None),
        Invitation.created_at <= at - AFTER,
        Invitation.expires_at > at,
    )
    outcome = perform(Invitation, "remind", db.session.scalars(due).all(), access.SYSTEM)
    db.session.commit()
    return len(outcome.done)


def ask_again(row: Invitation) -> bool:
    """Notify the institution that the person asks for a new link. Once for each dead link.

    Args:
        row: an invitation that opens nothing any more; whoever has its link may ask.

    Returns:
        Whether it was notified now.
    """
    db.session.scalars(
        sa.select(Invitation)
        .where(Invitation.id == row.id)
        .with_for_update(of=Invitation, key_share=True)
        .execution_options(unguarded=True, populate_existing=True)  # the link is the right
    ).one()
    dead = row.status is not S.SENT or row.expires_at <= now()
    if not dead or row.asked_at is not None:
        return False
    row.asked_at = now()
    note(row, EventName.ASKED_AGAIN, None)
    words = {row.id: {"address": row.email, "institution": row.institution.name}}
    engine_notices.notify("invitation", NOTIFY_ASKED, [row], lambda _rows: words, {})
    return True
