"""Forgotten and changed passwords: links, sessions, and what an outsider can learn."""

from __future__ import annotations

import logging

import pytest
from flask import g
from flask_security import hash_password

import outbox
from core.database import db
from models import Mail, User
from tests.support.application import rows
from tests.support.cast import PASSWORD

NEW = "another good one"


@pytest.fixture
def ann(cast, client) -> User:
    client.post("/language", data={"locale": "en"})
    user = cast.ann
    user.password = hash_password(PASSWORD)
    db.session.commit()
    return user


def mails(recipient: str = "ann@example.com") -> list[Mail]:
    return rows(db.select(Mail).filter_by(recipient=recipient).order_by(Mail.id))


def enter(client, password: str = PASSWORD) -> bool:
    g.pop("_login_user", None)
    data = {"email": "ann@example.com", "password": password}
    return client.post("/login", data=data).status_code == 302


def signed_in(client) -> bool:
    g.pop("_login_user", None)  # the requests of a test share it
    return client.get("/account/profile").status_code == 200


def reset(client, link: str, password: str = NEW):
    return client.post(link, data={"password": password, "password_confirm": password})


def test_a_known_and_an_unknown_address_get_the_same_answer(client, ann):
    known = client.post("/reset", data={"email": "ann@example.com"})
    unknown = client.post("/reset", data={"email": "eve@example.com"})
    assert known.status_code == unknown.status_code == 200
    assert "a link to reset its password is on its way" in known.text
    assert known.text.replace("ann@example.com", "") == unknown.text.replace("eve@example.com", "")
    assert [m.template for m in mails()] == ["reset_password"]
    assert mails("eve@example.com") == []


def test_a_reset_link_is_a_path_that_works_once(client, ann):
    client.post("/reset", data={"email": "ANN@example.com"}, headers={"Host": "evil.example"})
    (mail,) = mails()
    assert mail.link.startswith("/reset/")
    assert client.get(mail.link).status_code == 200
    assert reset(client, mail.link).location == "/login"
    assert [m.template for m in mails()] == ["reset_password", "password_changed"]
    assert reset(client, mail.link, "a third password").location == "/reset"
    assert not enter(client)
    assert not enter(client, "a third password")
    assert enter(client, NEW)


def test_the_mail_links_to_the_public_address_and_no_other(client, ann):
    client.post("/reset", data={"email": "ann@example.com"}, headers={"Host": "evil.example"})
    (mail,) = mails()
    words = outbox.render(mail)
    assert f"https://supermarket.example{mail.link}" in words.text
    assert "evil" not in words.text + words.html


def test_a_reset_ends_every_session(client, app, ann):
    elsewhere = app.test_client()
    assert enter(elsewhere)
    client.post("/reset", data={"email": "ann@example.com"})
    reset(client, mails()[0].link)
    assert not signed_in(elsewhere)


def test_a_short_password_is_refused_and_the_link_stays_good(client, ann):
    client.post("/reset", data={"email": "ann@example.com"})
    link = mails()[0].link
    assert "at least 10 characters" in reset(client, link, "short").text
    assert reset(client, link).location == "/login"


def test_who_never_confirmed_gets_the_confirmation_instead(client, ann):
    ann.confirmed_at = None
    db.session.commit()
    client.post("/reset", data={"email": "ann@example.com"})
    assert [m.template for m in mails()] == ["confirm_email"]


def test_a_disabled_person_gets_no_link(client, ann):
    ann.active = False
    db.session.commit()
    client.post("/reset", data={"email": "ann@example.com"})
    assert mails() == []


def change(client, old: str = PASSWORD, new: str = NEW):
    g.pop("_login_user", None)
    data = {"password": old, "new_password": new, "new_password_confirm": new}
    return client.post("/change", data=data)


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(client, app, ann):
    elsewhere = app.test_client()
    assert enter(client)
    assert enter(elsewhere)
    assert change(client).location == "/account/profile"
    assert signed_in(client)
    assert not signed_in(elsewhere)
    assert [m.template for m in mails()] == ["password_changed"]
    assert enter(app.test_client(), NEW)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("not it at all", NEW, "The password is not right."),
        (PASSWORD, PASSWORD, "The new password is the same as the old one."),
        (PASSWORD, "short", "at least 10 characters"),
    ],
)
def test_a_change_that_does_not_fit_says_why(client, ann, old, new, told):
    enter(client)
    assert told in change(client, old, new).text
    assert enter(client.application.test_client())


def test_changing_takes_a_session(client, ann):
    assert change(client).location == "/login?next=%2Fchange"


def test_no_token_and_no_password_is_logged(client, ann, caplog):
    caplog.set_level(logging.DEBUG)
    client.post("/reset", data={"email": "ann@example.com"})
    token = mails()[0].link.removeprefix("/reset/")
    reset(client, mails()[0].link)
    assert token not in caplog.text
    assert NEW not in caplog.text


class Counting:
    """The password hasher, counting what costs time."""

    def __init__(self, context) -> None:
        self.context, self.costly = context, 0

    def __getattr__(self, name: str):
        self.costly += name in ("hash", "verify")
        return getattr(self.context, name)


@pytest.mark.parametrize("url", ["/login", "/reset", "/register"])
def test_known_and_unknown_addresses_cost_the_same(client, app, ann, monkeypatch, url):
    security = app.extensions["security"]
    spent = {}
    for email in ("ann@example.com", "eve@example.com"):
        counting = Counting(security.pwd_context)
        monkeypatch.setattr(security, "pwd_context", counting)
        data = {"email": email, "password": NEW, "password_confirm": NEW, "name": "E"}
        client.post(url, data=data | {"consent": "y"})
        spent[email] = counting.costly
        monkeypatch.undo()
    assert spent == {"ann@example.com": 1, "eve@example.com": 1}
