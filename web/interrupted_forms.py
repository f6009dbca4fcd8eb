"""Interrupted forms: a post that leads to the sign-in page is kept, and shown again after it.

`keep` stands behind every view: where a post is answered by a page that asks for something else
first, what was typed is kept and that page leads back to it. `bring_back` stands before every view
and shows the form: never sent by itself, never to anybody but the person who began it.
"""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.globals import request_ctx
from flask_babel import gettext
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from accounts import form_tokens, kept_forms
from accounts.kept_forms import KEPT_FOR, Sent
from core import cookies
from core.database import db
from core.ids import parse_id
from web import rerun, stale_forms

# ask for something, then lead on
INTERRUPTING = (
    "security.login",
    "security.verify",
    "storefront.my_consents",
    "storefront.security",
)
# what leads to the sign-in page because it is done
ON_THE_WAY = {
    f"security.{name}"
    for name in ("login", "logout", "register", "forgot_password", "reset_password",
                 "send_confirmation", "confirm_email")
}  # fmt: skip
ARGUMENT = "kept"  # of an address: the id of a kept form
COOKIE = "kept_forms"


def interrupts(response: Any) -> bool:
    """Whether `response` leads to a page that asks for something before it leads on.

    Not where the form stood on that very page, such as the switch of the language.
    """
    leads = urlsplit(response.location or "")
    path = leads.path if "next" in dict(parse_qsl(leads.query)) else ""
    if path in (request.path, urlsplit(request.referrer or "").path):
        return False
    known = (name for name in INTERRUPTING if name in current_app.view_functions)
    return bool(path) and any(path == url_for(name) for name in known)


def keep(response: Response) -> Response:
    """Request hook: keep the form of a post that is answered by such a page."""
    if request.method != "POST" or not 300 <= response.status_code < 400:
        return response
    if request.endpoint in ON_THE_WAY or not interrupts(response):
        return response
    attempt = rerun.attempt()
    if attempt is not None and attempt.commits:  # what was sent is done
        return response
    try:
        owner = _owner()
    except RequestEntityTooLarge:  # unread: there is nothing to keep
        _say_too_long()
        return response
    back = stale_forms.page_of_form() if owner is None else store(response, owner)
    if owner is not None and back:
        flash(
            gettext(
                "What you typed is kept for %(minutes)s minutes: after this page you come back to "
                "it. Nothing has been sent yet.",
                minutes=KEPT_FOR.seconds // 60,
            ),
            "info",
        )
    if back:
        parts = urlsplit(response.location or "")
        response.location = f"{parts.path}?{urlencode({'next': back})}"
    return response


def store(response: Response, owner: int) -> str:
    """Keep what was sent for `owner`, and return the local address that shows it again.

    What is too long is not kept: then "", and a word about it.
    """
    sent = _sent()
    if not sent.fits:
        _say_too_long()
        return ""
    db.session.rollback()
    browser = cookies.read(COOKIE) or kept_forms.new_browser()
    id = kept_forms.put(sent, owner, browser, str(current_app.secret_key))
    db.session.commit()
    cookies.put(response, COOKIE, browser, KEPT_FOR)
    pairs = [*parse_qsl(sent.query, keep_blank_values=True), (ARGUMENT, str(id))]
    return f"{sent.path}?{urlencode(pairs)}"


def bring_back() -> Any:
    """Request hook: answer an address that names a kept form by the page of that form."""
    if request.method != "GET" or ARGUMENT not in request.args:
        return None
    if not current_user.is_authenticated:
        return None  # the page itself asks them to sign in, and leads back here
    id, browser = parse_id(request.args[ARGUMENT]), cookies.read(COOKIE)
    if id is None:
        return None
    sent = kept_forms.find(id, current_user.id, browser, str(current_app.secret_key))
    if sent is not None and sent.path == request.path:
        return _shown(sent)
    if kept_forms.is_somebody_elses(id, current_user.id, browser):
        return somebody_elses(request.full_path)
    flash(gettext("The form is not kept any more: that is half an hour at most."), "warning")
    rest = [pair for pair in request.args.items(multi=True) if pair[0] != ARGUMENT]
    query = f"?{urlencode(rest)}" if rest else ""
    return redirect(f"{request.path}{query}" if stale_forms.opens(request.path) else "/")


def keep_for_other(owner: int) -> Response:
    """Keep a form that another person began in this browser for them, and say so."""
    response = current_app.make_response("")
    back = store(response, owner)
    body, status = somebody_elses(back or stale_forms.page_of_form())
    response.set_data(body)
    response.status_code = status
    return response


def somebody_elses(back: str) -> tuple[str, int]:
    """Return the page for who is signed in with another account than the form was begun with."""
    page = render_template(
        "errors/other_account.html", minutes=KEPT_FOR.seconds // 60, going_to=back
    )
    return page, 409


def _shown(sent: Sent) -> Any:
    """Return the page of the kept form: what was sent is read as a post in a dry run."""
    body = urlencode(sent.fields).encode()
    context = request_ctx._get_current_object()  # type: ignore[attr-defined]  # of the proxy
    asked, adapter = context.request, context.url_adapter
    context.request = current_app.request_class(
        dict(request.environ)
        | {
            "REQUEST_METHOD": "POST",
            "QUERY_STRING": sent.query,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_REFERER": f"{request.host_url.rstrip('/')}{sent.page}" if sent.page else "",
            "wsgi.input": io.BytesIO(body),
        }
    )
    context.request.environ.pop("werkzeug.request", None)
    context.url_adapter = current_app.create_url_adapter(context.request)
    context.match_request()
    words = gettext(
        "This is the form that you were filling in. Nothing has been sent yet: look it over, and "
        "send it."
    )
    try:
        return stale_forms.show_again(stale_forms.with_files(words, sent.files))
    finally:
        context.request, context.url_adapter = asked, adapter


def _say_too_long() -> None:
    flash(
        gettext(
            "What you typed is too long to be kept while you sign in. Go back with your "
            "browser, where it still is, sign in in another window, and send it again."
        ),
        "warning",
    )


def _owner() -> int | None:
    if current_user.is_authenticated:
        return int(current_user.id)
    return form_tokens.owner_of(request.form.get(form_tokens.FIELD))


def _sent() -> Sent:
    return Sent(
        path=request.path,
        query=request.query_string.decode("ascii", "replace"),
        page=stale_forms.local_page(request.referrer),
        fields=kept_forms.without_secrets(request.form.items(multi=True)),
        files=stale_forms.names_of_files(),
    )
