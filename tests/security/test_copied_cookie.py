"""Seen: after sign-out a copy of the session cookie still opened the account and its data."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.support.application import forget
from tests.support.cast import PASSWORD, Cast
from tests.support.signing_in import copied, enter, later, opens


def test_a_copy_is_worth_nothing_after_the_sign_out(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    thief = copied(app, enter(client, cast.ann))
    assert opens(thief)
    client.post("/logout")
    for path in ("/account/", "/account/data", "/account/demands", "/account/profile"):
        assert not opens(thief, path), path


def test_nor_after_it_was_ended_from_another_device(app: Flask, cast: Cast) -> None:
    here, there = enter(app.test_client(), cast.ann), enter(app.test_client(), cast.ann)
    thief = copied(app, there)
    here.post("/account/sign-ins/end")
    assert opens(here)
    assert not opens(there)
    assert not opens(thief)


def test_nor_after_a_new_password(app: Flask, cast: Cast, client: FlaskClient) -> None:
    thief = copied(app, enter(client, cast.ann))
    new = "quite another battery of horses"
    typed = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    assert client.post("/change", data=typed).status_code == 302
    forget()
    assert opens(client)
    assert not opens(thief)


def test_nor_after_the_account_was_closed(app: Flask, cast: Cast, client: FlaskClient) -> None:
    thief = copied(app, enter(client, cast.otto))
    assert opens(thief)
    answer = client.post("/account/close", data={"password": PASSWORD, "sure": "y"})
    assert answer.status_code == 302
    assert not opens(thief)


def test_nor_after_the_same_browser_signed_in_anew(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    thief = copied(app, enter(client, cast.ann))
    client.post("/logout")
    enter(client, cast.ann)
    assert opens(client)
    assert not opens(thief)


def test_a_signed_cookie_without_a_session_on_record_opens_nothing(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    """What a cookie of an earlier edition holds, or of one whose row is gone."""
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = cast.ann.fs_uniquifier, True
    assert not opens(client)
    with client.session_transaction() as session:
        session["_user_id"], session["sign_in"] = cast.ann.fs_uniquifier, "made-up"
    assert not opens(client)


def test_a_session_of_somebody_else_is_not_lent(app: Flask, cast: Cast) -> None:
    bob, client = enter(app.test_client(), cast.bob), app.test_client()
    with bob.session_transaction() as session:
        key = session["sign_in"]
    with client.session_transaction() as session:
        session["_user_id"], session["sign_in"] = cast.ann.fs_uniquifier, key
    assert not opens(client)


def test_a_copy_that_sleeps_is_worth_nothing_when_it_wakes(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    thief = copied(app, enter(client, cast.ann))
    with later(days=30):
        assert not opens(thief)
