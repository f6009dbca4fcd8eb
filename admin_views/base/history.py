"""The history of a record (audit events): who did what when, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

from flask_babel import gettext
from markupsafe import Markup

from admin_views.base.cells import Printer
from admin_views.base.journal_labels import label_of
from admin_views.base.journal_values import decoded, kind_of, names_of
from models import Event, EventName
from workflows import engine

NOT_SHOWN = frozenset({"snapshot"})  # kept for the page that compares two submissions
# label, before (None: only put down), after
Change: TypeAlias = "tuple[Any, Markup | None, Markup]"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history."""

    at: datetime
    who: str
    what: Any
    why: str | None
    target: StrEnum | None
    changes: list[Change]


def entries(row: Any, own: Mapping[str, Any] | None, printer: Printer) -> list[Entry]:
    """Return the history of `row`, newest first.

    Args:
        row: any row that has events.
        own: {column: label} of the page, where it calls some otherwise than the house does.
        printer: prints values, masking what is to be masked.
    """
    kind, labels = row.__tablename__, own or {}
    states = kind_of(row, "status")
    events = engine.history(row)
    past = Past(type(row), events, lambda name: labels.get(name) or label_of(kind, name), printer)
    return [
        Entry(
            at=event.at,
            who=str(event.actor) if event.actor else gettext("The system"),
            what=engine.event_label(event),
            why=event.reason,
            target=states(event.target) if states and event.target else None,
            changes=past.changes(event),
        )
        for event in reversed(events)
    ]


class Past:
    """The changes of some events of one table, in the labels of the page."""

    def __init__(
        self,
        model: type[Any],
        events: Sequence[Event],
        label_of: Callable[[str], Any],
        printer: Printer,
    ) -> None:
        self.model, self.label_of, self.printer = model, label_of, printer
        self.names = names_of(model, events)

    def changes(self, event: Event) -> list[Change]:
        """Return what changed, part by part."""
        found: list[Change] = []
        for name, value in (event.changes or {}).items():
            if name in NOT_SHOWN or value in (None, {}, []):
                continue
            if isinstance(value, dict):
                found += [
                    (self.label_of(key or "reason"), None, self.shown(key, part))
                    for key, part in value.items()
                ]
            elif isinstance(value, list) and len(value) == 2 and event.name == EventName.EDITED:
                found.append(
                    (self.label_of(name), self.shown(name, value[0]), self.shown(name, value[1]))
                )
            else:
                found.append((self.label_of(name), None, self.shown(name, recorded_value(value))))
        return found

    def shown(self, name: str, value: Any) -> Markup:
        """Return a value of the column `name` as HTML: names for ids, words for states."""
        names = self.names.get(name)
        if names is not None and value is not None:
            value = names.get(value, f"#{value}")
        else:
            value = decoded(self.model, name, value)
        return Markup(self.printer.cell(value, name))  # noqa: S704  # the printer escapes


def recorded_value(value: Any) -> Any:
    """Return the value of a recorded [before, after] pair of which one is None."""
    if isinstance(value, list) and len(value) == 2 and None in value:
        return next((part for part in value if part is not None), None)
    return value
