"""The enterprise's answer to a filed deal, or its silence; who gains by it is counted anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

import access
import ranking
from core.database import db
from models import Affiliation, Confirmation, ConfirmationStatus, Transaction, User
from workflows.engine import HANDLED, Answers, Words, perform

S = ConfirmationStatus


def answer(row: Confirmation, verb: str, actor: Any, **answers: Any) -> Words | None:
    """Take the enterprise's answer; return None, or why not in the reader's words.

    The deal is locked first: an approval of the same moment waits, and counts the answer.
    """
    db.session.get(Transaction, row.transaction_id, with_for_update=True, populate_existing=True)
    if isinstance(actor, access.Bearer):
        answers["by_link"] = True
    outcome = perform(Confirmation, verb, [row.id], actor, **answers)
    return None if outcome.done else outcome.refused.get(row.id, HANDLED)


def answered(answers: Answers, actor: User) -> dict[str, Any]:
    return {"answered_by_id": actor.id, "reason": answers.get("reason")}


def by_what(_row: Confirmation, answers: Answers) -> dict[str, Any]:
    """What the journal keeps of an answer: whether the link in the mail was used."""
    return {"by_link": True} if answers.get("by_link") else {}


def counted_anew(rows: list[Confirmation], _actor: User, _answers: Answers) -> None:
    """An answer to a deal that counts already changes what it counts."""
    rank([row.transaction for row in rows])


def rank(deals: Sequence[Transaction]) -> None:
    """Refresh the scores of whoever has one of the approved among `deals` to his credit."""
    links = {deal.affiliation_id for deal in deals if deal.affiliation_id is not None}
    consultants = db.session.scalars(
        sa.select(Affiliation.consultant_id)
        .where(Affiliation.id.in_(links))
        .execution_options(unguarded=True)
    )
    touched = {deal.institution_id for deal in deals if deal.approved_at is not None}
    if touched:
        ranking.refresh(touched, set(consultants))


def count_silence(at: datetime) -> int:
    """Timed job: whoever has not answered in ten working days is silent. Commits."""
    due = sa.select(Confirmation.id).where(
        Confirmation.status == S.ASKED, Confirmation.due_at <= at
    )
    outcome = perform(Confirmation, "fall_silent", db.session.scalars(due).all(), access.SYSTEM)
    db.session.commit()
    return len(outcome.done)
