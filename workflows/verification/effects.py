"""Side effects of a verification: the membership is verified, and by what is on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from core.clock import now
from models import User, Verification, VerifiedHow
from workflows.engine import Answers
from workflows.person import verifying

CODE_FOR = timedelta(days=30)  # a letter takes its time


def decision_columns(_answers: Answers, actor: User) -> dict[str, Any]:
    return {"decided_by_id": actor.id, "reason": None, "code_hash": None}


def rejection_columns(answers: Answers, actor: User) -> dict[str, Any]:
    return {"decided_by_id": actor.id, "reason": answers["reason"], "code_hash": None}


def code_columns(answers: Answers, actor: User) -> dict[str, Any]:
    """A new code in the place of an old one, with tries of its own."""
    return {
        "contact": answers["contact"],
        "code_hash": answers["code_hash"],
        "code_due_at": now() + CODE_FOR,
        "code_tries": 0,
        "decided_by_id": actor.id,
    }


def code_record(rows: Sequence[Verification], answers: Answers) -> dict[int, dict[str, Any]]:
    """What the audit event of a code keeps: whom it went to, and never the code."""
    return {row.id: {"contact": answers["contact"]} for row in rows}


def verify_by_licence(rows: list[Verification], actor: User, _answers: Answers) -> None:
    for row in rows:
        verifying.verify(row.membership, VerifiedHow.LICENCE, actor.id)


def verify_by_code(rows: list[Verification], _actor: User, _answers: Answers) -> None:
    """Verified by whoever sent the code."""
    for row in rows:
        verifying.verify(row.membership, VerifiedHow.CODE, row.decided_by_id)
