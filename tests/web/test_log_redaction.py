"""The secret of an invitation stands in the mail alone: in no log, no journal, no other address."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask, session
from flask.testing import FlaskClient
from werkzeug.serving import make_server

import outbox
from core.clock import frozen, now
from core.database import db
from core.tokens import hashed
from models import Invitation
from storefront.invitation.link import opened_invitation
from storefront.invitation.state import BACK
from storefront.sign_in.sso_session import NEXT, enter
from tests.support.applying import english, forget, post, see
from tests.support.cast import Cast
from tests.support.consulting import add, invitation_of, link_to, step
from tests.support.smtp import PostOffice, mailing, serving
from web.log_redaction import masked
from workflows.invitation import reminders
from workflows.invitation.tokens import recomputed_token

NEWCOMER = {
    "name": "Mo Wen", "password": "a long enough one",
    "password_confirm": "a long enough one", "consent": "y",
}  # fmt: skip


@pytest.fixture
def link(cast: Cast) -> str:
    row_id = add(cast.bridge, cast.bella, "mo@example.com")
    assert step("invite", row_id, cast.bella) == ""
    return link_to("mo@example.com")


def token_of(link: str) -> str:
    return link.removeprefix("/invitations/")


def everything_stored() -> Iterator[str]:
    """Every row of every table, as text."""
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)):
            yield f"{table.name}: {tuple(row)}"


def delivered(app: Flask) -> list[str]:
    """Deliver what waits over SMTP; return the links that arrived."""
    post_office = PostOffice()
    with serving(post_office) as port, mailing(app, port):
        outbox.deliver_due()
    texts = [m.get_body(("plain",)).get_content() for m in post_office.messages]
    words = [word for text in texts for word in text.split()]
    return [urlsplit(word).path for word in words if "/invitations/" in word]


def test_once_the_mail_is_out_nothing_stored_holds_the_token(app: Flask, link: str) -> None:
    token = token_of(link)
    holders = [row for row in everything_stored() if token in row]
    assert len(holders) == 1  # the mail that waits
    assert holders[0].startswith("mail: ")
    assert delivered(app) == [link]
    forget()
    assert not [row for row in everything_stored() if token in row]
    assert invitation_of(link).token_hash == hashed(token)


def test_a_week_later_the_reminder_carries_the_same_link(app: Flask, link: str) -> None:
    assert delivered(app) == [link]
    forget()
    at = now() + timedelta(days=7, minutes=1)
    with frozen(at):
        assert reminders.remind(at) == 1
        assert delivered(app) == [link]
        forget()
        assert not [row for row in everything_stored() if token_of(link) in row]


def test_the_token_cannot_be_computed_without_the_key_of_the_site(app: Flask, link: str) -> None:
    row = invitation_of(link)
    assert recomputed_token(row) == token_of(link)
    row.salt = "another"
    assert recomputed_token(row) is None
    db.session.commit()
    at = now() + timedelta(days=8)
    with frozen(at):  # nobody is sent a link that opens nothing
        assert reminders.remind(at) == 0
    sent = db.session.scalars(sa.select(Invitation)).one()
    assert sent.reminded_at is None


def test_no_other_address_carries_the_token(client: FlaskClient, cast: Cast, link: str) -> None:
    token = token_of(link)
    pages = [see(english(client), link), post(client, link), post(client, f"{link}/ask-again")]
    english(client, cast.ann)
    pages += [see(client, link), post(client, link)]
    for answer in pages:
        for place in [
            answer.location or "",
            *re.findall(r'(?:href|action)="([^"]*)"', answer.text),
        ]:
            assert token not in place or place.startswith(f"/invitations/{token}"), place


@pytest.mark.parametrize(
    "line",
    [
        'GET {} HTTP/1.1" 200',
        "http://park.example{}/register?x=1",
        "/login?next=%2Finvitations%2F{token}&x=1",
        "/confirmations/{token}",
        "/reset/{token}",
        "/confirm/{token}",
    ],
)
def test_secrets_in_addresses_are_masked(line: str) -> None:
    token = "Zm9vYmFyYmF6cXV4LXRva2VuLWZvci10ZXN0cw"
    said = masked(line.format(f"/invitations/{token}", token=token))
    assert token not in said
    assert "***" in said


@pytest.mark.parametrize(
    "line", ["/invitations/", "/workbench/invitation/", "/confirm", "/reset?a"]
)
def test_other_addresses_are_left_as_they_are(line: str) -> None:
    assert masked(line) == line


@pytest.mark.connections
def test_the_server_s_log_and_an_error_s_hold_no_token(
    app: Flask, cast: Cast, link: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    db.session.remove()
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        line = HTTPConnection("127.0.0.1", server.server_port)
        for method, path in (("GET", link), ("GET", f"/login?next={link}"), ("POST", link)):
            line.request(method, path)
            line.getresponse().read()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    with app.test_request_context(link):
        app.log_exception((ValueError, ValueError("broken"), None))
    form, told = '%(addr)s "%(method)s %(path)s"', {"addr": "::1", "method": "GET", "path": link}
    logging.getLogger("granian.access").info(form, told)  # as the server writes it
    assert caplog.text.count("/invitations/***") >= 4
    assert "Exception on /invitations/***" in caplog.text
    assert token_of(link) not in caplog.text


def test_the_registration_leaves_none_either(
    client: FlaskClient, cast: Cast, link: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert post(english(client), f"{link}/register", **NEWCOMER).location == "/account/consultant"
    assert token_of(link) not in caplog.text
    forget()
    for row in everything_stored():
        assert token_of(link) not in row or row.startswith("mail: "), row


def test_a_single_sign_on_leads_back_to_the_invitation_too(
    app: Flask, cast: Cast, link: str
) -> None:
    with app.test_request_context():
        session[BACK], session[NEXT] = token_of(link), "/invitations/"
        assert enter(cast.otto).location == "/invitations/"
        assert opened_invitation().location == link
