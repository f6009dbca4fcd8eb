"""Seen: a session cookie that was idle for 30 days still worked; nothing ended a session."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from content import setting_changes
from core.clock import frozen, now
from core.database import db
from models import SignIn
from tests.support.application import forget, rows
from tests.support.cast import Cast
from tests.support.signing_in import enter, later, opens, told_at_sign_in

IDLE = "您长时间未操作，系统已自动退出登录。"
EXPIRED = "您的登录已达到最长时间，请重新登录。"
HOURS, MINUTES = {"hours": 1}, {"minutes": 1}


@pytest.mark.connections
@pytest.mark.parametrize(
    ("who", "inside", "outside"),
    [
        ("root", {"minutes": 29}, {"minutes": 30}),
        ("vera", {"minutes": 29}, {"minutes": 30}),
        ("audrey", {"minutes": 29}, {"minutes": 30}),
        ("ann", {"hours": 7.9}, {"hours": 8}),
        ("bella", {"hours": 7.9}, {"hours": 8}),
        ("lin", {"hours": 7.9}, {"hours": 8}),
    ],
)
def test_an_idle_session_is_over(
    app: Flask, cast: Cast, who: str, inside: dict[str, float], outside: dict[str, float]
) -> None:
    used, idle = (enter(app.test_client(), getattr(cast, who)) for _ in range(2))
    with later(**inside):
        assert opens(used)
    with later(**outside):
        assert opens(used)  # it was used meanwhile
        assert not opens(idle)
        page = told_at_sign_in(idle)
    assert "/account/" in page  # where they go on
    assert IDLE in page


def test_the_sign_in_page_says_why_and_once(cast: Cast, client: FlaskClient) -> None:
    enter(client, cast.ann)
    with later(hours=8):
        page = told_at_sign_in(client)
        assert IDLE in page
        assert "请先登录" not in page
        assert 'name="next" value="/account/"' in page
        assert IDLE not in client.get("/login").text


def test_the_office_sends_there_too(cast: Cast, client: FlaskClient) -> None:
    enter(client, cast.root)
    with later(minutes=31):
        page = told_at_sign_in(client, "/admin/event/")
    assert IDLE in page
    assert 'name="next" value="/admin/event/"' in page


def test_a_public_page_is_simply_that_of_a_visitor(cast: Cast, client: FlaskClient) -> None:
    enter(client, cast.ann)
    with later(hours=9):
        page = client.get("/institutions")
        assert page.status_code == 200
        assert "Ann" not in page.text
        forget()
        assert IDLE in client.get("/login").text


@pytest.mark.connections
@pytest.mark.parametrize(("who", "hours", "every"), [("root", 12, 0.4), ("ann", 720, 7.5)])
def test_no_session_lasts_longer_than_its_absolute_limit_however_busy(
    app: Flask, cast: Cast, client: FlaskClient, who: str, hours: float, every: float
) -> None:
    began = now()
    with frozen(began):
        enter(client, getattr(cast, who))
    at = 0.0
    while (at := at + every) < hours:
        with frozen(began), later(hours=at):
            assert opens(client), at
    with frozen(began), later(hours=hours):
        assert EXPIRED in told_at_sign_in(client)


@pytest.mark.connections
def test_a_shorter_limit_holds_for_sessions_that_began_before(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    enter(client, cast.ann)
    with later(hours=2):
        assert opens(client)
    setting_changes.change({"session_idle_others": 1, "session_whole_others": 1}, cast.root)
    db.session.commit()
    with later(hours=2, minutes=59):
        assert opens(client)
    with later(hours=4):
        assert not opens(client)


def test_what_a_page_asks_by_itself_is_no_use_of_the_session(
    cast: Cast, client: FlaskClient
) -> None:
    enter(client, cast.root)
    before = rows(sa.select(SignIn.last_seen_at))
    with later(minutes=20):
        answer = client.get("/admin/", headers={"X-Background": "1"})
        assert answer.status_code == 200
    assert rows(sa.select(SignIn.last_seen_at)) == before
    with later(minutes=31):
        assert not opens(client)


def test_an_ended_session_stays_over_when_the_limit_is_raised(
    cast: Cast, client: FlaskClient
) -> None:
    enter(client, cast.root)
    with later(minutes=40):
        assert not opens(client)
        setting_changes.change({"session_idle_staff": 240}, cast.root)
        db.session.commit()
        assert not opens(client)
