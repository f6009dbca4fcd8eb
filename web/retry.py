"""A request that lost a race for a lock is tried once more, then told so, with what was typed.

PostgreSQL ends one of two that wait for each other (40P01), one of two that cannot be put in a
row (40001), and whoever waits too long (55P03); SQLite gives up with 'database is locked'. Nothing
of the unit of work is left then. As long as the request has committed nothing, it can begin anew.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from flask import Flask, g, has_request_context, render_template, request, session
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, OperationalError

from core.database import db

LOST_RACES = frozenset({"40001", "40P01", "55P03"})  # serialization, deadlock, lock timeout
BUSY, LOCKED = 5, 6  # SQLite's primary result codes
RETRY_AFTER = 5  # seconds
SECRET = frozenset({"code", "secret", "token"})  # fields never sent back, nor any password
MOST_RESENT = 200_000  # characters of a form that the page of a busy site carries

logger = logging.getLogger(__name__)


def is_lost_race(error: BaseException) -> bool:
    """Return whether `error` is a lock that was not got: the same work may go well again."""
    if not isinstance(error, OperationalError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in (BUSY, LOCKED)
    return getattr(error.orig, "sqlstate", None) in LOST_RACES


def init_app(app: Flask) -> None:
    with app.app_context():
        event.listen(db.engine, "commit", _note_commit)

    @app.before_request
    def begin() -> None:
        g.pop("committed", None)
        g.pop("tried_again", None)
        if request.method == "POST":
            g.session_before = dict(session)

    @app.errorhandler(DBAPIError)
    def database_error(error: DBAPIError) -> Any:
        if not is_lost_race(error):
            raise error  # to the handler of 500, which logs it
        db.session.rollback()
        if "tried_again" not in g and "committed" not in g:
            logger.warning("a lock was not got, the request is tried again: %s", error.orig)
            return try_again(app)
        logger.error("a lock was not got: %s", error.orig)
        return busy(app)


def _note_commit(_connection: sa.Connection) -> None:
    if has_request_context():
        g.committed = True  # what is in the database already must not be done twice


def try_again(app: Flask) -> Any:
    """Answer the request from its beginning: hooks and view."""
    before, files = g.pop("session_before", None), list(request.files.values())
    if before is not None:
        session.clear()
        session.update(before)
    for file in files:
        file.seek(0)
    try:
        return _answer(app)
    except Exception as error:
        g.tried_again = True
        return app.handle_user_exception(error)


def _answer(app: Flask) -> Any:
    answer = app.preprocess_request()
    g.tried_again = True
    return app.dispatch_request() if answer is None else answer


def busy(app: Flask) -> Any:
    """Return the page that says so and offers to send the same form again. Asks no database."""
    nobody_in_particular(app)
    page = render_template("errors/busy.html", code=503, resend=list(what_was_typed()))
    return page, 503, {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}


def nobody_in_particular(app: Flask) -> None:
    """Let the page be rendered without loading whoever is signed in: that may be what failed."""
    if "_login_user" not in g:
        g._login_user = app.login_manager.anonymous_user()  # type: ignore[attr-defined]  # Flask-Login's


def what_was_typed() -> Iterator[tuple[str, str]]:
    """Yield the fields of the form that was sent, to be sent again; none where that cannot be.

    A file cannot be sent back, and a password is not: the browser's way back has both.
    """
    if request.method != "POST" or any(file.filename for file in request.files.values()):
        return
    fields = list(request.form.items(multi=True))
    if sum(len(value) for _, value in fields) > MOST_RESENT:
        return
    if any(name in SECRET or "password" in name for name, _ in fields):
        return
    yield from fields
