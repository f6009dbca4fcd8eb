"""Signing in and out: who gets in, what he is told, and where he lands."""

from __future__ import annotations

import pytest
from flask_security import hash_password

from app import create_app
from core.database import db
from models import User
from tests.support.application import settings_of
from tests.support.cast import PASSWORD

WRONG = "The e-mail address or the password is not right."


@pytest.fixture
def ann(cast) -> User:
    user = cast.ann
    user.password = hash_password(PASSWORD)
    db.session.commit()
    return user


def sign_in_by_form(client, email="ann@example.com", password=PASSWORD, **more):
    return client.post("/login", data={"email": email, "password": password, **more})


def english(client):
    client.post("/language", data={"locale": "en"})
    return client


def signed_in(client) -> bool:
    return client.get("/account/profile").status_code == 200


def test_the_right_password_signs_in_and_the_moment_is_kept(client, ann):
    assert sign_in_by_form(client).location == "/"
    assert signed_in(client)
    db.session.expire_all()
    assert ann.last_login_at is not None


def test_an_address_is_read_whatever_its_case(client, ann):
    sign_in_by_form(client, email="  Ann@EXAMPLE.com".strip())
    assert signed_in(client)


def test_a_wrong_password_and_an_unknown_address_read_alike(client, ann):
    english(client)
    wrong = sign_in_by_form(client, password="not hers at all")
    unknown = sign_in_by_form(client, email="eve@example.com", password="not hers at all")
    assert wrong.status_code == unknown.status_code == 200
    assert WRONG in wrong.text
    assert wrong.text.replace("ann@example.com", "") == unknown.text.replace("eve@example.com", "")
    assert not signed_in(client)


def test_an_unconfirmed_person_learns_how_to_get_a_link_after_the_right_password_only(client, ann):
    ann.confirmed_at = None
    db.session.commit()
    english(client)
    right = sign_in_by_form(client)
    assert "Confirm your e-mail address first" in right.text
    assert 'href="/confirm"' in right.text
    assert "Confirm your e-mail address first" not in sign_in_by_form(client, password="x" * 9).text
    assert not signed_in(client)


def test_a_disabled_person_stays_out(client, ann):
    ann.active = False
    db.session.commit()
    english(client)
    assert "This account is disabled" in sign_in_by_form(client).text
    assert not signed_in(client)


@pytest.mark.parametrize(
    ("asked", "followed"),
    [
        ("/account/enterprise", "/account/enterprise"),
        ("//evil.example", "/"),
        ("http:evil.example", "/"),
        ("https://evil.example/x", "/"),
        ("\\\\evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
@pytest.mark.parametrize("where", ["query", "form"])
def test_only_local_paths_are_followed(client, ann, asked, followed, where):
    data = {"email": "ann@example.com", "password": PASSWORD}
    if where == "form":
        response = client.post("/login", data=data | {"next": asked})
    else:
        response = client.post("/login", query_string={"next": asked}, data=data)
    assert response.status_code == 302
    assert response.location == followed


def test_who_is_signed_in_is_not_sent_elsewhere_either(client, ann):
    sign_in_by_form(client)
    assert client.get("/login?next=//evil.example").location == "/"


def test_an_account_page_leads_through_signing_in_and_back(client, ann):
    to_login = client.get("/account/profile")
    assert to_login.location == "/login?next=/account/profile"
    assert 'value="/account/profile"' in client.get(to_login.location).text
    assert sign_in_by_form(client, next="/account/profile").location == "/account/profile"


def test_signing_out_takes_a_post(client, ann):
    sign_in_by_form(client)
    assert client.get("/logout").status_code == 405
    assert signed_in(client)
    assert client.post("/logout").location == "/"
    assert not signed_in(client)


def test_no_token_and_no_json_sign_in(client, ann):
    answer = client.post("/login", json={"email": "ann@example.com", "password": PASSWORD})
    assert answer.status_code == 415
    token = ann.get_auth_token()
    assert client.get("/account/profile", query_string={"auth_token": token}).status_code == 302


def test_passwords_are_hashed_with_the_chosen_cost(tmp_path):
    """Those of the product: the application of the other tests takes a cheap one."""
    with create_app(settings_of(tmp_path)).app_context():
        assert hash_password(PASSWORD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_the_page_tells_that_old_accounts_are_void(client, app):
    page = english(client).get("/login").text
    assert "Accounts of the original edition of the supermarket are void." in page
    assert "/sso" not in page


@pytest.mark.parametrize("password", ["x" * 5000, "a\x00bcdefgh", "密码密码密码密码"])
def test_odd_passwords_are_wrong_and_break_nothing(client, ann, password):
    english(client)
    answer = sign_in_by_form(client, password=password)
    assert answer.status_code == 200
    assert WRONG in answer.text


@pytest.mark.parametrize("email", ["a\x00@b@example.com", "a" * 300 + "@example.com", "x@y", "a b"])
def test_odd_addresses_are_unknown_and_break_nothing(client, ann, email):
    assert sign_in_by_form(client, email=email).status_code == 200
    for url in ("/register", "/reset", "/confirm"):
        data = {"email": email, "password": PASSWORD, "password_confirm": PASSWORD, "name": "A"}
        assert client.post(url, data=data | {"consent": "y"}).status_code == 200
