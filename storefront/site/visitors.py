"""Answers to visitors: made once for all of them, told apart by an ETag, kept by their browsers.

Nothing of a person is kept: only answers to visitors who are not signed in, hold no message and
got no form with a token.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request, session
from flask_babel import get_locale
from flask_login import current_user
from markupsafe import Markup

from core.shared_cache import SharedCache
from i18n import language_markup
from tables.cache_mark import UNMARKED, marked_tables
from web.page_cache import Marks, kept, marks, read_so_far

MAX_AGE = 15  # seconds that a browser does not ask again
MOST_PAGES = 256  # held in a process
# address -> the tables it was made of, its tag, the page
_pages: SharedCache[Hashable, tuple[frozenset[str], str, bytes]] = SharedCache(MOST_PAGES)


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(footer=footer, main_menu=main_menu)
    app.extensions["storefront_stamp"] = _stamp(Path(app.root_path))


def _stamp(root: Path) -> str:
    """Return what tells this edition of the code from others: its pages are others, too."""
    told = hashlib.sha256()
    for folder in ("templates", "translations", "static", "storefront"):
        for file in sorted((root / folder).rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                told.update(f"{file.name}{file.stat().st_mtime_ns}".encode())
    return told.hexdigest()[:16]


def footer() -> Markup:
    """Return the footer of every page, in the reader's language."""
    name = ("footer", str(get_locale()), request.script_root)
    return kept(name, lambda: Markup(render_template("_footer.html")), alone=True)  # noqa: S704  # a template


def main_menu() -> Markup:
    """Return the storefront's menu, with the page of the request marked."""
    name = ("menu", str(get_locale()), request.script_root, request.endpoint)
    return kept(name, lambda: Markup(render_template("_main_menu.html")), alone=True)  # noqa: S704  # a template


def is_plain() -> bool:
    """Whether who asks is nobody in particular, and no message waits for him."""
    return (
        request.method in ("GET", "HEAD")
        and not current_user.is_authenticated
        and not current_app.debug
        and not session.get("_flashes")
    )


# --- the tag: <the tables, a bit each>-<a hash of their marks> ---------------------------------


def _address(app: Flask) -> tuple[str, ...]:
    """Return what tells a page from all others, of this and of other editions of the code."""
    stamp = app.extensions["storefront_stamp"]
    return (app.instance_path, stamp, str(get_locale()), request.script_root, request.full_path)


def _tag(tables: frozenset[str], stand: Marks, address: tuple[str, ...]) -> str:
    bits = _bits_of(tables)
    told = "\n".join((*address[1:], bits, *stand.stamp(tables)))
    return f"{bits}-{hashlib.sha256(told.encode()).hexdigest()[:32]}"


@lru_cache(maxsize=256)
def _bits_of(tables: frozenset[str]) -> str:
    every = marked_tables()
    return f"{sum(1 << every.index(name) for name in tables):x}"


def _tables_of(tag: str) -> frozenset[str] | None:
    """Return the tables that a tag of ours names, or None: it is not ours."""
    return _tables_by(tag.partition("-")[0])


@lru_cache(maxsize=256)
def _tables_by(bits: str) -> frozenset[str] | None:
    every = marked_tables()
    if not re.fullmatch(r"[0-9a-f]{1,32}", bits) or int(bits, 16) >> len(every):
        return None
    return frozenset(name for place, name in enumerate(every) if int(bits, 16) >> place & 1)


def for_visitors(view: Callable[..., Any]) -> Callable[..., Any]:
    """Give a view an ETag and let it be kept, for those who are nobody in particular.

    A visitor who has the page is told so by one query, in a process that never made it, too: the
    ETag names the tables that the page was made of. Another gets it as it was made for the first
    under the same marks.
    """

    @wraps(view)
    def answer(**values: Any) -> Any:
        if not is_plain():
            return view(**values)
        stand, address = marks(), _address(current_app)
        for asked in request.if_none_match.as_set(include_weak=True):
            tables = _tables_of(asked)
            if tables is not None and asked == _tag(tables, stand, address):
                return _shared(Response(status=304), asked)
        held = _pages.get(address)
        if held is not None and held[1] == _tag(held[0], stand, address):
            return _shared(Response(held[2], mimetype="text/html"), held[1])
        g.pop("csrf_token", None)
        response = make_response(view(**values))
        if response.status_code != 200 or "csrf_token" in g or session.modified:
            return response
        tables = read_so_far()
        if tables & UNMARKED:  # it may hold what has no mark, and is made for each
            return response
        tag = _tag(tables, stand, address)
        _pages.put(address, (tables, tag, language_markup.mark(response).get_data()))
        return _shared(response, tag)

    return answer


def _shared(response: Response, tag: str) -> Response:
    response.set_etag(tag, weak=True)
    response.cache_control.public = True
    response.cache_control.max_age = MAX_AGE
    response.cache_control.must_revalidate = True
    response.vary.add("Cookie")
    return response
