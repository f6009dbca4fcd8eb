"""Columns that transitions of many processes set beside the status (`sets`), as functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from typing import Any

from core.clock import now, park_day
from models import User, complete
from workflows.engine import Answers

Sets = Callable[[Answers, User], dict[str, Any]]


def constant(**values: Any) -> Sets:
    """Return a `sets` that writes `values`, whatever was answered."""

    def columns(_answers: Answers, _actor: User) -> dict[str, Any]:
        return {name: copy(value) for name, value in values.items()}

    return columns


def stamped(*names: str, **values: Any) -> Sets:
    """Return a `sets` that writes the moment of the step to the columns `names`, and `values`."""

    def columns(_answers: Answers, _actor: User) -> dict[str, Any]:
        return dict.fromkeys(names, now()) | {name: copy(value) for name, value in values.items()}

    return columns


def reason(answers: Answers, _actor: User) -> dict[str, Any]:
    """The reason that the step asked for, where the row itself shows it."""
    return {"reason": answers["reason"]}


def reason_and_remarks(answers: Answers, _actor: User) -> dict[str, Any]:
    """The reason, and the remarks on fields by name; under "" the reason stands for the whole."""
    return {"reason": answers["reason"], "remarks": remarks_of(answers)}


def remarks_of(answers: Answers) -> dict[str, str]:
    """Return the remarks of a decision on single fields, and under "" its reason."""
    return {**(answers.get("remarks") or {}), "": answers["reason"]}


def remarks_on_record(rows: Sequence[Any], answers: Answers) -> dict[int, dict[str, Any]]:
    """What the audit event of a return keeps: the remarks on single fields."""
    return {row.id: {"remarks": answers.get("remarks") or {}} for row in rows}


def numbered(letters: str) -> Callable[[Sequence[Any]], None]:
    """Return what gives new rows the number that people say on the telephone.

    Two letters for its kind, the day it was made in the park, and its id: XQ2026112400017.
    """

    def give(rows: Sequence[Any]) -> None:
        for row in rows:
            complete(row, number=f"{letters}{park_day(row.created_at):%Y%m%d}{row.id:05d}")

    return give
