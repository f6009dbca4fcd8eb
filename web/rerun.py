"""Rerun a request: its hooks and its view once more, on the request as it came.

A transaction that lost (web/lost_races.py) or met a newer row (web/concurrent_edits.py) left
nothing behind. As long as the request has committed nothing, it can begin anew: with the session
and `g` as they were, and its files read from their beginning.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, g, has_request_context, request, session
from sqlalchemy import event
from sqlalchemy.engine import ExceptionContext

from core.database import BESIDE, db

KEY = "supermarket.attempt"  # of the request's environment: it outlives `g`
COMMITTING = "rerun_committing"  # of a connection: its last unit of work was counted as committed


@dataclass(slots=True)
class Attempt:
    """What a request was before its first hook, and what became of it."""

    session: dict[str, Any]
    context: dict[str, Any]  # of `g`
    commits: int = 0
    reasons: set[str] = field(default_factory=set)  # for which it was run again


def init_app(app: Flask) -> None:
    with app.app_context():
        event.listen(db.engine, "begin", _begin)
        event.listen(db.engine, "commit", _commit)
        event.listen(db.engine, "handle_error", _handle_error)


def remember() -> None:
    """Request hook: keep the request as it came. The second attempt finds that of the first."""
    if KEY not in request.environ:
        # deep: a flash is added to a list of the session
        before = deepcopy(dict(session)) if session else {}
        request.environ[KEY] = Attempt(before, {name: g.get(name) for name in g})


def attempt() -> Attempt | None:
    """Return what is known of the request, or None: there is none, or it has not begun."""
    return request.environ.get(KEY) if has_request_context() else None


def possible(reason: str) -> bool:
    """Whether the request may be run again: nothing of it is committed, nor was it for `reason`."""
    current = attempt()
    if current is None or current.commits or reason in current.reasons:
        return False
    return not any(file.closed for file in _files())


def run(reason: str) -> Any:
    """Return what the hooks and the view answer to the same request.

    Raises whatever they raise; hand it to `handle_user_exception`.
    """
    current = attempt()
    if current is not None:
        current.reasons.add(reason)
    as_it_came()
    answer = current_app.preprocess_request()
    return current_app.dispatch_request() if answer is None else answer


def as_it_came() -> None:
    """Put back session, `g` and files of the request, and end what is left of its transaction."""
    db.session.rollback()
    current = attempt()
    if current is None:
        return
    _put_back(current.session)
    for name in list(g):
        g.pop(name)
    for name, value in current.context.items():
        setattr(g, name, value)
    for file in _files():
        if not file.closed:
            file.seek(0)


def give_up() -> None:
    """End a request that is not run again: what it did not commit leaves nothing, nor a session."""
    db.session.rollback()
    current = attempt()
    if current is not None and not current.commits:
        _put_back(current.session)


def _put_back(before: dict[str, Any]) -> None:
    if dict(session) != before:
        session.clear()
        session.update(deepcopy(before))


def _files() -> list[Any]:
    """Return the files of the request, where it is parsed already; else nobody has read them.

    To parse it here would hold an upload to the limit for those who are not known yet.
    """
    if "files" not in request.__dict__:
        return []
    return [file.stream for files in request.files.listvalues() for file in files]


# --- what is in the database already must not be done twice -------------------------------------


def _begin(connection: sa.Connection) -> None:
    connection.info.pop(COMMITTING, None)


def _commit(connection: sa.Connection) -> None:
    current = attempt()
    if current is not None and not connection.get_execution_options().get(BESIDE):
        current.commits += 1
        connection.info[COMMITTING] = True


def _handle_error(context: ExceptionContext) -> None:
    """The event of a commit comes before the commit: take back the count of one that failed."""
    connection, current = context.connection, attempt()
    if connection is None or connection.invalidated or context.is_disconnect:
        return  # nobody knows what became of it: taken for committed
    if current is not None and connection.info.pop(COMMITTING, False):
        current.commits -= 1
