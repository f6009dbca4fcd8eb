"""What the database work of a request is held to: the kind of its transaction, the row guard."""

from __future__ import annotations

from flask import current_app, request
from flask_login import current_user

from access import row_guard
from accounts import form_tokens
from core.database import db, discarding, reading
from web import body_limits, cache_marks

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def choose_transaction() -> None:
    """Request hook: say whether the request only reads, and record the tables that it reads."""
    view = current_app.view_functions.get(request.endpoint or "")
    reading.set(request.method in SAFE and not getattr(view, "writes", False))
    cache_marks.begin()


def hold_to_what_is_visible() -> None:
    """Request hook: hold every statement to what whoever asks may see."""
    row_guard.hold(db.session(), None)  # until it is known who asks
    if request.endpoint == "static" or (request.endpoint or "").endswith(".static"):
        return
    user = current_user._get_current_object() if current_user.is_authenticated else None
    if user is not None:
        body_limits.hold_to_known()
        if request.method in SAFE:  # a page: what it sends says whose it is
            form_tokens.own(user)
    row_guard.hold(db.session(), user)


def release(_error: BaseException | None) -> None:
    """Request hook at the end, however it ends: the next request of this thread starts bare."""
    reading.set(False)
    discarding.set(False)
    cache_marks.end()
    row_guard.release()
