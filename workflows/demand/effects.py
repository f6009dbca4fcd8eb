"""Side effects of a demand's transitions: columns (sets), audit records, cascades (then)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import access
from core.database import db
from models import Demand, InstitutionStatus, User
from workflows.demand.notices import former_id, names_in_charge
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
        "proposal": {name: plain(value) for name, value in outcome_columns(answers, actor).items()}
    }


def contact_columns(answers: Answers, _actor: User | None) -> dict[str, Any]:
    return {name: answers[name] for name in ("contacted_by", "contacted_on")}


def contact_record(rows: Sequence[Demand], answers: Answers) -> dict[int, dict[str, Any]]:
    names = ("contacted_by", "contacted_on", "remark")
    facts = {name: plain(answers.get(name)) for name in names}
    return {row.id: facts for row in rows}


def outcome_record(rows: Sequence[Demand], answers: Answers) -> dict[int, dict[str, Any]]:
    """What the audit event of an outcome keeps, so that a correction has its history."""
    facts = {name: plain(value) for name, value in outcome_columns(answers, None).items()}
    return {row.id: facts for row in rows}


def in_charge_columns(answers: Answers, _actor: Any) -> dict[str, Any]:
    return {"affiliation_id": answers["affiliation_id"] or None}


def in_charge_record(rows: Sequence[Demand], _answers: Answers) -> dict[int, dict[str, Any]]:
    """What the audit event keeps: names, which outlive the affiliation."""
    names = names_in_charge(rows)
    return {
        row.id: {
            "in_charge": names.get(row.affiliation_id),
            "formerly_in_charge": names.get(former_id(row)),
        }
        for row in rows
    }


def expire_affiliation(rows: list[Demand], _actor: Any, _answers: Answers) -> None:
    """All is notified and recorded: let the relation say who is in charge now."""
    for row in rows:
        db.session.expire(row, ["affiliation"])


def close_abandoned(rows: list[Demand], _actor: User, _answers: Answers) -> None:
    """A dispute with an institution that left the platform ends there: nobody could correct it."""
    left = [row.id for row in rows if row.institution.status is InstitutionStatus.REVOKED]
    perform(Demand, "close", left, access.SYSTEM)
