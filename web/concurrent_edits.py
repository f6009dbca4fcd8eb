"""Concurrent edits: a row that changed while a request was changing it (optimistic locking).

The mapper counts versions and raises StaleDataError for a row that somebody else wrote meanwhile;
the unit of work is lost then. The request is run once more (web/rerun.py), on the rows as they are.
Where it says which version its reader looked at, the view compares that as ever. Where it does
not, every form of it refuses with the same words, and so keeps what was typed.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, current_app, flash, request
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from forms import base
from web import error_pages, rerun
from workflows import engine

VERSIONED = frozenset({"version", "ids", "pick"})  # fields that name what the reader looked at
REASON = "a concurrent edit"


def init_app(app: Flask) -> None:
    app.register_error_handler(StaleDataError, retry)


def retry(_error: StaleDataError) -> Any:
    """Return what the same request is answered with, once the other one is written.

    A second conflict in a row is a page of status 409 that says so, and so is one after a part of
    the request was committed, and the refusal of a view that does not show its form again.
    """
    if not rerun.possible(REASON):
        rerun.give_up()
        return error_pages.page(409, str(engine.CHANGED))
    objection = _Objection()
    token = base.objection.set(None if VERSIONED & set(request.form) else objection)
    try:
        response: Response = current_app.make_response(rerun.run(REASON))
        return response
    except Exception as error:  # to its own handler, which this one stands in the way of
        if objection.raised and isinstance(error, HTTPException):
            return error_pages.page(409, str(engine.CHANGED))
        return current_app.handle_user_exception(error)
    finally:
        base.objection.reset(token)


class _Objection:
    """Says once in a request that the row changed meanwhile, however many forms it has."""

    def __init__(self) -> None:
        self.raised = False

    def __call__(self) -> None:
        if not self.raised:
            self.raised = True
            flash(str(engine.CHANGED), "warning")
