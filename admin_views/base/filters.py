"""List filters: a plain GET form with readable parameters. Invalid values are ignored."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar, Protocol

import sqlalchemy as sa
from flask_babel import lazy_gettext

import labels
from admin_views.base.rows import RowsView
from core.ids import parse_id

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Control:
    """One control of the filter form, for the template."""

    name: str
    label: Any
    kind: str  # "select", "date" or "text"
    value: str
    options: Sequence[tuple[str, Any]] = ()


class Filter(Protocol):
    """What a list asks of a filter."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The query parameters it reads."""

    def read(self, args: Mapping[str, str]) -> dict[str, str]:
        """Return its parameters out of `args`, without those that make no sense."""

    def conditions(self, view: RowsView, values: Mapping[str, str]) -> list[Condition]:
        """Return the SQL conditions for `values`, as `read` returned them."""

    def controls(self, view: RowsView, values: Mapping[str, str]) -> list[Control]:
        """Return its controls with their present values."""


@dataclass(frozen=True, slots=True)
class ChoiceFilter:
    """One member of an enum column."""

    name: str
    kind: type[StrEnum]
    label: Any = None
    without: Collection[StrEnum] = ()  # members that no row of the view ever has

    @property
    def parameters(self) -> tuple[str, ...]:
        return (self.name,)

    @property
    def members(self) -> list[StrEnum]:
        return [member for member in self.kind if member not in self.without]

    def read(self, args: Mapping[str, str]) -> dict[str, str]:
        value = args.get(self.name, "")
        return {self.name: value} if value in {member.value for member in self.members} else {}

    def conditions(self, view: RowsView, values: Mapping[str, str]) -> list[Condition]:
        if self.name not in values:
            return []
        return [getattr(view.model, self.name) == self.kind(values[self.name])]

    def controls(self, view: RowsView, values: Mapping[str, str]) -> list[Control]:
        options = [(member.value, labels.label(member)) for member in self.members]
        label = self.label or view.label_of(self.name)
        return [Control(self.name, label, "select", values.get(self.name, ""), options)]


@dataclass(frozen=True, slots=True)
class RelationFilter:
    """One row of a related table, out of those that the reader may see."""

    name: str  # of the relation
    label: Any = None

    @property
    def parameters(self) -> tuple[str, ...]:
        return (self.name,)

    def read(self, args: Mapping[str, str]) -> dict[str, str]:
        key = parse_id(args.get(self.name, ""))
        return {} if key is None else {self.name: str(key)}

    def conditions(self, view: RowsView, values: Mapping[str, str]) -> list[Condition]:
        if self.name not in values:
            return []
        relation = getattr(view.model, self.name)
        key = int(values[self.name])
        if relation.property.uselist:
            return [relation.any(relation.property.mapper.class_.id == key)]
        return [next(iter(relation.property.local_columns)) == key]

    def controls(self, view: RowsView, values: Mapping[str, str]) -> list[Control]:
        remote = getattr(view.model, self.name).property.mapper.class_
        rows = view.choices_of(remote, view.person())
        options = [(str(row.id), str(row)) for row in rows]
        label = self.label or view.label_of(self.name)
        return [Control(self.name, label, "select", values.get(self.name, ""), options)]


@dataclass(frozen=True, slots=True)
class OptionFilter:
    """Named conditions of a view's own: {value: (label, condition on the model)}."""

    name: str
    label: Any
    options: Mapping[str, tuple[Any, Callable[[], Any]]] = field(default_factory=dict)

    @property
    def parameters(self) -> tuple[str, ...]:
        return (self.name,)

    def read(self, args: Mapping[str, str]) -> dict[str, str]:
        value = args.get(self.name, "")
        return {self.name: value} if value in self.options else {}

    def conditions(self, view: RowsView, values: Mapping[str, str]) -> list[Condition]:
        return [self.options[values[self.name]][1]()] if self.name in values else []

    def controls(self, view: RowsView, values: Mapping[str, str]) -> list[Control]:
        options = [(value, label) for value, (label, _condition) in self.options.items()]
        return [Control(self.name, self.label, "select", values.get(self.name, ""), options)]


@dataclass(frozen=True, slots=True)
class QueueFilter(OptionFilter):
    """The state of what waits in a queue. Nothing asked for means: what waits for a decision."""

    waiting: str = ""
    ALL: ClassVar[str] = "all"

    def read(self, args: Mapping[str, str]) -> dict[str, str]:
        value = args.get(self.name)
        if value is None or value == self.waiting:
            return {}
        return {self.name: value if value in self.options else self.ALL}

    def conditions(self, view: RowsView, values: Mapping[str, str]) -> list[Condition]:
        value = values.get(self.name, str(self.waiting))
        return [] if value == self.ALL else [self.options[value][1]()]

    def controls(self, view: RowsView, values: Mapping[str, str]) -> list[Control]:
        options = [(value, label) for value, (label, _condition) in self.options.items()]
        value = values.get(self.name, str(self.waiting))
        shown = "" if value == self.ALL else value
        return [Control(self.name, self.label, "select", shown, options)]


def yes_no(name: str, label: Any, condition: Callable[[], Any]) -> OptionFilter:
    """Return a filter on a condition that holds or does not."""
    return OptionFilter(
        name,
        label,
        {
            "yes": (lazy_gettext("Yes"), condition),
            "no": (lazy_gettext("No"), lambda: sa.not_(condition())),
        },
    )
