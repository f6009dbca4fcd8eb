"""How a consultant leaves an institution: unlinked by it, or by himself."""

from __future__ import annotations

from workflows.engine import Transition

ENDING: tuple[Transition, ...] = ()
