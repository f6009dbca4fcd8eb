"""Announcements: written in Markdown, scheduled, pinned."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import gettext, lazy_gettext
from wtforms import validators

from admin_views.base import DateRangeFilter, Link, PlatformView, Refused, yes_no
from admin_views.base.cells import in_english
from core import markdown
from core.clock import now
from forms.base import Form, required
from forms.fields import LocalDateTimeField
from models import EVERY_DUTY, Announcement, Duty, User

MARKDOWN = lazy_gettext(
    "A small Markdown: **bold**, - lists, [words](https://address), ## headings."
)
TEXTS: dict[str, Any] = {  # column_formatters of what is written in both languages
    "body": lambda _view, _context, row, _name: markdown.render(row.body),
    "body_en": lambda _view, _context, row, _name: (
        in_english(markdown.render(row.body_en)) if row.body_en else "—"
    ),
}
LONGEST = validators.Length(max=200)


class AnnouncementForm(Form):
    """What to say, and from when until when it stands."""

    title = wtforms.StringField(lazy_gettext("Title"), validators=[required(), LONGEST])
    body = wtforms.TextAreaField(
        lazy_gettext("Text"),
        description=MARKDOWN,
        validators=[required(), validators.Length(max=20_000)],
        render_kw={"rows": 10},
    )
    title_en = wtforms.StringField(lazy_gettext("Title in English"), validators=[LONGEST])
    body_en = wtforms.TextAreaField(
        lazy_gettext("Text in English"),
        validators=[validators.Length(max=20_000)],
        render_kw={"rows": 6},
    )
    pinned = wtforms.BooleanField(lazy_gettext("Pinned to the top"))
    publish_at = LocalDateTimeField(
        lazy_gettext("Published from"),
        description=lazy_gettext("At once where you leave it empty."),
        validators=[validators.Optional()],
    )
    ends_at = LocalDateTimeField(
        lazy_gettext("Published until"), validators=[validators.Optional()]
    )


def begun(row: Announcement) -> bool:
    return row.publish_at <= now()


def over(row: Announcement) -> bool:
    return row.ends_at is not None and row.ends_at <= now()


def publication_state(_view: Any, _context: None, row: Announcement, _name: str) -> str:
    """Whether everybody reads it now."""
    if not begun(row):
        return gettext("Scheduled")
    return gettext("Over") if over(row) else gettext("On the storefront")


class AnnouncementView(PlatformView):
    """News for everybody. Nothing is deleted: give it an end instead."""

    opens = EVERY_DUTY
    writes = frozenset({Duty.CONTENT})
    can_create = True
    can_edit = True
    form = AnnouncementForm
    column_list = ("title", "publication_state", "pinned", "publish_at", "ends_at", "author")
    column_labels = {
        "title": lazy_gettext("Title"),
        "title_en": lazy_gettext("Title in English"),
        "body": lazy_gettext("Text"),
        "body_en": lazy_gettext("Text in English"),
        "pinned": lazy_gettext("Pinned to the top"),
        "publish_at": lazy_gettext("Published from"),
        "ends_at": lazy_gettext("Published until"),
        "author": lazy_gettext("Written by"),
        "publication_state": lazy_gettext("State"),
    }
    column_details_list = (*column_list, "title_en", "body", "body_en")
    column_sortable_list = ("title", "publish_at", "ends_at", "pinned")
    column_default_sort = ("publish_at", True)
    column_searchable_list = ("title", "title_en")
    column_formatters = {
        "publication_state": publication_state,
        **TEXTS,
    }
    filters = (
        yes_no("pinned", lazy_gettext("Pinned to the top"), lambda: Announcement.pinned),
        DateRangeFilter("publish_at"),
    )
    empty_title = lazy_gettext("Nothing was announced yet.")

    def values(self, form: Any, row: Announcement | None, user: User) -> dict[str, Any]:
        """Store clean Markdown, and hold the end behind the beginning.

        Raises:
            Refused: it would end before it begins.
        """
        found: dict[str, Any] = {
            name: form[name].data or "" for name in ("title", "title_en", "body", "body_en")
        }
        found |= {name: markdown.cleaned(found[name]) for name in ("body", "body_en")}
        found["pinned"] = form.pinned.data
        found["publish_at"] = form.publish_at.moment() or (row.publish_at if row else now())
        found["ends_at"] = form.ends_at.moment()
        if found["ends_at"] and found["ends_at"] <= found["publish_at"]:
            raise Refused(gettext("It has to end after it begins."))
        return found if row else found | {"author_id": user.id}

    def links(self, row: Announcement, user: User) -> list[Link]:
        if not begun(row) or over(row):
            return []  # nobody sees it there
        return [Link(label=gettext("See it on the storefront"), url=f"/announcements/{row.id}")]
