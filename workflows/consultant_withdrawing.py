"""How a certification ends: the platform takes it back."""

from __future__ import annotations

from workflows.engine import Transition

WITHDRAWING: tuple[Transition, ...] = ()
