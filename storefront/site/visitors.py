"""Answers to visitors: made once for all of them, told apart by an ETag, kept by their browsers.

Nothing of a person is kept: only answers to visitors who are not signed in, hold no message and
got no form with a token.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, make_response, render_template, request, session
from flask_babel import get_locale
from flask_login import current_user
from markupsafe import Markup

from core.database import db
from i18n import language_markup
from web.bounded_cache import Bounded
from web.page_cache import kept, mark, watch

MAX_AGE = 15  # seconds that a browser does not ask again
MOST_PAGES = 256  # held in a process
_pages = Bounded(MOST_PAGES)  # tag -> page


def init_app(app: Flask) -> None:
    with app.app_context():
        watch(db.engine)
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
    return kept(name, lambda: Markup(render_template("_footer.html")))  # noqa: S704  # a template


def main_menu() -> Markup:
    """Return the storefront's menu, with the page of the request marked."""
    name = ("menu", str(get_locale()), request.script_root, request.endpoint)
    return kept(name, lambda: Markup(render_template("_main_menu.html")))  # noqa: S704  # a template


def is_plain() -> bool:
    """Whether who asks is nobody in particular, and no message waits for him."""
    return (
        request.method in ("GET", "HEAD")
        and not current_user.is_authenticated
        and not session.get("_flashes")
    )


def _tag(app: Flask) -> str | None:
    told = mark()
    if told is None:
        return None
    parts = (told, app.extensions["storefront_stamp"], str(get_locale()), request.script_root,
             request.full_path)  # fmt: skip
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def for_visitors(view: Callable[..., Any]) -> Callable[..., Any]:
    """Give a view an ETag and let it be kept, for those who are nobody in particular.

    A visitor who has the page is told so by one query. Another gets it as it was made for the
    first under the same mark.
    """

    @wraps(view)
    def answer(**values: Any) -> Any:
        tag = _tag(current_app) if is_plain() else None
        if tag is None:
            return view(**values)
        if request.if_none_match.contains_weak(tag):
            return _shared(Response(status=304), tag)
        if tag in _pages:
            return _shared(Response(_pages[tag], mimetype="text/html"), tag)
        g.pop("csrf_token", None)
        response = make_response(view(**values))
        if response.status_code != 200 or "csrf_token" in g or session.modified:
            return response
        _pages.put(tag, language_markup.mark(response).get_data())
        return _shared(response, tag)

    return answer


def _shared(response: Response, tag: str) -> Response:
    response.set_etag(tag, weak=True)
    response.cache_control.public = True
    response.cache_control.max_age = MAX_AGE
    response.cache_control.must_revalidate = True
    response.vary.add("Cookie")
    return response
