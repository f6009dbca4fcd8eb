"""Password hasher: argon2 by Flask-Security's context, without SQLite's write lock, on record.

Hashing takes long. What it found is remembered for the request, so that only wrong passwords
count as tries (accounts/limits.py), whichever form asked.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from flask import has_request_context, request

from core.database import without_write_lock

FOUND = "supermarket.outcome_of_try"  # of the request's environment


class Outcome(StrEnum):
    """What became of a try in this request."""

    RIGHT = "right"
    WRONG = "wrong"


class Hasher:
    """Stands before a password context; everything else is that of the context."""

    def __init__(self, context: Any) -> None:
        self.context = context

    def __getattr__(self, name: str) -> Any:
        return getattr(self.context, name)

    def verify(self, secret: Any, hashed: Any, **options: Any) -> bool:
        with without_write_lock():
            fits = bool(self.context.verify(secret, hashed, **options))
        conclude(Outcome.RIGHT if fits else Outcome.WRONG)
        return fits

    def hash(self, secret: Any, **options: Any) -> str:
        with without_write_lock():
            made: str = self.context.hash(secret, **options)
        if outcome() is None:  # nothing to compare with: an account that is not there
            conclude(Outcome.WRONG)
        return made


def conclude(result: Outcome) -> None:
    """Remember what became of the try of this request: a password, or a code of other kinds."""
    if has_request_context():
        request.environ[FOUND] = result


def outcome() -> Outcome | None:
    """Return what became of the try of this request; None: nothing was tried."""
    return request.environ.get(FOUND) if has_request_context() else None
