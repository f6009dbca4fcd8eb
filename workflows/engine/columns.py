"""Columns that steps of many processes write beside the state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models import User
from workdays.calendar import park_day
from workflows.engine import Answers


def reason(answers: Answers, _actor: User) -> dict[str, Any]:
    """The reason that the step asked for, where the row itself shows it."""
    return {"reason": answers["reason"]}


def numbered(letters: str) -> Callable[[Any], None]:
    """Return what gives a new row the number that people say on the telephone.

    Two letters for its kind, the day it was made in the park, and its id: XQ2026112400017.
    """

    def give(row: Any) -> None:
        row.number = f"{letters}{park_day(row.created_at):%Y%m%d}{row.id:05d}"

    return give
