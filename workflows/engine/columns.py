"""Columns that steps of many processes write beside the state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.clock import park_day
from models import User, complete
from workflows.engine import Answers


def reason(answers: Answers, _actor: User) -> dict[str, Any]:
    """The reason that the step asked for, where the row itself shows it."""
    return {"reason": answers["reason"]}


def remarks_on_record(rows: Sequence[Any], answers: Answers) -> dict[int, dict[str, Any]]:
    """What the journal keeps of a return: the remarks on single fields."""
    return {row.id: {"remarks": answers.get("remarks") or {}} for row in rows}


def numbered(letters: str) -> Callable[[Sequence[Any]], None]:
    """Return what gives new rows the number that people say on the telephone.

    Two letters for its kind, the day it was made in the park, and its id: XQ2026112400017.
    """

    def give(rows: Sequence[Any]) -> None:
        for row in rows:
            complete(row, number=f"{letters}{park_day(row.created_at):%Y%m%d}{row.id:05d}")

    return give
