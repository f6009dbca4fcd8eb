"""Side effects of an affiliation's transitions: invitations, certification, hand-over."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import access
from core.clock import now
from core.database import db
from models import Affiliation, Consultant, Demand, Invitation, User, product_affiliation
from workflows.affiliation.rules import address_of
from workflows.consultant.facts import snapshot
from workflows.demand.forms import NOT_OURS
from workflows.demand.rules import OPEN
from workflows.engine import Answers, create, perform, snapshots
from workflows.invitation.state import live_ids
from workflows.invitation.tokens import add_token

_demand = Demand.__table__


def send_invitation(rows: list[Affiliation], actor: User, _answers: Answers) -> None:
    """A new link goes out, and the one before it opens nothing any more."""
    perform(Invitation, "replace", live_ids(rows), actor)
    for row in rows:
        invitation = Invitation(
            institution_id=row.institution_id,
            affiliation_id=row.id,
            email=address_of(row),
        )
        create(add_token(invitation), "ask", actor)


def revoke_invitation(rows: list[Affiliation], actor: User, _answers: Answers) -> None:
    perform(Invitation, "revoke", live_ids(rows), actor)


def certify_consultants(rows: list[Affiliation], actor: User, _answers: Answers) -> None:
    """Who is approved for the first time is certified; a certification that stands, stays."""
    perform(Consultant, "certify", [row.consultant_id for row in rows], actor)


def end_columns(answers: Answers, _actor: User) -> dict[str, Any]:
    return {"unlinked_at": now(), "reason": answers.get("reason") or None}


def hand_over_demands(rows: list[Affiliation], _actor: User, answers: Answers) -> None:
    """Take them off products, and hand the open demands over or leave them to the institution.

    Raises:
        ValueError: whoever should take over is not linked to the institution, or goes too.
    """
    ids = [row.id for row in rows]
    successor = answers.get("hand_over_to") or 0
    if successor in ids:
        raise ValueError(str(NOT_OURS))
    db.session.execute(
        sa.delete(product_affiliation).where(product_affiliation.c.affiliation_id.in_(ids))
    )
    left = db.session.scalars(
        sa.select(_demand.c.id).where(_demand.c.affiliation_id.in_(ids), _demand.c.status.in_(OPEN))
    ).all()
    outcome = perform(Demand, "hand_over", left, access.SYSTEM, affiliation_id=successor)
    if outcome.refused:
        raise ValueError(str(next(iter(outcome.refused.values()))))


def _snapshot(row: Affiliation) -> dict[str, Any]:
    return snapshot(row.consultant)


snapshot_recorded = snapshots.recorded(_snapshot)
