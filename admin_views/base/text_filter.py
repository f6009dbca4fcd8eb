"""List filter by a word that is typed: a name, an address, a number."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from admin_views.base.filters import Condition, Control
from admin_views.base.rows import RowsView
from core.database import storable
from core.ids import parse_id

LONGEST = 100  # characters


@dataclass(frozen=True, slots=True)
class TextFilter:
    """What was typed, and the condition that the view makes of it."""

    name: str
    label: Any
    condition: Callable[[str], Condition]

    @property
    def parameters(self) -> tuple[str, ...]:
        return (self.name,)

    def read(self, args: Mapping[str, str]) -> dict[str, str]:
        text = storable(args.get(self.name, "")).strip()[:LONGEST]
        return {self.name: text} if text else {}

    def conditions(self, view: RowsView, values: Mapping[str, str]) -> list[Condition]:
        return [self.condition(values[self.name])] if self.name in values else []

    def controls(self, view: RowsView, values: Mapping[str, str]) -> list[Control]:
        return [Control(self.name, self.label, "text", values.get(self.name, ""))]


def number_in(text: str) -> int | None:
    """Return the id that somebody typed as "12" or "#12", or None."""
    return parse_id(text.removeprefix("#").strip())
