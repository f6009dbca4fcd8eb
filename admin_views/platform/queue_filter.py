"""The state filter of a review queue: it shows what waits unless something else is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from admin_views.base import Control, OptionFilter

ALL = "all"


@dataclass(frozen=True, slots=True)
class QueueFilter(OptionFilter):
    """A state. Nothing asked for means `waiting`: what waits for a decision."""

    waiting: str = ""

    def read(self, args: Mapping[str, str]) -> dict[str, str]:
        value = args.get(self.name)
        if value is None or value == self.waiting:
            return {}
        return {self.name: value if value in self.options else ALL}

    def conditions(self, view: Any, values: Mapping[str, str]) -> list[sa.ColumnElement[bool]]:
        value = values.get(self.name, self.waiting)
        return [] if value == ALL else [self.options[value][1]()]

    def controls(self, view: Any, values: Mapping[str, str]) -> list[Control]:
        options = [(value, label) for value, (label, _condition) in self.options.items()]
        value = "" if values.get(self.name) == ALL else values.get(self.name, self.waiting)
        return [Control(self.name, self.label, "select", value, options)]
