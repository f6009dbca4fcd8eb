"""How a consultant comes to an institution: added, invited, accepted, reviewed, linked."""

from __future__ import annotations

from workflows.engine import Transition

BECOMING: tuple[Transition, ...] = ()
