"""Side effects of a confirmation: its columns, audit records, and scores marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core.database import db
from models import Confirmation, ConfirmationStatus, User
from workdays.calendar import calendar
from workflows.engine import Answers
from workflows.transaction import effects as transaction_effects
from workflows.transaction.asking import DAYS, subject

S = ConfirmationStatus


def answer_columns(answers: Answers, actor: User) -> dict[str, Any]:
    return {"answered_by_id": actor.id, "reason": answers.get("reason")}


def answer_record(rows: Sequence[Confirmation], answers: Answers) -> dict[int, dict[str, Any]]:
    """What the audit event of an answer keeps: whether the link in the mail was used."""
    return {row.id: {"by_link": True} for row in rows} if answers.get("by_link") else {}


def mark_scores(rows: list[Confirmation], _actor: User, _answers: Answers) -> None:
    """An answer to a transaction that counts already changes what it counts."""
    transaction_effects.mark_scores([row.transaction for row in rows])


def question_record(rows: Sequence[Confirmation], _answers: Answers) -> dict[int, dict[str, Any]]:
    """What the audit event of a question keeps: the transaction as it was put to the enterprise."""
    return {row.id: {"snapshot": subject(row.transaction)} for row in rows}


def ask_again_columns(answers: Answers, _actor: User) -> dict[str, Any]:
    return {
        "token_hash": answers["token_hash"],
        "due_at": answers["due_at"],
        "answered_by_id": None,
        "reason": None,
    }


def follow_calendar() -> None:
    """Bring the last days of open questions in line with a calendar that was changed."""
    known = calendar()
    for row in db.session.scalars(sa.select(Confirmation).where(Confirmation.status == S.ASKED)):
        row.due_at = known.add(row.status_at, DAYS)
    db.session.flush()
