"""List filter by category, of the row or of a related row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext

from admin_views.base.filters import Condition, Control
from admin_views.base.rows import RowsView
from core.ids import parse_id
from forms import categories

LABEL = lazy_gettext("Service category")


@dataclass(frozen=True, slots=True)
class CategoryFilter:
    """A category with all below it. `path` leads to it: "category", "item.category"."""

    path: str = "category"
    label: Any = LABEL

    @property
    def parameters(self) -> tuple[str, ...]:
        return ("category",)

    def read(self, args: Mapping[str, str]) -> dict[str, str]:
        key = parse_id(args.get("category", ""))
        return {} if key is None else {"category": str(key)}

    def conditions(self, view: RowsView, values: Mapping[str, str]) -> list[Condition]:
        if "category" not in values:
            return []
        head, _, rest = self.path.partition(".")
        ids = categories.category_and_below(int(values["category"]))
        if not rest:
            return [getattr(view.model, f"{head}_id").in_(ids)]
        relation = getattr(view.model, head)
        remote = relation.property.mapper.class_
        return [relation.has(getattr(remote, f"{rest}_id").in_(ids))]

    def controls(self, view: RowsView, values: Mapping[str, str]) -> list[Control]:
        chosen = values.get("category", "")
        options = categories.category_options(int(chosen) if chosen else None)
        return [Control("category", self.label, "select", chosen, options)]
