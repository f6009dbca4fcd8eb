"""What is kept of a form while its person signs in again: for them, here, and for half an hour.

Seen: a form sent by who was signed out led to the sign-in page and was gone; without cookies the
sign-in page answered 400, and again after each try.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from accounts import kept_forms
from core import clock
from core.database import db
from models import KeptForm, User
from tests.support.application import forget, rows, sign_in
from tests.support.html_forms import forms_of

HERE = {"Origin": "http://localhost", "Referer": "http://localhost/account/profile"}
PASSWORD = "correct-horse-battery"  # of the cast


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def english(app: Flask, user: User | None = None) -> FlaskClient:
    client = app.test_client()
    if user is not None:
        sign_in(client, user)
    with client.session_transaction() as session:
        session["locale"] = "en"
    return client


def profile_form(client: FlaskClient, name: str = "Typed by Ann") -> dict[str, str]:
    """Return what the open page of the profile sends."""
    form = next(f for f in forms_of(client.get("/account/profile").text) if "name" in f.typed)
    return dict(form.fields) | {"name": name}


def sent_signed_out(client: FlaskClient, data: dict[str, str]) -> str:
    """Sign out in another tab, send the form, and return where the sign-in leads."""
    with client.session_transaction() as session:
        session.clear()
        session["locale"] = "en"
    forget()
    answer = client.post("/account/profile", data=data, headers=HERE)
    assert answer.status_code == 302
    assert answer.location.startswith("/login?next=")
    return dict(parse_qsl(urlsplit(answer.location).query))["next"]


def name_on(page: Any) -> str:
    return next(dict(f.fields)["name"] for f in forms_of(page.text) if "name" in f.typed)


def test_signed_in_again_in_another_tab_the_form_comes_back_and_can_be_sent(guarded, cast):
    client = english(guarded, cast.ann)
    stale = profile_form(client)
    with client.session_transaction() as session:
        del session["csrf_token"]  # signed out and in again
    forget()
    page = client.post("/account/profile", data=stale, headers=HERE)
    assert page.status_code == 200
    assert "This page was too old, so nothing was done." in page.text
    assert name_on(page) == "Typed by Ann"
    assert rows(sa.select(User.name).where(User.id == cast.ann.id)) == ["Ann"]
    fresh = next(dict(f.fields) for f in forms_of(page.text) if "name" in f.typed)
    assert client.post("/account/profile", data=fresh, headers=HERE).status_code == 302
    assert rows(sa.select(User.name).where(User.id == cast.ann.id)) == ["Typed by Ann"]


def test_signed_out_the_person_signs_in_and_comes_back_to_it(guarded, cast):
    client = english(guarded, cast.ann)
    back = sent_signed_out(client, profile_form(client))
    login = client.get(f"/login?next={back.replace('?', '%3F').replace('=', '%3D')}")
    assert "What you typed is kept for 30 minutes" in login.text
    sign_in(client, cast.ann)
    page = client.get(back)
    assert page.status_code == 200
    assert "Nothing has been sent yet: look it over, and send it." in page.text
    assert name_on(page) == "Typed by Ann"
    assert rows(sa.select(User.name).where(User.id == cast.ann.id)) == ["Ann"]


def test_another_account_never_sees_it(guarded, cast):
    client = english(guarded, cast.ann)
    back = sent_signed_out(client, profile_form(client))
    sign_in(client, cast.bella)
    page = client.get(back)
    assert page.status_code == 409
    assert "Typed by Ann" not in page.text
    assert "This form belongs to another account" in page.text


def test_a_form_of_one_account_is_not_shown_to_another_that_signed_in_meanwhile(guarded, cast):
    client = english(guarded, cast.ann)
    stale = profile_form(client)
    sign_in(client, cast.bella)
    client.get("/account/profile")  # in the other tab: a session of its own
    page = client.post("/account/profile", data=stale, headers=HERE)
    assert page.status_code == 409
    assert "Typed by Ann" not in page.text
    ways = dict(next(f.fields for f in forms_of(page.text) if f.action == "/logout" and
                     "kept" in dict(f.fields).get("next", "")))  # fmt: skip
    back = dict(parse_qsl(urlsplit(ways["next"]).query))["next"]
    sign_in(client, cast.ann)
    assert name_on(client.get(back)) == "Typed by Ann"


def test_another_browser_never_sees_it(guarded, cast):
    client = english(guarded, cast.ann)
    back = sent_signed_out(client, profile_form(client))
    elsewhere = english(guarded, cast.ann)
    assert elsewhere.get(back, follow_redirects=True).text.count("Typed by Ann") == 0


def test_it_is_forgotten_after_half_an_hour(guarded, cast):
    client = english(guarded, cast.ann)
    back = sent_signed_out(client, profile_form(client))
    sign_in(client, cast.ann)
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        page = client.get(back, follow_redirects=True)
        assert "The form is not kept any more" in page.text
        assert name_on(page) == "Ann"
        assert kept_forms.forget(clock.now()) == 1
    assert rows(sa.select(KeptForm)) == []


def test_the_database_holds_nothing_readable_and_no_password(guarded, cast):
    client = english(guarded, cast.ann)
    data = profile_form(client) | {"password": PASSWORD, "new_password": PASSWORD}
    back = sent_signed_out(client, data)
    content = rows(sa.select(KeptForm.content))[0]
    assert b"Typed" not in content
    sign_in(client, cast.ann)
    browser = client.get_cookie("kept_forms").value
    id = int(back.rpartition("=")[2])
    found = kept_forms.find(id, cast.ann.id, browser, guarded.secret_key)
    assert {name for name, _ in found.fields} == {"name", "phone", "locale"}
    assert kept_forms.find(id, cast.ann.id, browser, "another secret") is None


def test_they_are_few_and_small(guarded, cast):
    client = english(guarded, cast.ann)
    data = profile_form(client)
    for number in range(7):
        sent_signed_out(client, data | {"name": f"Typed {number}"})
    assert len(rows(sa.select(KeptForm))) == kept_forms.MOST == 5
    answer = client.post(
        "/account/profile", data=data | {"name": "x" * 200_001}, headers=HERE, follow_redirects=True
    )
    assert "is too long to be kept" in answer.text
    assert len(rows(sa.select(KeptForm))) == 5


def test_nobody_keeps_a_form_who_never_had_an_account(guarded, client, cast):
    for token in ("", "made-up"):
        data = {"name": "Typed", "csrf_token": token}
        assert client.post("/account/profile", data=data, headers=HERE).status_code == 302
    assert rows(sa.select(KeptForm)) == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null", "Referer": "http://localhost/"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"},
    ],
)
def test_what_another_site_sends_is_refused_as_ever(guarded, cast, headers):
    client = english(guarded, cast.ann)
    stale = profile_form(client)
    with client.session_transaction() as session:
        del session["csrf_token"]
    forget()
    page = client.post("/account/profile", data=stale, headers=headers)
    assert page.status_code == 400
    assert "Typed by Ann" not in page.text
    with client.session_transaction() as session:
        session.clear()
    forget()
    assert client.post("/account/profile", data=stale, headers=headers).status_code == 400
    assert rows(sa.select(KeptForm)) == []


def test_without_cookies_the_sign_in_page_says_what_it_needs(guarded, cast):
    client = guarded.test_client(use_cookies=False)
    form = next(f for f in forms_of(client.get("/login").text) if "email" in f.typed)
    data = dict(form.fields) | {"email": "ann@acme.example", "password": PASSWORD}
    page = client.post("/login", data=data, headers=HERE)
    assert page.status_code == 200
    assert "您的浏览器" in page.text
    assert "Cookie" in page.text
    assert 'value="ann@acme.example"' in page.text
    assert PASSWORD not in page.text


def test_a_stale_sign_out_signs_nobody_out(guarded, cast):
    client = english(guarded, cast.ann)
    form = next(f for f in forms_of(client.get("/account/profile").text) if f.action == "/logout")
    with client.session_transaction() as session:
        del session["csrf_token"]
    forget()
    answer = client.post("/logout", data=dict(form.fields), headers=HERE)
    assert answer.location == "/account/profile"
    assert "Press the button once more." in client.get("/account/profile").text


def test_kept_in_another_tab_both_forms_come_back(guarded, cast):
    client = english(guarded, cast.ann)
    data = profile_form(client)
    first = sent_signed_out(client, data | {"name": "First"})
    second = sent_signed_out(client, data | {"name": "Second"})
    sign_in(client, cast.ann)
    db.session.remove()
    assert [name_on(client.get(back)) for back in (first, second)] == ["First", "Second"]
