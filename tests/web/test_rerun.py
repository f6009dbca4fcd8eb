"""A request that is run again begins as it came: session, `g`, files; and never past a commit."""

from __future__ import annotations

import io
import sqlite3
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, flash, g, request, session
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError

from core import database
from core.database import db
from models import User
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from web import rerun

VIEW = "storefront.set_language"


def locked() -> OperationalError:
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return OperationalError("COMMIT", {}, error)


def stale() -> StaleDataError:
    return StaleDataError()


@pytest.mark.parametrize("lost", [locked, stale])
def test_session_context_and_all_files_are_as_they_came(app, client, cast, monkeypatch, lost):
    sign_in(client, cast.ann)
    with client.session_transaction() as before:
        before["_flashes"] = [("message", "from the page before")]
    seen: list[Any] = []

    def view() -> str:
        seen.append(
            ([file.read() for file in request.files.getlist("file")], list(session["_flashes"]),
             session.get("mark"), g.get("mark"))
        )  # fmt: skip
        flash("of this attempt")
        session["mark"] = g.mark = "set by the first"
        if len(seen) == 1:
            raise lost()
        return "done"

    monkeypatch.setitem(app.view_functions, VIEW, view)
    files = [(io.BytesIO(b"first"), "a.txt"), (io.BytesIO(b"second"), "b.txt")]
    answer = client.post("/language", data={"file": files})
    assert answer.text == "done"
    came = ([b"first", b"second"], [("message", "from the page before")], None, None)
    assert seen == [came, came]


def test_a_lost_race_and_a_concurrent_edit_have_each_one_attempt(app, client, cast, monkeypatch):
    errors = [locked(), stale(), locked()]

    def view() -> str:
        raise errors.pop(0)

    monkeypatch.setitem(app.view_functions, VIEW, view)
    assert client.post("/language").status_code == 503
    assert errors == []


def test_a_commit_that_failed_is_no_commit(app, client, ann_is_signed_in, refuse_commit):
    """The event of a commit comes before it; the database may still refuse."""
    db.session.remove()
    data = {"name": "Anna", "phone": "", "locale": "en"}
    assert client.post("/account/profile", data=data).status_code == 302
    assert refuse_commit == []
    assert rows(sa.select(User.name).where(User.email == "ann@example.com")) == ["Anna"]


@pytest.fixture
def ann_is_signed_in(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.ann)


def sign_in_form() -> dict[str, str]:
    return {"email": "ann@example.com", "password": "correct-horse-42"}


@pytest.fixture
def refuse_commit(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let as many commits as the list holds find the database locked."""
    real, failures = db.engine.dialect.do_commit, [1]

    def do_commit(connection: Any) -> None:
        if failures:
            failures.pop()
            raise locked().orig
        real(connection)

    monkeypatch.setattr(db.engine.dialect, "do_commit", do_commit)
    return failures


@pytest.fixture
def ann_has_a_password(cast: Cast) -> None:
    from flask_security import hash_password

    cast.ann.password = hash_password(sign_in_form()["password"])
    db.session.commit()
    db.session.remove()


@pytest.fixture
def quiet(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in production: an error that nobody handles is a page."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)


def signed_in(client) -> bool:
    with client.session_transaction() as session:
        return "_user_id" in session


def test_a_sign_in_that_loses_its_commit_is_run_again(
    app, client, quiet, ann_has_a_password, refuse_commit
):
    answer = client.post("/login", data=sign_in_form())
    assert answer.status_code == 302
    assert refuse_commit == []
    assert signed_in(client)
    assert rows(sa.select(User.last_login_at).where(User.email == "ann@example.com")) != [None]


def test_a_sign_in_that_loses_it_twice_is_told_and_signs_nobody_in(
    app, client, quiet, ann_has_a_password, refuse_commit
):
    refuse_commit.append(1)
    answer = client.post("/login", data=sign_in_form())
    assert answer.status_code == 503
    assert sign_in_form()["password"] not in answer.text
    assert not signed_in(client)


@pytest.mark.parametrize(("lost", "status"), [(locked, 503), (stale, 409), (ValueError, 500)])
def test_what_fails_after_the_view_is_told(app, client, cast, quiet, monkeypatch, lost, status):
    from flask import after_this_request

    def view() -> str:
        session["mark"] = "of a request that failed"
        after_this_request(fail)
        return "done"

    failures = [lost()]

    def fail(response: Any) -> Any:
        if failures:
            raise failures.pop()
        return response

    monkeypatch.setitem(app.view_functions, VIEW, view)
    answer = client.post("/language")
    assert answer.status_code == status
    with client.session_transaction() as after:
        assert ("mark" in after) is (status == 500)


def test_an_upload_is_not_parsed_before_its_reader_is_known(app, cast):
    data = {"file": (io.BytesIO(b"whole"), "a.txt")}
    with app.test_request_context("/language", method="POST", data=data):
        rerun.remember()
        rerun.as_it_came()
        assert "files" not in request.__dict__


@pytest.mark.postgres
def test_a_request_that_waits_for_a_lock_ends_in_words(pg_app, monkeypatch):
    ann = Cast().ann
    client = sign_in(pg_app.test_client(), ann)
    key = ann.id
    db.session.remove()
    monkeypatch.setattr(database, "LOCK_TIMEOUT", "200ms")
    db.engine.dispose()
    with db.engine.connect() as other:
        assert other.scalar(sa.text("SHOW lock_timeout")) == "200ms"
        other.execute(sa.text('SELECT id FROM "user" WHERE id = :id FOR UPDATE'), {"id": key})
        data = {"name": "Anna", "phone": "", "locale": "en"}
        answer = client.post("/account/profile", data=data)
    db.session.remove()
    db.engine.dispose()
    assert answer.status_code == 503
    assert "Anna" in answer.text


@pytest.mark.postgres
def test_connections_to_postgresql_wait_ten_seconds_for_a_lock(pg_app):
    db.session.rollback()
    assert db.session.scalar(sa.text("SHOW lock_timeout")) == "10s"
