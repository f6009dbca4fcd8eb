"""The words of a mail: one template, read once through a text layout and once through an HTML one.

Rendering needs an application context, never a request: links begin with PUBLIC_URL.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from flask_babel import force_locale, get_locale, gettext
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from content import settings
from i18n import locales
from models import Mail, Notification

LONGEST_SUBJECT = 200  # characters
TEXT, HTML = "outbox.text", "outbox.html"  # where the two environments are kept
FREE_TEXT = "reason"  # the one value of a context that may have lines


@dataclass(frozen=True, slots=True)
class Rendered:
    """What the recipient reads."""

    subject: str
    text: str
    html: str


def init_app(app: Flask) -> None:
    """Make the two template environments: a mail that lacks a value fails, it shows no gap."""
    filters = {"paragraphs": paragraphs, "tidy": tidy}
    for name, escaping in ((TEXT, False), (HTML, True)):
        app.extensions[name] = app.jinja_env.overlay(
            autoescape=escaping, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
    app.jinja_env.filters.update(filters)


def render(row: Mail | Notification) -> Rendered:
    """Return subject, text and HTML of a mail in the recipient's language.

    Args:
        row: a mail; or a notification, whose words follow the reader's language.

    Raises:
        jinja2.TemplateNotFound: there is no such mail.
        jinja2.UndefinedError: the context lacks a value that the mail names.
    """
    with _language(row):
        values = settings.all_settings()
        words = _words(row.context) | {
            "url": _public_url(row.link),
            "site": values,
            "contacts": settings.contact_block(values),
            "lang": str(get_locale()).replace("_", "-"),
            "others": _others(row),
        }
        words["more"] = words.get("other_count", 0) - len(words["others"])
        words["subject"] = _subject(row, words)
        text = _template(TEXT, row).render(words, layout="email/_layout.txt")
        html = _template(HTML, row).render(words, layout="email/_layout.html")
    return Rendered(str(words["subject"]), text.strip() + "\n", html)


def subject_of(row: Mail | Notification) -> str:
    """Return the subject alone: what the bell says. One line, not escaped.

    Raises:
        As `render`.
    """
    with _language(row):
        return _subject(row, _words(row.context))


def _subject(row: Mail | Notification, words: dict[str, Any]) -> str:
    """The subject of the first row; where the mail is about many, how many others there are."""
    first, count = _subject_line(row, words), row.context.get("other_count")
    if not count:
        return first
    return gettext("%(subject)s, and %(count)s more", subject=first, count=count)


def _others(row: Mail | Notification) -> list[str]:
    """What the mail would be called for each of the other rows it is about."""
    return [_subject_line(row, _words(other)) for other in row.context.get("others", ())]


def _subject_line(row: Mail | Notification, words: dict[str, Any]) -> str:
    template = _template(TEXT, row)
    context = template.new_context({"layout": "email/_layout.txt", **words})
    return one_line("".join(template.blocks["subject"](context)))[:LONGEST_SUBJECT]


def one_line(text: str) -> str:
    """Return `text` on one line without control characters: it may stand in a header."""
    words = " ".join(text.split())
    return "".join(letter for letter in words if unicodedata.category(letter) != "Cc")


def tidy(body: str) -> str:
    """Template filter for text: paragraphs separated by one empty line."""
    return "\n\n".join(_paragraphs(body))


def paragraphs(body: str | Markup) -> Markup:
    """Template filter for HTML: paragraphs as elements, single line breaks kept."""
    made = (
        Markup("<p>{}</p>").format(Markup("<br>\n").join(map(Markup, paragraph.split("\n"))))
        for paragraph in _paragraphs(str(escape(body)))
    )
    return Markup("\n").join(made)


def _paragraphs(body: str) -> list[str]:
    lines = "\n".join(line.strip() for line in body.splitlines())
    return [paragraph for paragraph in re.split(r"\n{2,}", lines.strip()) if paragraph]


def _words(context: Mapping[str, Any]) -> dict[str, Any]:
    """The context, each value on one line: nobody writes paragraphs of ours by way of a name."""
    return {FREE_TEXT: ""} | {
        name: one_line(value) if isinstance(value, str) and name != FREE_TEXT else value
        for name, value in context.items()
    }


def _public_url(path: str) -> str:
    return str(current_app.config["SETTINGS"].public_url).rstrip("/") + path


def _template(environment: str, row: Mail | Notification) -> Template:
    jinja: Environment = current_app.extensions[environment]
    return jinja.get_template(f"email/{row.template}.html")


@contextmanager
def _language(row: Mail | Notification) -> Iterator[None]:
    """The recipient's language for a mail; whoever reads a notification brings their own."""
    if isinstance(row, Notification):
        yield
        return
    with force_locale(row.locale if row.locale in locales.LANGUAGES else locales.DEFAULT):
        yield
