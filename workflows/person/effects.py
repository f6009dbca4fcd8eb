"""Side effects of joining and leaving an enterprise: the kind of account follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import access
from core.clock import now
from models import AccountKind, EnterpriseMembership, User, VerifiedHow
from workflows.engine import Answers


def vouched_columns(_answers: Answers, actor: User) -> dict[str, Any]:
    """A verified colleague vouches for whom they let in; the platform's own yes verifies nobody."""
    if access.is_staff(actor):
        return {}
    return verified_columns({"how": VerifiedHow.COLLEAGUE, "by": actor.id}, actor)


def verified_columns(answers: Answers, _actor: User) -> dict[str, Any]:
    return {
        "verified_at": now(),
        "verified_how": answers["how"],
        "verified_by_id": answers.get("by"),
    }


def verified_record(
    rows: Sequence[EnterpriseMembership], answers: Answers
) -> dict[int, dict[str, Any]]:
    """What the audit event keeps: by what it is known that the person may speak."""
    return {row.id: {"verified_how": answers["how"].value} for row in rows}


def make_enterprise_user(rows: list[EnterpriseMembership], _actor: User, _answers: Answers) -> None:
    for row in rows:
        row.user.kind = AccountKind.ENTERPRISE


def make_ordinary_user(rows: list[EnterpriseMembership], _actor: User, _answers: Answers) -> None:
    for row in rows:
        row.user.kind = AccountKind.ORDINARY
