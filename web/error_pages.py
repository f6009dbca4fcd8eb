"""Every error in the look of the house, in words that say what to do."""

from __future__ import annotations

from typing import Any

from flask import (
    Flask,
    current_app,
    render_template,
    request,
)
from flask_babel import LazyString, gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from core.database import db
from web import retry


def register_errors(app: Flask) -> None:
    """Every error in the look of the house, in words that say what to do."""

    @app.errorhandler(CSRFError)
    def csrf_error(error: CSRFError) -> Any:
        return page(400, gettext("This form is too old. Go back, reload the page and try again."))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Any:
        if error.response is not None or (error.code or 500) < 400:
            return error
        words = {
            403: gettext("You may not open this page."),
            404: gettext("There is nothing here, or it is not for your eyes."),
            413: too_large(),
            429: gettext("Too many attempts. Wait a little and try again."),
        }
        if isinstance(error.description, LazyString):  # in the words of whoever refused
            return page(error.code or 500, str(error.description))
        return page(error.code or 500, words.get(error.code or 500, gettext("This did not work.")))

    @app.errorhandler(500)
    def broken(error: Exception) -> Any:
        db.session.rollback()
        return page(500, gettext("Something broke on our side. It has been recorded."))


def too_large() -> str:
    """Return what to do where more was sent than is taken: the browser still has the form."""
    limit = (request.max_content_length or 0) // (1024 * 1024)
    return gettext(
        "What you sent is larger than %(limit)s MB and was not taken. Go back with your browser: "
        "what you typed is still there. Choose fewer or smaller files, of 10 MB at most each, "
        "and send again.",
        limit=limit,
    )


def page(code: int, words: str) -> tuple[str, int]:
    if code >= 500:  # it asks nothing of the database: not even who is signed in
        retry.nobody_in_particular(current_app)
    return render_template("errors/error.html", code=code, words=words), code
