"""Predicates and guards of a proposal."""

from __future__ import annotations

from flask_babel import lazy_gettext

import access
from core.clock import now
from models import Proposal, User
from workflows.engine import Words

OVER: Words = lazy_gettext("The days to confirm it are over.")
CONFLICTS = {
    "uq_proposal_open": lazy_gettext("This is proposed already, and waits for a second person.")
}


def proposes(user: User, row: Proposal) -> bool:
    """Proposes in their own name, and holds the duty themselves."""
    return is_proposer(user, row) and row.duty in access.duties_of(user)


def is_proposer(user: User, row: Proposal) -> bool:
    """Proposed it."""
    return row.proposer_id == user.id


def decides(user: User, row: Proposal) -> bool:
    """Holds the duty, and is not the proposer."""
    return not is_proposer(user, row) and row.duty in access.duties_of(user)


def in_time(row: Proposal) -> Words | None:
    """Guard: the proposal has not expired."""
    return OVER if row.expires_at <= now() else None
