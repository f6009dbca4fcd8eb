"""Timed job of proposals: what nobody confirmed in its days expires."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from access import SYSTEM
from core.database import db
from models import Proposal, ProposalStatus
from workflows.engine import perform


def expire(at: datetime) -> int:
    """Let proposals expire whose days are over, and commit; return how many."""
    due = sa.select(Proposal.id).where(
        Proposal.status == ProposalStatus.PROPOSED, Proposal.expires_at <= at
    )
    outcome = perform(Proposal, "expire", db.session.scalars(due).all(), SYSTEM)
    db.session.commit()
    return len(outcome.done)
