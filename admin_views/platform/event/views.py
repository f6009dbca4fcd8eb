"""The audit list: who did what to which row, when, why and from where. Only to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext
from markupsafe import Markup

import access
from admin_views.base import PlatformView
from admin_views.platform.event import text
from admin_views.platform.event.export import EventExport
from admin_views.platform.event.filters import FILTERS
from models import Duty, Event, User
from workflows import engine

PAGES = {kind: page for kind, (_words, page) in text.THINGS.items() if page}
MOST_COUNTED = 10_000


def actor(_view: Any, _context: None, row: Event, _name: str) -> str:
    """Who did it; of nobody at the platform, nobody."""
    return text.actor(row)


def subject(_view: Any, _context: None, row: Event, _name: str) -> Markup | str:
    """What the event is about: its kind and name, with a link to its page."""
    words = f"{text.kind(row)} {row.subject_name}".strip()
    endpoint = PAGES.get(row.subject_type)
    if endpoint is None or not row.subject_id:
        return words
    url = url_for(f"{endpoint}.details_view", id=row.subject_id)
    return Markup('<a href="{}">{}</a>').format(url, words)


def step(_view: Any, _context: None, row: Event, _name: str) -> str:
    """What was done, in the words of the timeline."""
    return str(engine.event_label(row))


def state(_view: Any, _context: None, row: Event, name: str) -> str:
    """The state before or after the step, in words."""
    return text.state(row.subject_type, getattr(row, name)) or "—"


def changes(_view: Any, _context: None, row: Event, _name: str) -> Markup:
    """What changed, column by column; telephones are masked as everywhere else."""
    return text.changes(row)


def session(_view: Any, _context: None, row: Event, _name: str) -> str:
    """The session in which it was done, by its number."""
    return f"#{row.sign_in_id}" if row.sign_in_id else "—"


class EventView(EventExport, PlatformView):
    """The journal of the whole house, the newest first."""

    list_template = "admin/event/list.html"
    details_template = "admin/event/details.html"
    opens = frozenset({Duty.AUDIT})
    most_counted = MOST_COUNTED
    column_list = ("at", "actor", "subject", "name", "source", "target", "reason", "address")
    column_labels = {
        "at": lazy_gettext("When"),
        "actor": lazy_gettext("Who"),
        "kind": lazy_gettext("Kind"),
        "subject": lazy_gettext("What"),
        "name": lazy_gettext("Step"),
        "source": lazy_gettext("State before"),
        "target": lazy_gettext("State after"),
        "changes": lazy_gettext("Changes"),
        "address": lazy_gettext("Network address"),
        "sign_in_id": lazy_gettext("Session"),
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
        "address",
        "sign_in_id",
    )
    column_sortable_list = ("at",)
    column_default_sort = ("at", True)
    column_formatters = {
        "actor": actor,
        "subject": subject,
        "name": step,
        "source": state,
        "target": state,
        "changes": changes,
        "sign_in_id": session,
    }
    filters = FILTERS

    def list_context(self, state: Any, rows: Sequence[Event]) -> dict[str, Any]:
        exports = access.exports(self.person())
        return {"export_url": self.list_url(".export_list") if exports else None}

    def body(self, rows: Sequence[Event], *, selectable: bool) -> Markup:
        text.name_subjects(rows)
        return super().body(rows, selectable=selectable)

    def opened(self, row: Event, user: User) -> None:
        text.name_subjects([row])
