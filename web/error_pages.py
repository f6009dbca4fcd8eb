"""Error pages: every error in the look of the house, in words that say what to do."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, render_template, request
from flask_babel import LazyString, gettext
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, InternalServerError

from accounts import form_tokens, try_later
from core.clock import now
from core.database import db
from core.extensions import limiter
from web import body_limits, busy_page, interrupted_forms, rerun, stale_forms
from web.lost_races import reason_to_retry
from workflows import engine


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, csrf_error)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(500, server_error)


def csrf_error(_error: CSRFError) -> Any:
    """A form whose token is of another session: it is shown again, to who began it."""
    if not stale_forms.from_this_site():
        return page(400, gettext("This form is too old. Go back, reload the page and try again."))
    owner = form_tokens.owner_of(request.form.get(form_tokens.FIELD))
    if current_user.is_authenticated and owner not in (None, current_user.id):
        return interrupted_forms.keep_for_other(owner)
    return stale_forms.show_again(stale_forms.words_for_stale())


def http_error(error: HTTPException) -> Any:
    """What a view refused with `abort`, or Werkzeug with an exception of its own."""
    if error.response is not None or (error.code or 500) < 400:
        return error
    if error.code == 429:
        return try_later.page(_wait(error))
    words = {
        403: gettext("You may not open this page."),
        404: gettext("There is nothing here, or it is not for your eyes."),
        413: body_limits.too_large(),
    }
    if isinstance(error.description, LazyString):  # in the words of whoever refused
        return page(error.code or 500, str(error.description))
    return page(error.code or 500, words.get(error.code or 500, gettext("This did not work.")))


def server_error(error: InternalServerError) -> Any:
    """What nobody foresaw; and a race lost after the view, by a hook: too late to run it again."""
    db.session.rollback()
    cause = error.original_exception
    if reason_to_retry(cause):
        rerun.give_up()
        return busy_page.busy()
    if isinstance(cause, StaleDataError):
        rerun.give_up()
        return page(409, str(engine.CHANGED))
    return page(500, gettext("Something broke on our side. It has been recorded."))


def _wait(error: HTTPException) -> int:
    """Return the seconds that somebody who tried too often has to wait."""
    after = getattr(error, "retry_after", None)
    if after is None and (limit := limiter.current_limit) is not None:
        after = limit.reset_at - now().timestamp()
    return max(1, int(after or 60))


def page(code: int, words: str) -> tuple[str, int]:
    """Return the page of an error and its status."""
    if code >= 500:  # it asks nothing of the database: not even who is signed in
        busy_page.load_nobody(current_app)
    return render_template("errors/error.html", code=code, words=words), code
