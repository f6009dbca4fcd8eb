"""Sessions on record: listed, ended one by one, prolonged, and cheap to keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from accounts import overdue, session_limits
from content import setting_changes
from core.clock import now
from core.database import db
from models import Event, PlatformRole, SessionEnd, SignIn, User
from tests.support.application import forget, rows, sign_in
from tests.support.cast import PASSWORD, Cast
from tests.support.signing_in import enter, later, opens, told_at_sign_in
from workflows.person import roles

LAST_SEEN = sa.select(SignIn.last_seen_at).order_by(SignIn.id)


@contextmanager
def statements() -> Iterator[list[str]]:
    sent: list[str] = []

    def remember(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", remember)
    try:
        yield sent
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", remember)


# --- what a request costs -------------------------------------------------------------------------


@pytest.mark.sqlite  # which says BEGIN
def test_the_person_their_session_and_the_limits_come_in_one_query(
    cast: Cast, client: FlaskClient
) -> None:
    sign_in(client, cast.ann)
    db.session.commit()
    with statements() as sent:
        client.get("/account/session")
    assert [one for one in sent if "sign_in" in one or "site_setting" in one] == sent[1:2]
    assert {one.split()[0] for one in sent} == {"BEGIN", "SELECT"}
    assert "FROM consent" in sent[2]  # of a hook
    assert len(sent) == 3


@pytest.mark.connections
def test_the_last_use_is_noted_once_a_minute(cast: Cast, client: FlaskClient) -> None:
    enter(client, cast.ann)
    version = rows(sa.select(User.version).where(User.email == "ann@example.com"))
    found = []
    for seconds in (30, 59, 61, 90, 125):
        with later(seconds=seconds):
            assert opens(client)
        found += rows(LAST_SEEN)
    assert [found[1] == found[0], found[2] > found[1], found[3] == found[2]] == [True] * 3
    assert found[4] > found[3]
    assert rows(sa.select(User.version).where(User.email == "ann@example.com")) == version


@pytest.mark.connections
def test_a_page_waits_for_nobody_to_note_it(app: Flask, cast: Cast, client: FlaskClient) -> None:
    """Somebody writes for long: the page comes at once, and the next one notes the use."""
    enter(client, cast.ann)
    before = rows(LAST_SEEN)
    db.session.rollback()
    writer = db.engine.connect()
    writer.execute(sa.update(SignIn).values(browser="held"))
    with later(minutes=5):
        assert opens(client)
    writer.close()
    assert rows(LAST_SEEN) == before
    with later(minutes=5):
        assert opens(client)
    assert rows(LAST_SEEN) > before


# --- the list -------------------------------------------------------------------------------------


def ids_on(page: str) -> list[str]:
    return re.findall(r'action="/account/sign-ins/(\d+)/end"', page)


def test_one_is_ended_and_the_others_go_on(app: Flask, cast: Cast) -> None:
    here, there, third = (enter(app.test_client(), cast.ann) for _ in range(3))
    with there.session_transaction() as session:
        (id,) = rows(sa.select(SignIn.id).where(SignIn.key == session["sign_in"]))
    page = here.get("/account/sign-ins").text
    assert len(ids_on(page)) == 2
    assert str(id) in ids_on(page)
    forget()
    answer = here.post(f"/account/sign-ins/{id}/end", follow_redirects=True)
    assert "该登录已结束。" in answer.text
    assert len(ids_on(answer.text)) == 1
    assert (opens(here), opens(there), opens(third)) == (True, False, True)
    (event,) = rows(sa.select(Event).filter_by(name="session_ended"))
    assert (event.actor_id, event.subject_id) == (cast.ann.id, cast.ann.id)
    assert event.changes == {"session": id}


def test_who_comes_with_an_ended_one_is_told(app: Flask, cast: Cast) -> None:
    here, there = enter(app.test_client(), cast.ann), enter(app.test_client(), cast.ann)
    here.post("/account/sign-ins/end")
    assert "您的账号已在其他设备上结束了本次登录。" in told_at_sign_in(there)


def test_that_of_somebody_else_is_not_there(app: Flask, cast: Cast) -> None:
    ann, bob = enter(app.test_client(), cast.ann), enter(app.test_client(), cast.bob)
    (theirs,) = rows(sa.select(SignIn.id).where(SignIn.user_id == cast.bob.id))
    forget()
    assert ann.post(f"/account/sign-ins/{theirs}/end").status_code == 404
    assert ann.get(f"/account/sign-ins/{theirs}/end").status_code == 405
    assert opens(bob)


def test_what_is_over_is_not_listed(app: Flask, cast: Cast) -> None:
    enter(app.test_client(), cast.ann)
    with later(hours=8):
        here = enter(app.test_client(), cast.ann)
        assert ids_on(here.get("/account/sign-ins").text) == []


# --- what ends them -------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [PlatformRole.AUDITOR, None])
def test_another_role_begins_with_another_sign_in(
    cast: Cast, client: FlaskClient, role: PlatformRole | None
) -> None:
    enter(client, cast.vera)
    roles.set_role(cast.vera, role, cast.root)
    db.session.commit()
    assert "您的角色已变更，请重新登录后继续。" in told_at_sign_in(client)
    assert rows(sa.select(SignIn.ended_because)) == [SessionEnd.ROLE]


def test_who_is_made_staff_does_not_keep_a_remembered_session(
    cast: Cast, client: FlaskClient
) -> None:
    enter(client, cast.otto, remember="y")
    roles.set_role(cast.otto, PlatformRole.REVIEWER, cast.root)
    db.session.commit()
    assert not opens(client)


def test_a_disabled_account_has_no_sessions(cast: Cast, client: FlaskClient) -> None:
    enter(client, cast.ann)
    roles.disable(cast.ann, cast.root)
    db.session.commit()
    assert "该账号已停用，请与我们联系。" in told_at_sign_in(client)
    roles.enable(cast.ann, cast.root)
    db.session.commit()
    assert not opens(client)


def test_a_new_password_is_the_end_of_the_others_with_the_reason(app: Flask, cast: Cast) -> None:
    here, there = enter(app.test_client(), cast.ann), enter(app.test_client(), cast.ann)
    new = "quite another battery of horses"
    typed = {"password": PASSWORD, "new_password": new, "new_password_confirm": new}
    assert here.post("/change", data=typed).status_code == 302
    assert "账号密码已修改，请重新登录。" in told_at_sign_in(there)


# --- before it ends -------------------------------------------------------------------------------


def test_a_page_knows_when_its_session_ends(cast: Cast, client: FlaskClient) -> None:
    enter(client, cast.root)
    page = client.get("/admin/").text
    assert 'data-left="1800" data-warn="300" data-final=""' in page.replace("1799", "1800")
    assert "30 分钟" not in page  # nothing is said yet
    with later(minutes=26):
        told = client.get("/account/session", headers={"X-Background": "1"}).get_json()
        assert (230 <= told["left"] <= 240, told["final"]) == (True, False)


def test_nobody_reads_of_the_end_of_a_session_of_a_month(cast: Cast, client: FlaskClient) -> None:
    enter(client, cast.ann, remember="y")
    assert "session-end" not in client.get("/account/").text


def test_going_on_is_a_post_and_puts_the_end_off(cast: Cast, client: FlaskClient) -> None:
    enter(client, cast.root)
    with later(minutes=26):
        forget()
        assert 1799 <= client.post("/account/session").get_json()["left"] <= 1800
    with later(minutes=50):
        forget()
        told = client.get("/account/session", headers={"X-Background": "1"}).get_json()
        assert 355 <= told["left"] <= 360


def test_after_its_end_a_script_is_told_so_and_sent_nowhere(
    cast: Cast, client: FlaskClient
) -> None:
    enter(client, cast.root)
    with later(minutes=31):
        forget()
        for answer in (client.get("/account/session"), client.post("/account/session")):
            assert answer.status_code == 200
            assert answer.get_json() == {"left": 0, "final": False}
        assert "您长时间未操作" in client.get("/login").text


def test_the_absolute_end_cannot_be_put_off(cast: Cast, client: FlaskClient) -> None:
    setting_changes.change({"session_idle_staff": 240, "session_whole_staff": 1}, cast.root)
    db.session.commit()
    enter(client, cast.root)
    with later(minutes=58):
        forget()
        told = client.post("/account/session").get_json()
    assert (115 <= told["left"] <= 120, told["final"]) == (True, True)


# --- the job --------------------------------------------------------------------------------------


def test_a_job_ends_what_is_over_and_a_higher_limit_revives_nothing(app: Flask, cast: Cast) -> None:
    root, ann = enter(app.test_client(), cast.root), enter(app.test_client(), cast.ann)
    kept = enter(app.test_client(), cast.bob, remember="y")
    assert overdue.end_overdue(now()) == 0
    assert overdue.end_overdue(now() + timedelta(minutes=31)) == 1
    assert overdue.end_overdue(now() + timedelta(hours=9)) == 1
    setting_changes.change({"session_idle_staff": 240, "session_idle_others": 72}, cast.root)
    db.session.commit()
    assert (opens(root), opens(ann), opens(kept)) == (False, False, True)
    assert overdue.end_overdue(now() + timedelta(days=30, seconds=1)) == 1
    ends = dict(db.session.execute(sa.select(SignIn.user_id, SignIn.ended_because)).all())
    assert ends == {
        cast.root.id: SessionEnd.IDLE,
        cast.ann.id: SessionEnd.IDLE,
        cast.bob.id: SessionEnd.EXPIRED,
    }


# --- the settings ---------------------------------------------------------------------------------


def test_the_limits_are_those_of_the_settings(cast: Cast) -> None:
    before = db.session.scalar(sa.select(session_limits.STORED))
    staff = session_limits.of(before, staff=True, remembered=True)
    assert (staff.idle and staff.idle.total_seconds(), staff.whole.total_seconds()) == (1800, 43200)
    setting_changes.change({"session_idle_staff": 15, "session_remember": 0}, cast.root)
    db.session.flush()
    stored = db.session.scalar(sa.select(session_limits.STORED))
    assert session_limits.of(stored, staff=True, remembered=False).idle.total_seconds() == 900
    others = session_limits.of(stored, staff=False, remembered=True)
    assert others.idle is not None  # nothing is remembered any more
    assert not session_limits.remembers(stored)


def test_the_panel_takes_a_number_within_its_bounds(cast: Cast, client: FlaskClient) -> None:
    sign_in(client, cast.root)
    for typed, status in (("0", 200), ("241", 200), ("many", 200), ("", 302), ("２０", 302)):
        page = client.get("/admin/setting/").text
        fields = dict(re.findall(r'<input[^>]*name="(session_\w+)"[^>]*value="(\d+)"', page))
        assert len(fields) == 5
        typed_all = fields | {"session_idle_staff": typed}
        assert client.post("/admin/setting/", data=typed_all).status_code == status, typed
    assert rows(sa.select(sa.text("value")).select_from(sa.text("site_setting"))
                .where(sa.text("key = 'session_idle_staff'"))) == ["20"]  # fmt: skip
