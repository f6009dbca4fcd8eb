"""Commit inside the view: Flask-Security leaves it to a hook after the view, past every handler.

What fails in such a hook is a 500. Within the view a lost race for a lock is run again, and a row
that somebody else changed is put into words (web/lost_races.py, web/concurrent_edits.py).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, make_response

from core.database import db, reading


def init_app(app: Flask) -> None:
    """Let every view of Flask-Security commit before it returns: its hook finds nothing left."""
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith("security."):
            app.view_functions[endpoint] = committed_within(view)


def committed_within(view: Callable[..., Any]) -> Callable[..., Any]:
    """Commit what `view` wrote before it returns. Of one that only reads there is nothing."""

    @wraps(view)
    def answer(*args: Any, **values: Any) -> Any:
        response = make_response(view(*args, **values))
        if not reading.get():
            db.session.commit()
        return response

    return answer
