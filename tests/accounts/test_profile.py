"""A person's own details."""

from __future__ import annotations

from core.database import db
from models import Event, User
from tests.support.application import rows, sign_in


def test_name_phone_and_language_are_changed_and_nothing_else(client, cast):
    sign_in(client, cast.otto)
    data = {
        "name": " Otto the Great ",
        "phone": "０５１２-67068048",
        "locale": "en",
        "role": "administrator",
        "email": "root@example.com",
    }
    assert client.post("/account/profile", data=data).location == "/account/profile"
    (otto,) = rows(db.select(User).filter_by(email="otto@example.com"))
    assert (otto.name, otto.phone, otto.locale, otto.role) == (
        "Otto the Great",
        "0512-67068048",
        "en",
        None,
    )
    (event,) = rows(db.select(Event).filter_by(subject_type="user"))
    assert event.changes["name"] == ["Otto", "Otto the Great"]
    shown = client.get("/account/profile").text
    assert "Language of pages and mails" in shown
    assert "Your details are saved." in shown
    assert 'href="/change"' in shown


def test_a_wrong_phone_is_said_and_kept(client, cast):
    client.post("/language", data={"locale": "en"})
    sign_in(client, cast.otto)
    data = {"name": "Otto", "phone": "12x", "locale": "en"}
    answer = client.post("/account/profile", data=data)
    assert "Give a mobile or telephone number" in answer.text
    assert "12x" in answer.text


def test_a_language_that_is_none_is_refused(client, cast):
    sign_in(client, cast.otto)
    data = {"name": "Otto", "phone": "", "locale": "tlh"}
    assert client.post("/account/profile", data=data).status_code == 200
    assert rows(db.select(User).filter_by(locale="tlh")) == []
