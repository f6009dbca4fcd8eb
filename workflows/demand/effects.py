"""What the steps of a demand write, what the journal keeps of them, and what follows."""

from __future__ import annotations

from typing import Any

import access
from core.database import db
from models import (
    Demand,
    InstitutionStatus,
    User,
)
from workflows.demand.notices import (
    former_id,
    name_of,
)
from workflows.engine import Answers, perform, plain


def outcome_columns(answers: Answers, _actor: User | None) -> dict[str, Any]:
    names = ("outcome", "contacted_by", "contacted_on", "amount", "outcome_remark")
    return {name: answers.get(name) or None for name in names}


def outcome_recorded(answers: Answers, actor: User | None) -> dict[str, Any]:
    """What is recorded takes the place of what was proposed."""
    return outcome_columns(answers, actor) | {"proposal": None}


def outcome_proposed(answers: Answers, actor: User | None) -> dict[str, Any]:
    """The answers as JSON, until the institution's people record them or others."""
    return {
        "proposal": {name: plain(said) for name, said in outcome_columns(answers, actor).items()}
    }


def contact_columns(answers: Answers, _actor: User | None) -> dict[str, Any]:
    return {name: answers[name] for name in ("contacted_by", "contacted_on")}


def contact_record(_row: Demand, answers: Answers) -> dict[str, Any]:
    names = ("contacted_by", "contacted_on", "remark")
    return {name: plain(answers.get(name)) for name in names}


def outcome_record(_row: Demand, answers: Answers) -> dict[str, Any]:
    """What the journal keeps of an outcome, so that a correction has its history."""
    return {name: plain(value) for name, value in outcome_columns(answers, None).items()}


def in_charge_columns(answers: Answers, _actor: Any) -> dict[str, Any]:
    return {"affiliation_id": answers["affiliation_id"] or None}


def in_charge_record(row: Demand, _answers: Answers) -> dict[str, Any]:
    """What the journal keeps: names, which outlive the affiliation."""
    return {
        "in_charge": name_of(row.affiliation_id) or None,
        "formerly_in_charge": name_of(former_id(row)) or None,
    }


def forget_former(rows: list[Demand], _actor: Any, _answers: Answers) -> None:
    """All was told and recorded: let the relation say who is in charge now."""
    for row in rows:
        db.session.expire(row, ["affiliation"])


def closed_where_nobody_is_left(rows: list[Demand], _actor: User, _answers: Answers) -> None:
    """A dispute with an institution that left the platform ends there: nobody could correct it."""
    left = [row.id for row in rows if row.institution.status is InstitutionStatus.REVOKED]
    perform(Demand, "close", left, access.SYSTEM)
