"""The audit: who did what to which row, when and why. Only to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext
from markupsafe import Markup

import labels
from admin_views.base import DateRangeFilter, OptionFilter, PlatformView
from admin_views.platform.event import text
from models import Duty, Event, MailStatus
from workflows import engine

KINDS = {kind: words for kind, (words, _page) in text.THINGS.items()}
PAGES = {kind: page for kind, (_words, page) in text.THINGS.items() if page}
# {kind: {value: state}} of everything that has a life
STATES: dict[str, dict[str, Any]] = {
    process.kind: {
        member.value: member for member in process.model.__table__.c.status.type.enum_class
    }
    for process in engine.PROCESSES.values()
} | {"mail": {member.value: member for member in MailStatus}}


def of_kind(kind: str) -> Callable[[], Any]:
    return lambda: Event.subject_type == kind


def subject(_view: Any, _context: None, row: Event, _name: str) -> Markup | str:
    """What the event is about: its kind and number, with a link to its page."""
    words = f"{KINDS.get(row.subject_type, row.subject_type)} {row.subject_id or ''}".strip()
    endpoint = PAGES.get(row.subject_type)
    if endpoint is None:
        return words
    url = url_for(f"{endpoint}.details_view", id=row.subject_id)
    return Markup('<a href="{}">{}</a>').format(url, words)


def step(_view: Any, _context: None, row: Event, _name: str) -> str:
    """What was done, in the words of the timeline."""
    return str(engine.event_label(row))


def state(_view: Any, _context: None, row: Event, name: str) -> str:
    """The state before or after the step, in words."""
    value = getattr(row, name)
    member = STATES.get(row.subject_type, {}).get(value)
    return str(labels.label(member)) if member is not None else value or "—"


def changes(_view: Any, _context: None, row: Event, _name: str) -> Markup:
    """What changed, column by column; telephones are masked as everywhere else."""
    return text.changes(row)


class EventView(PlatformView):
    """The journal of the whole house, the newest first."""

    opens = frozenset({Duty.AUDIT})
    column_list = ("at", "actor", "subject", "name", "source", "target", "reason")
    column_labels = {
        "at": lazy_gettext("When"),
        "actor": lazy_gettext("Who"),
        "subject": lazy_gettext("What"),
        "name": lazy_gettext("Step"),
        "source": lazy_gettext("State before"),
        "target": lazy_gettext("State after"),
        "changes": lazy_gettext("Changes"),
    }
    column_details_list = (
        "at",
        "actor",
        "subject",
        "name",
        "source",
        "target",
        "reason",
        "changes",
    )
    column_sortable_list = ("at",)
    column_default_sort = ("at", True)
    column_searchable_list = ("reason", "name", "actor.name")
    column_formatters = {
        "subject": subject,
        "name": step,
        "source": state,
        "target": state,
        "changes": changes,
    }
    filters = (
        OptionFilter(
            "kind",
            lazy_gettext("Kind"),
            {kind: (label, of_kind(kind)) for kind, label in KINDS.items()},
        ),
        DateRangeFilter("at"),
    )
