"""The page of a busy site (503), which offers to send the same form again. Asks no database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException

from accounts.form_tokens import FIELD
from accounts.kept_forms import is_secret

RETRY_AFTER = 5  # seconds
MOST_RESENT = 200_000  # characters of a form that the page of a busy site carries


def busy() -> Any:
    """Return the page that says so and offers to send the same form again."""
    load_nobody(current_app)
    page = render_template("errors/busy.html", code=503, resend=list(what_was_typed()))
    return page, 503, {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}


def load_nobody(app: Flask) -> None:
    """Let the page be rendered without loading whoever is signed in: that may be what failed."""
    if "_login_user" not in g:
        g._login_user = app.login_manager.anonymous_user()  # type: ignore[attr-defined]  # Flask-Login's


def what_was_typed() -> Iterator[tuple[str, str]]:
    """Yield the fields of the form that was sent, to be sent again; none where that cannot be.

    A file cannot be sent back, and a password is not: the browser's way back has both.
    """
    if request.method != "POST":
        return
    try:
        sent = [file for files in request.files.listvalues() for file in files]
        fields = list(request.form.items(multi=True))
    except HTTPException:  # larger than is taken
        return
    if any(file.filename for file in sent):
        return
    if sum(len(value) for _, value in fields) > MOST_RESENT:
        return
    if any(is_secret(name) and name != FIELD for name, _ in fields):
        return
    yield from fields
