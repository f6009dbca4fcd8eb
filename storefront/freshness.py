"""What everybody sees alike is made once, and thrown away the moment that something changes.

Every unit of work that writes to a table the public pages read leaves a new mark in one row, in
the same transaction. Who reads the mark first and the data afterwards never holds data that is
older than the mark: so whatever was made under the mark that stands is right, in every process.
Nothing of a person is kept: only answers to visitors who are not signed in, hold no message and
got no form with a token.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Hashable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, make_response, render_template, request, session
from flask_babel import get_locale
from flask_login import current_user
from markupsafe import Markup
from sqlalchemy import event

from clock import now
from database import db, reading
from models import Announcement, SiteSetting
from working_days import park_day

KEY = "storefront.mark"  # beside the settings; settings.py knows its own keys alone
MAX_AGE = 15  # seconds that a browser does not ask again
MOST_PAGES = 256  # pages held in a process; the oldest goes
# what no public page shows; a table that is not named here is taken for public
PRIVATE = frozenset(
    {
        "consent", "enterprise_membership", "event", "external_identity", "favourite", "invitation",
        "job_run", "mail", "membership", "muted_notice", "notification", "park_enterprise",
        "product_change", "profile_change", "sign_in", "user",
    }
)  # fmt: skip
T = TypeVar("T")
_setting = SiteSetting.__table__.c
_news = Announcement.__table__.c
_kept: dict[Hashable, tuple[str, Any]] = {}
_pages: dict[str, bytes] = {}


def init_app(app: Flask) -> None:
    with app.app_context():
        watch(db.engine)
    app.jinja_env.globals["footer"] = footer
    app.extensions["storefront_stamp"] = _stamp(Path(app.root_path))


def _stamp(root: Path) -> str:
    """Return what tells this edition of the code from others: its pages are others, too."""
    told = hashlib.sha256()
    for folder in ("templates", "translations", "static", "storefront"):
        for file in sorted((root / folder).rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                told.update(f"{file.name}{file.stat().st_mtime_ns}".encode())
    return told.hexdigest()[:16]


# --- the mark ---------------------------------------------------------------------------------


def watch(engine: sa.Engine) -> None:
    """Leave a new mark with every commit on `engine` that wrote what the public may see."""
    event.listen(engine, "before_execute", _note)
    event.listen(engine, "commit", _leave_mark)
    event.listen(engine, "rollback", lambda connection: connection.info.pop("public", None))


def _note(connection: sa.Connection, statement: Any, *_rest: object) -> None:
    if isinstance(statement, sa.schema.ExecutableDDLElement):
        connection.info["public"] = False  # a migration: the mark's own table may be gone
    elif getattr(statement, "is_dml", False) and statement.table.name not in PRIVATE:
        connection.info.setdefault("public", True)


def _leave_mark(connection: sa.Connection) -> None:
    if connection.info.pop("public", False):
        cursor = connection.connection.cursor()  # beneath the events, or it would mark itself
        cursor.execute(
            f"INSERT INTO site_setting (key, value) VALUES ('{KEY}', '{uuid.uuid4().hex}')"  # noqa: S608
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        )
        cursor.close()


def mark() -> str | None:
    """Return the mark that stands, with the day and the announcements that time brought or took.

    One query a request. None: nothing was ever written, so nothing can be told apart.
    """
    if "storefront.mark" not in request.environ:
        at = now()
        number = sa.select(sa.func.count())
        left, begun, ended = db.session.execute(
            sa.select(
                sa.select(_setting.value).where(_setting.key == KEY).scalar_subquery(),
                number.where(_news.publish_at <= at).scalar_subquery(),
                number.where(_news.ends_at <= at).scalar_subquery(),
            )
        ).one()
        told = f"{left}.{begun}.{ended}.{park_day(at)}" if left else None
        request.environ["storefront.mark"] = told
    held: str | None = request.environ["storefront.mark"]
    return held


def kept(name: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` returns, made once under the mark that stands. Nobody may change it.

    Only a request that reads keeps: what an open unit of work sees may never be committed.
    """
    told = mark() if request and reading.get() else None
    if told is None:
        return make()
    held = _kept.get(name)
    if held is None or held[0] != told:
        held = _kept[name] = (told, make())
    value: T = held[1]
    return value


def forget() -> None:
    """Let go of all that is held, as if something had changed: for measurements."""
    _kept.clear()
    _pages.clear()


def footer() -> Markup:
    """Return the footer of every page, in the reader's language."""
    name = ("footer", str(get_locale()), request.script_root)
    return kept(name, lambda: Markup(render_template("_footer.html")))  # noqa: S704  # a template


# --- answers ----------------------------------------------------------------------------------


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
        while len(_pages) >= MOST_PAGES:
            _pages.pop(next(iter(_pages)), None)
        _pages[tag] = response.get_data()
        return _shared(response, tag)

    return answer


def _shared(response: Response, tag: str) -> Response:
    response.set_etag(tag, weak=True)
    response.cache_control.public = True
    response.cache_control.max_age = MAX_AGE
    response.cache_control.must_revalidate = True
    response.vary.add("Cookie")
    return response
