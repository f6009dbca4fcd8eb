"""Passkeys: a sign-in by itself, and the second step; of this site and this person alone.

On the old commit there were none. Flask-Security takes any passkey as the second step of any
password, and one of a disabled account; here neither opens anything.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask_security import hash_password

from core.database import db
from models import Event, Passkey, SignIn, User
from tests.support.application import rows, sign_in
from tests.support.cast import PASSWORD
from tests.support.second_factor import SITE, Browser, SecurityKey, asked, browser, set_up_app


@pytest.fixture
def client(app) -> Browser:
    return browser(app)


@pytest.fixture
def ann(cast) -> User:
    for user in (cast.ann, cast.bob):
        user.password = hash_password(PASSWORD)
    db.session.commit()
    return cast.ann


def password(client: Browser, email: str = "ann@example.com"):
    return client.post("/login", data={"email": email, "password": PASSWORD})


def inside(client: Browser) -> str:
    answer = client.get("/account/profile")
    return answer.text if answer.status_code == 200 else ""


def test_a_passkey_signs_in_without_a_password(app, client, ann):
    key = SecurityKey()
    assert key.register(sign_in(client, ann)).location == "/account/security"
    visitor = browser(app)
    answer = key.sign_in(visitor, next="/account/favourites")
    assert answer.location == "/account/favourites"
    assert "ann@example.com" in inside(visitor)
    passkey = rows(sa.select(Passkey))[0]
    assert (passkey.name, passkey.sign_count) == ("Office", 1)
    assert len(rows(sa.select(SignIn).where(SignIn.ended_at.is_(None)))) == 2


def test_it_is_the_second_step_after_a_password(app, client, ann):
    key = SecurityKey()
    key.register(sign_in(client, ann))
    visitor = browser(app)
    assert password(visitor).location.startswith("/wan-signin")
    assert not inside(visitor)
    key.sign_in(visitor)
    assert inside(visitor)


def test_of_two_kinds_the_person_chooses(app, client, ann):
    SecurityKey().register(sign_in(client, ann))
    set_up_app(client)
    visitor = browser(app)
    assert password(visitor).location.startswith("/tf-select")
    page = visitor.get("/tf-select")
    assert 'value="authenticator"' in page.text
    assert 'value="webauthn"' in page.text
    assert visitor.post("/tf-select", data={"which": "sms"}).status_code == 200
    assert visitor.post("/tf-select", data={"which": "webauthn"}).status_code == 302
    assert visitor.get("/wan-signin").status_code == 200


def test_the_passkey_of_somebody_else_is_no_second_step(app, client, cast, ann):
    hers, his = SecurityKey(), SecurityKey()
    hers.register(sign_in(client, ann))
    his.register(sign_in(browser(app), cast.bob))
    visitor = browser(app)
    password(visitor)  # hers
    his.sign_in(visitor)
    assert not inside(visitor)


def test_a_passkey_of_a_disabled_account_opens_nothing(app, client, ann):
    key = SecurityKey()
    key.register(sign_in(client, ann))
    ann.active = False
    db.session.commit()
    visitor = browser(app)
    key.sign_in(visitor)
    assert not inside(visitor)
    assert len(rows(sa.select(SignIn).where(SignIn.ended_at.is_(None)))) == 1


def test_a_passkey_of_another_site_is_refused(client, ann):
    key = SecurityKey("evil.example")
    key.register(sign_in(client, ann))
    assert rows(sa.select(Passkey)) == []


def test_the_host_header_does_not_name_the_site(client, ann):
    key = SecurityKey("evil.example")
    sign_in(client, ann)
    page = client.post("/wan-register", data={"name": "Office"})
    action, options = asked(page.text)
    assert options["rp"]["id"] == SITE
    client.post(action, data={"credential": key.created(options)}, headers={"Host": "evil.example"})
    assert rows(sa.select(Passkey)) == []


def test_one_that_did_not_verify_its_person_is_refused(app, client, ann, monkeypatch):
    key = SecurityKey()
    key.register(sign_in(client, ann))
    monkeypatch.setattr("tests.support.second_factor.FLAGS", 0x41)
    visitor = browser(app)
    key.sign_in(visitor)
    assert not inside(visitor)


def test_an_answer_is_taken_once(app, client, ann):
    key = SecurityKey()
    key.register(sign_in(client, ann))
    visitor = browser(app)
    action, options = asked(visitor.post("/wan-signin").text)
    sent = {"credential": key.signed(options)}
    assert visitor.post(action, data=sent).status_code == 302
    thief = browser(app)
    thief.post(action, data=sent)
    assert not inside(thief)


def test_what_was_begun_in_one_session_is_not_ended_in_another(app, client, cast, ann):
    """A challenge of an attacker's own account would register their key in a session they stole."""
    begun = browser(app)
    action, options = asked(sign_in(begun, cast.bob).post("/wan-register", data={"name": "A"}).text)
    sign_in(client, ann).post(action, data={"credential": SecurityKey().created(options)})
    assert rows(sa.select(Passkey)) == []


@pytest.mark.parametrize("odd", ["", "{}", "nonsense", '{"id": 1}', "[]"])
def test_nonsense_is_refused_in_words(client, ann, odd):
    sign_in(client, ann)
    action, _options = asked(client.post("/wan-register", data={"name": "Office"}).text)
    assert client.post(action, data={"credential": odd}).status_code == 302
    visitor = client.post("/logout") and client
    action, _options = asked(visitor.post("/wan-signin").text)
    assert visitor.post(action, data={"credential": odd}).status_code == 302
    assert not inside(visitor)


def test_removing_ends_the_other_sessions_and_is_on_record(app, client, ann):
    key = SecurityKey()
    key.register(sign_in(client, ann))
    elsewhere = browser(app)
    key.sign_in(elsewhere)
    client.post("/wan-delete", data={"name": "Office"})
    assert rows(sa.select(Passkey)) == []
    assert not inside(elsewhere)
    assert inside(client)
    event = rows(sa.select(Event).where(Event.name == "remove_factor"))[0]
    assert (event.name, event.changes) == ("remove_factor", {"factor": "passkey", "name": "Office"})
    db.session.expire_all()
    assert ann.second_factor_at is None


def test_names_are_unlike_and_of_a_length(client, ann):
    SecurityKey().register(sign_in(client, ann))
    for name in ("Office", " Off\x00ice ", "", "\x00", "x" * 65):
        answer = client.post("/wan-register", data={"name": name})
        assert "data-options" not in answer.text
        assert "has-error" in answer.text
