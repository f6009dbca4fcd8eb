"""Concurrent edits: a row that changed while a request was changing it (optimistic locking).

The mapper counts versions and raises StaleDataError for a row that somebody else wrote meanwhile;
the unit of work is lost then. The request is carried out once more, on the rows as they are now.
Where it says which version its reader looked at, the view compares that as ever. Where it does
not, every form of it refuses with the same words, and so keeps what was typed.
"""

from __future__ import annotations

from contextvars import ContextVar
from copy import deepcopy
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, current_app, flash, g, has_request_context, request, session
from sqlalchemy import event
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from core.database import db
from forms import base
from web import error_pages
from workflows import engine

VERSIONED = frozenset({"version", "ids", "pick"})  # fields that name what the reader looked at

_again: ContextVar[bool] = ContextVar("again", default=False)  # within the second attempt


def init_app(app: Flask) -> None:
    with app.app_context():
        event.listen(db.engine, "commit", _note_commit)

    @app.before_request
    def begin() -> None:
        g.pop("committed", None)
        if request.method == "POST":
            g.session_before = deepcopy(dict(session))  # a flash is added to its list

    app.register_error_handler(StaleDataError, carry_out_again)


def _note_commit(_connection: sa.Connection) -> None:
    if has_request_context():
        g.committed = True  # what is in the database already must not be done twice


def carry_out_again(_error: StaleDataError) -> Any:
    """Return what the view answers to the same request, once the other one is written.

    A second conflict in a row is a page of status 409 that says so, and so is one after a part of
    the request was committed, and the refusal of a view that does not show its form again.
    """
    db.session.rollback()
    if _again.get() or "committed" in g:
        return error_pages.page(409, str(engine.CHANGED))
    _as_it_came()
    objection = _Objection()
    again = _again.set(True)
    token = base.objection.set(None if VERSIONED & set(request.form) else objection)
    try:
        response: Response = current_app.make_response(current_app.dispatch_request())
        return response
    except Exception as error:  # to its own handler, which this one stands in the way of
        if objection.raised and isinstance(error, HTTPException):
            return error_pages.page(409, str(engine.CHANGED))
        return current_app.handle_user_exception(error)
    finally:
        base.objection.reset(token)
        _again.reset(again)


def _as_it_came() -> None:
    """Put back the session and the files of the request as its view first found them."""
    before = g.pop("session_before", None)
    if before is not None:
        session.clear()
        session.update(before)
    for file in request.files.values():
        file.stream.seek(0)


class _Objection:
    """Says once in a request that the row changed meanwhile, however many forms it has."""

    def __init__(self) -> None:
        self.raised = False

    def __call__(self) -> None:
        if not self.raised:
            self.raised = True
            flash(str(engine.CHANGED), "warning")
