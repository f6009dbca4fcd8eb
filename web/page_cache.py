"""Page cache: whole answers to visitors, made once for all of them and distinguished by an ETag.

Nothing of a person is cached: only answers to visitors who are not signed in, hold no message and
got no form with a token.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any

from flask import Response, current_app, g, make_response, request, session
from flask_login import current_user

from core.shared_cache import SharedCache
from i18n import language_markup
from tables.cache_mark import UNMARKED
from web import etag
from web.cache_marks import marks, read_so_far

MAX_AGE = 15  # seconds that a browser does not ask again
SHARED = f"public, max-age={MAX_AGE}, must-revalidate"
MOST = 256  # pages in a process
# address -> the tables it was made of, its ETag, the page
_pages: SharedCache[Hashable, tuple[frozenset[str], str, bytes]] = SharedCache(MOST)


def is_plain() -> bool:
    """Whether who asks is nobody in particular, and no message waits for them."""
    return (
        request.method in ("GET", "HEAD")
        and not current_user.is_authenticated
        and not current_app.debug
        and not session.get("_flashes")
    )


def for_visitors(view: Callable[..., Any]) -> Callable[..., Any]:
    """Give a view an ETag and let its page be cached, for those who are nobody in particular.

    A visitor who has the page gets a 304 after one query, in a process that never made it, too: the
    ETag names the tables that the page was made of. Another gets it as it was made for the first
    under the same marks.
    """

    @wraps(view)
    def answer(**values: Any) -> Any:
        if not is_plain():
            return view(**values)
        current, address = marks(), etag.address()
        for tag in request.if_none_match.as_set(include_weak=True):
            if etag.stands(tag, current, address):
                return _shared(Response(status=304), tag)
        entry = _pages.get(address)
        if entry is not None and entry[1] == etag.etag(entry[0], current, address):
            return _shared(Response(entry[2], mimetype="text/html"), entry[1])
        g.pop("csrf_token", None)
        response = make_response(view(**values))
        if response.status_code != 200 or "csrf_token" in g or session.modified:
            return response
        tables = read_so_far()
        if tables & UNMARKED:  # it may hold what has no mark, and is made for each
            return response
        tag = etag.etag(tables, current, address)
        _pages.put(address, (tables, tag, language_markup.mark(response).get_data()))
        return _shared(response, tag)

    return answer


def _shared(response: Response, tag: str) -> Response:
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = SHARED  # as text: each attribute would parse it anew
    response.vary.add("Cookie")
    return response
