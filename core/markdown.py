"""Markdown to sanitized HTML (no XSS): anybody may write it and everybody may read it.

Headings, lists, tables, emphasis, quotes, code and links; no pictures, no HTML. Made safe twice:
`cleaned` before it is stored, `render` whenever it is shown, whatever was stored.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

SCHEMES = {"http", "https", "mailto"}
TAGS = {
    "p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "s", "code",
    "pre", "blockquote", "a", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
LINK_REL = "nofollow noopener"
ROUNDS = 5  # of taking tags off
UNSEEN = ("Cc", "Cf", "Cs", "Co")  # control, format, surrogate and private signs
DEEPER = "deeper"  # in the renderer's environment: by how many levels headings move
LONGER = 12  # times its text HTML may be, and somewhat more
SPARE = 2_000  # characters
DEEPEST = 12  # levels of lists and quotes: more is mischief
# what is written as HTML: a tag with nothing but attributes in it, a comment, a declaration
_VALUE = r"""(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=`]+))"""
HTML = re.compile(
    rf"</?[a-z][a-z0-9:-]*(?:[\s/]+[a-z_:@][\w.:@-]*{_VALUE})*[\s/]*>|<!--(?:(?!<!--).)*?-->|<[!?][^<>]*>",
    re.IGNORECASE | re.DOTALL,
)


def cleaned(text: str) -> str:
    """Return what is stored of `text`: line breaks as one sign, no HTML, nothing unseen.

    Signs that steer the direction of writing, control characters and the like are taken off, and
    so is what would be a tag, a comment or a declaration. "a < b" stays.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(
        sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in UNSEEN
    )
    for _round in range(ROUNDS):  # a tag within a tag comes to light
        bare = HTML.sub("", text)
        if bare == text:
            return text.strip()
        text = bare
    return text.replace("<", "").strip()  # nobody nests them so deep by accident


def render(text: str | None, under: int = 2) -> Markup:
    """Return `text` as HTML that is safe to show.

    Its highest heading stands one level below that of the page above it, whose level is `under`.
    It is LONGER times as long at most. Links lead to web and mail addresses only and lend them no
    weight; a picture becomes its words.
    """
    text = text or ""
    most = LONGER * len(text) + SPARE
    html = _html(_markdown, text, under)
    if len(html) > most:  # short rows of a wide table: each is filled up
        html = _html(_without_tables, text, under)
    if len(html) > most:
        html = str(Markup("<p>{}</p>").format(text))
    return Markup(  # noqa: S704  # cleaned by nh3
        nh3.clean(
            html,
            tags=TAGS,
            attributes=ATTRIBUTES,
            url_schemes=SCHEMES,
            link_rel=LINK_REL,
            strip_comments=True,
        )
    )


def _html(markdown: MarkdownIt, text: str, under: int) -> str:
    """Return `text` as HTML that is not yet cleaned."""
    env: dict[str, Any] = {}
    tokens = markdown.parse(text, env)
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    env[DEEPER] = under + 1 - min(levels, default=1)
    return str(markdown.renderer.render(tokens, markdown.options, env))


def plain(text: str | None) -> str:
    """Return the words of `text` alone, on one line: for cards, search and mails."""
    return " ".join(render(text).striptags().split())


def _leads_out(address: str) -> bool:
    """Whether a link may lead there: a web or mail address, written out."""
    try:
        return urlsplit(address.strip()).scheme.lower() in SCHEMES
    except ValueError:
        return False


def _picture_as_words(
    _renderer: Any, tokens: Sequence[Token], at: int, _options: Any, _env: Any
) -> str:
    return str(Markup.escape(tokens[at].content))


def _heading(renderer: Any, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """A heading of the text stands below those of the page."""
    token = tokens[at]
    token.tag = f"h{min(int(token.tag[1]) + env[DEEPER], 6)}"
    return str(renderer.renderToken(tokens, at, options, env))


def _built(*kinds: str) -> MarkdownIt:
    found = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST, "breaks": True})
    found.enable([*kinds, "strikethrough"])
    found.disable(["html_block", "html_inline", "reference"])
    found.validateLink = _leads_out  # type: ignore[method-assign, assignment]  # its own hook for it
    found.add_render_rule("image", _picture_as_words)
    found.add_render_rule("heading_open", _heading)
    found.add_render_rule("heading_close", _heading)
    return found


_markdown = _built("table")
_without_tables = _built()
