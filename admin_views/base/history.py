"""A record's past, in the words of the page: who did what when, and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

import journal_words
from admin_views.base.cells import Printer
from database import UTCDateTime
from models import Event
from workflows import engine

CREATED = lazy_gettext("Created")
NOT_SHOWN = frozenset({"snapshot"})  # kept for the page that compares two submissions


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the history."""

    at: datetime
    who: str
    what: Any
    why: str | None
    target: StrEnum | None
    changes: list[tuple[Any, Markup | None, Markup]]  # label, before (None: only put down), after


def entries(row: Any, label_of: Callable[[str], Any], printer: Printer) -> list[Entry]:
    """Return the history of `row`, newest first.

    Args:
        row: any row that has events.
        label_of: what a reader calls a column.
        printer: prints values, masking what is to be masked.
    """
    states = kind_of(row, "status")
    found = []
    for event in reversed(engine.history(row)):
        target = states(event.target) if states and event.target else None
        found.append(
            Entry(
                at=event.at,
                who=str(event.actor) if event.actor else gettext("The system"),
                what=CREATED if event.name == "create" else journal_words.said(event),
                why=event.reason,
                target=target,
                changes=changes_of(type(row), event, label_of, printer),
            )
        )
    return found


def kind_of(row: type[Any] | Any, name: str) -> type[StrEnum] | None:
    """Return the enum of the column `name` of `row`, or None."""
    column = row.__table__.columns.get(name)
    kind: Any = getattr(column.type, "enum_class", None) if column is not None else None
    return kind


def is_moment(model: type[Any], name: str) -> bool:
    """Whether the column `name` holds a moment, which the journal keeps as text."""
    column = model.__table__.columns.get(name)
    return column is not None and isinstance(column.type, UTCDateTime)


def changes_of(
    model: type[Any], event: Event, label_of: Callable[[str], Any], printer: Printer
) -> list[tuple[Any, Markup | None, Markup]]:
    """Return what changed as (label, value before as HTML or None, value after as HTML)."""

    def shown(name: str, value: Any) -> Markup:
        kind = kind_of(model, name)
        if kind is not None and value in {member.value for member in kind}:
            value = kind(value)
        elif isinstance(value, str) and is_moment(model, name):
            value = datetime.fromisoformat(value)
        return Markup(printer.cell(value, name))  # noqa: S704  # the printer escapes

    found: list[tuple[Any, Markup | None, Markup]] = []
    for name, value in (event.changes or {}).items():
        if name in NOT_SHOWN or value in (None, {}, []):
            continue
        if isinstance(value, dict):
            found += [
                (label_of(key) if key else label_of("reason"), None, shown(key, one))
                for key, one in value.items()
            ]
        elif event.name == "edit" and isinstance(value, list) and len(value) == 2:
            found.append((label_of(name), shown(name, value[0]), shown(name, value[1])))
        else:
            found.append((label_of(name), None, shown(name, value)))
    return found
