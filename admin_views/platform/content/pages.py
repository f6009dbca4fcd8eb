"""The standing pages: about, help, terms, privacy. Edited here, never added or removed."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import gettext, lazy_gettext
from markupsafe import escape
from wtforms import validators

from admin_views.base import Link, PlatformView
from admin_views.base.cells import in_english
from admin_views.platform.content.announcements import MARKDOWN, TEXTS
from content import pages
from core import markdown
from core.clock import now
from forms.base import Form, required
from models import EVERY_DUTY, Duty, Page, User

TITLE = [required(), validators.Length(max=200)]
BODY = [required(), validators.Length(max=50_000)]


class PageForm(Form):
    """A page in both languages, and whether people have to agree anew."""

    title = wtforms.StringField(lazy_gettext("Title"), validators=TITLE)
    body = wtforms.TextAreaField(
        lazy_gettext("Text"),
        description=MARKDOWN,
        validators=BODY,
        render_kw={"rows": 16},
    )
    title_en = wtforms.StringField(lazy_gettext("Title in English"), validators=TITLE)
    body_en = wtforms.TextAreaField(
        lazy_gettext("Text in English"), validators=BODY, render_kw={"rows": 16}
    )
    new_edition = wtforms.BooleanField(
        lazy_gettext("A new edition: everybody is asked to agree again"),
        description=lazy_gettext("Only for the terms and the privacy policy."),
    )


class PageView(PlatformView):
    """The standing pages."""

    opens = EVERY_DUTY
    writes = frozenset({Duty.CONTENT})
    can_edit = True
    form = PageForm
    column_list = ("title", "title_en", "slug", "edition", "edited_at")
    column_labels = {
        "title": lazy_gettext("Title"),
        "title_en": lazy_gettext("Title in English"),
        "slug": lazy_gettext("Short name in addresses"),
        "edition": lazy_gettext("Edition"),
        "edited_at": lazy_gettext("Edited"),
        "body": lazy_gettext("Text"),
        "body_en": lazy_gettext("Text in English"),
    }
    column_details_list = (*column_list, "body", "body_en")
    column_formatters = {
        "slug": lambda _view, _context, row, _name: in_english(escape(row.slug)),
        **TEXTS,
    }
    empty_title = lazy_gettext("The standing pages were not loaded yet.")

    def values(self, form: Any, row: Page | None, user: User) -> dict[str, Any]:
        """Store clean Markdown; the edition rises where people have to agree anew."""
        assert row is not None
        found: dict[str, Any] = {name: form[name].data for name in ("title", "title_en")}
        found |= {name: markdown.cleaned(form[name].data) for name in ("body", "body_en")}
        if form.new_edition.data and row.slug in pages.AGREED_TO:
            found["edition"] = row.edition + 1
        return found | {"edited_at": now()}

    def links(self, row: Page, user: User) -> list[Link]:
        return [Link(label=gettext("See it on the storefront"), url=f"/pages/{row.slug}")]
