"""Who acts that is no user: the clock, and the holder of a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SystemActor:
    """The actor of what happens by itself: an expiry, a publication. In the audit log: system."""

    id: None = None
    role: None = None


@dataclass(frozen=True, slots=True)
class Bearer:
    """The actor who holds the link of a confirmation, whoever it is: sees that one, no more."""

    token_hash: str
    id: None = None
    role: None = None


SYSTEM: Any = SystemActor()  # takes a User's place wherever a step asks who acts
