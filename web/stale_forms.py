"""Stale forms: a post whose CSRF token is of another session shows its form again.

The view is run as for any post, in a dry run (core/dry_run.py): its forms are refused unread, what
would change something ends it. So its page comes with what was typed and a new token. What has no
page of its own, such as a button, goes back to where it stands. Only for a form that a page of
this site sent: for what another site sends the refusal is a plain page.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, flash, g, redirect, request, session
from flask.globals import request_ctx
from flask_babel import gettext
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.wrappers import Response

from accounts.form_tokens import FIELD
from core import dry_run
from core.views import local_path
from uploads.checks import clean_name

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
SHOWN = (FIELD, "_flashes")  # what a page that was shown leaves in the session


def from_this_site() -> bool:
    """Whether a page of this site sent the request, as a form: the browser says so."""
    headers = request.headers
    if request.mimetype not in FORMS or headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return False
    if "Sec-Fetch-Site" in headers:
        return headers["Sec-Fetch-Site"] == "same-origin"
    origin = headers.get("Origin") or request.referrer
    ours = {request.host, urlsplit(current_app.config["SETTINGS"].public_url).netloc}
    return bool(origin) and urlsplit(origin).netloc in ours


def show_again(words: str) -> Response:
    """Return the page of the form that was sent, with what was typed and `words` above it.

    Nothing of what was sent is done.
    """
    before, who, after = deepcopy(dict(session)), g.get("_login_user"), _after_request()
    response = _dry_response(words)
    if "_login_user" in g:
        g._login_user = who
    request_ctx._after_request_functions[:] = after
    shown = {name: session[name] for name in SHOWN if name in session}
    session.clear()
    if response is None:  # a button: nobody saw what it would have said
        session.update(before | {name: shown[name] for name in (FIELD,) if name in shown})
        flash(gettext("This page was too old, and nothing was done. Press the button once more."))
        return redirect(page_of_form())
    session.update({name: before[name] for name in before if name not in SHOWN} | shown)
    response.headers.pop("Set-Cookie", None)
    response.headers["Cache-Control"] = "no-store"
    return response


def words_for_stale() -> str:
    """Return what to say above a form that is shown again."""
    if not request.cookies:
        words = gettext(
            "Your browser sent no cookie with this form, so nothing was done. This site needs "
            "cookies to know that it is you: allow them for this site, and send once more."
        )
    else:
        words = gettext(
            "This page was too old, so nothing was done. What you typed is still here: look it "
            "over, and send it once more."
        )
    return with_files(words, names_of_files())


def with_files(words: str, names: list[str]) -> str:
    """Return `words` with the files that have to be chosen again: no page can bring them back."""
    if not names:
        return words
    again = gettext("Choose these files again: %(names)s.", names=", ".join(names))
    return f"{words} {again}"


def names_of_files() -> list[str]:
    """Return the names of the files that were sent."""
    sent = (file for files in request.files.listvalues() for file in files)
    return [clean_name(file.filename) for file in sent if file.filename]


def page_of_form() -> str:
    """Return the local address of the page that the form was sent from, else of one near it."""
    return local_page(request.referrer) or (request.path if opens(request.path) else "/")


def local_page(address: str | None) -> str:
    """Return the path and query of a page of this site, else ""."""
    parts = urlsplit(address or "")
    ours = {"", request.host, urlsplit(current_app.config["SETTINGS"].public_url).netloc}
    if parts.netloc not in ours or not opens(parts.path):
        return ""
    return local_path(f"{parts.path}?{parts.query}" if parts.query else parts.path) or ""


def opens(path: str) -> bool:
    """Whether an address of this site is that of a page."""
    adapter = request_ctx.url_adapter
    try:
        return adapter is not None and bool(adapter.match(path, method="GET"))
    except HTTPException:  # a redirect to the right address is one, too
        return False


def _dry_response(words: str) -> Response | None:
    """Return the page, or where the view leads to in between; None: it would change something."""
    from web.interrupted_forms import interrupts  # which shows forms again by this module

    with dry_run.held():
        flash(words, "warning")
        g.csrf_valid = True  # no form is taken, whatever it holds; see core/dry_run.py
        try:
            response = current_app.make_response(current_app.dispatch_request())
        except dry_run.WouldWrite:
            return None
        except BadRequest:  # what was refused unread has no page of its own
            return None
        except Exception as error:
            response = current_app.make_response(current_app.handle_user_exception(error))
        finally:
            g.pop("csrf_valid", None)
    leads_away = 300 <= response.status_code < 400 and not interrupts(response)
    return None if leads_away else response


def _after_request() -> list[Any]:
    return list(request_ctx._after_request_functions)
