"""What the steps of a demand write, and what the journal keeps of them."""

from __future__ import annotations

from typing import Any

from models import Demand, User
from workflows.engine import Answers, plain


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
