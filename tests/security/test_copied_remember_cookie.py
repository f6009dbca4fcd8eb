"""Seen: the remember cookie of 365 days opened the account after the sign-out, copied, too.

Its session had no row under "where I am signed in".
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_login.utils import encode_cookie

from content import setting_changes
from core.clock import now
from core.database import db
from models import SignIn
from tests.support.application import forget, rows
from tests.support.cast import Cast
from tests.support.signing_in import copied, enter, later, opens

OLD = "remember_token"  # the cookie that Flask-Login sets by itself


def test_staying_signed_in_sets_no_second_cookie(cast: Cast, client: FlaskClient) -> None:
    enter(client, cast.ann, remember="y")
    assert [cookie.key for cookie in client._cookies.values()] == ["session"]


def test_a_remembered_session_has_its_row_and_is_listed(cast: Cast, client: FlaskClient) -> None:
    enter(client, cast.ann, remember="y")
    (row,) = rows(sa.select(SignIn))
    assert row.remembered
    page = client.get("/account/sign-ins").text
    assert "保持登录" in page
    assert "当前设备" in page


def test_the_cookie_of_a_remembered_session_outlives_the_browser_for_thirty_days(
    cast: Cast, app: Flask
) -> None:
    kept = enter(app.test_client(), cast.ann, remember="y").get_cookie("session")
    assert kept is not None
    assert kept.expires is not None
    assert 29 <= (kept.expires - now()).days <= 30
    passing = enter(app.test_client(), cast.ann).get_cookie("session")
    assert passing is not None
    assert passing.expires is None


@pytest.mark.connections
def test_it_is_over_after_thirty_days_and_not_before(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    enter(client, cast.ann, remember="y")
    with later(days=29, hours=23):
        assert opens(client)
    with later(days=30, seconds=1):
        assert not opens(client)


def test_a_copy_is_worth_nothing_after_the_sign_out(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    thief = copied(app, enter(client, cast.ann, remember="y"))
    assert opens(thief)
    client.post("/logout")
    assert not opens(thief)


def test_a_remember_cookie_of_an_earlier_edition_opens_nothing(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    with app.test_request_context():
        signed = encode_cookie(cast.ann.fs_uniquifier)
    client.set_cookie(OLD, signed)
    client.set_cookie(app.config["REMEMBER_COOKIE_NAME"], signed)
    assert not opens(client)


def test_the_change_of_the_password_keeps_the_choice(cast: Cast, client: FlaskClient) -> None:
    enter(client, cast.ann, remember="y")
    new = "quite another battery of horses"
    typed = {"password": "correct horse battery", "new_password": new, "new_password_confirm": new}
    assert client.post("/change", data=typed).status_code == 302
    forget()
    (row,) = rows(sa.select(SignIn).where(SignIn.ended_at.is_(None)))
    assert row.remembered


@pytest.mark.parametrize("who", ["root", "vera", "audrey"])
def test_staff_are_never_remembered(cast: Cast, client: FlaskClient, who: str) -> None:
    enter(client, getattr(cast, who), remember="y")
    (row,) = rows(sa.select(SignIn))
    assert not row.remembered
    cookie = client.get_cookie("session")
    assert cookie is not None
    assert cookie.expires is None
    with later(minutes=30):
        assert not opens(client)


def test_it_is_offered_with_how_long_it_lasts_and_where_the_setting_allows_it(
    cast: Cast, client: FlaskClient
) -> None:
    page = client.get("/login").text
    assert "30 天内有效，平台工作人员不适用。" in page
    setting_changes.change({"session_remember": 0}, cast.root)
    db.session.commit()
    forget()
    assert 'name="remember"' not in client.get("/login").text
    enter(client, cast.ann, remember="y")
    assert rows(sa.select(SignIn.remembered)) == [False]


def test_who_is_on_the_way_to_the_office_is_not_offered_it(client: FlaskClient) -> None:
    assert 'name="remember"' in client.get("/login").text
    assert 'name="remember"' not in client.get("/login?next=/admin/").text
