"""Timed job of confirmations: no answer in ten working days counts as silence."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

import access
from core.database import db
from models import Confirmation, ConfirmationStatus
from workflows.engine import perform

S = ConfirmationStatus


def count_silence(at: datetime) -> int:
    """Timed job: whoever has not answered in ten working days is silent. Commits."""
    due = sa.select(Confirmation.id).where(
        Confirmation.status == S.ASKED, Confirmation.due_at <= at
    )
    outcome = perform(Confirmation, "fall_silent", db.session.scalars(due).all(), access.SYSTEM)
    db.session.commit()
    return len(outcome.done)
