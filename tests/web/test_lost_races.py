"""A lock that was not got: the request is tried once more, then told; what was typed is kept."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError, OperationalError

from core.database import db
from models import Event, Transaction, TransactionStatus, User
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from tests.support.locks import until, waits_for_a_lock
from tests.support.transactions import apart, filed
from web.lost_races import is_lost_race


def locked() -> OperationalError:
    """What SQLite says after it has waited for the write lock."""
    error = sqlite3.OperationalError("database is locked")
    error.sqlite_errorcode = sqlite3.SQLITE_BUSY
    return OperationalError("BEGIN IMMEDIATE", {}, error)


@contextmanager
def failing(times: int, beginning: str) -> Iterator[list[str]]:
    """Let the first statements that begin so find the database locked; yields those tried."""
    tried: list[str] = []

    def refuse(_connection, _cursor, statement, *_rest) -> None:
        if statement.startswith(beginning):
            tried.append(statement)
            if len(tried) <= times:
                raise locked()

    sa.event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        yield tried
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", refuse)


@pytest.fixture
def waiting(cast: Cast) -> dict[str, Any]:
    """A filed deal, and the form that rejects it."""
    row = filed(cast)
    db.session.commit()
    return {
        "verb": "reject", "ids": f"{row.id}:{row.version}", "answered": "1",
        "reason": "The <scan> is\nunreadable.",
    }  # fmt: skip


def statuses() -> list[TransactionStatus]:
    db.session.rollback()
    return [row.status for row in rows(sa.select(Transaction))]


def rejections() -> int:
    return len(rows(sa.select(Event).where(Event.name == "reject")))


def test_a_lost_race_is_run_again_unseen(app: Flask, cast: Cast, client, waiting) -> None:
    sign_in(client, cast.root)
    with failing(1, 'UPDATE "transaction"') as tried:
        answer = client.post("/admin/transaction/ask/", data=waiting, follow_redirects=True)
    assert len(tried) == 2
    assert answer.status_code == 200
    assert statuses() == [TransactionStatus.REJECTED]
    assert rejections() == 1
    assert answer.text.count("notice-success") == 1


def test_one_lost_twice_keeps_what_was_typed(app: Flask, cast: Cast, client, waiting) -> None:
    sign_in(client, cast.root)
    with failing(2, 'UPDATE "transaction"') as tried:
        answer = client.post("/admin/transaction/ask/", data=waiting)
    assert len(tried) == 2
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Cache-Control"] == "no-store"
    assert ">\nThe &lt;scan&gt; is\nunreadable.</textarea>" in answer.text
    assert 'name="ids"' in answer.text
    assert "再次提交" in answer.text
    assert statuses() == [TransactionStatus.FILED]
    answer = client.post("/admin/transaction/ask/", data=waiting)
    assert answer.status_code == 302
    assert statuses() == [TransactionStatus.REJECTED]


def test_whoever_cannot_even_be_loaded_is_told(app: Flask, cast: Cast, client, waiting) -> None:
    """The lock that SQLite wants first: before the person is known. The page asks nothing."""
    sign_in(client, cast.root)
    db.session.remove()
    with failing(99, "") as tried:
        answer = client.post("/admin/transaction/ask/", data=waiting)
    assert answer.status_code == 503
    assert "unreadable." in answer.text
    assert tried == ["BEGIN IMMEDIATE"] * 2


def test_what_is_committed_is_not_done_twice(app: Flask, cast: Cast, client, monkeypatch) -> None:
    calls = []

    def twice() -> str:
        calls.append("begun")
        db.session.execute(sa.update(User).values(phone="1"))
        db.session.commit()
        raise locked()

    monkeypatch.setitem(app.view_functions, "storefront.set_language", twice)
    answer = client.post("/language", data={"language": "en"})
    assert answer.status_code == 503
    assert calls == ["begun"]


def test_passwords_are_not_sent_back(app: Flask, cast: Cast, client) -> None:
    with failing(99, "BEGIN IMMEDIATE"):
        answer = client.post("/login", data={"email": "ann@example.com", "password": "hunter-22"})
    assert answer.status_code == 503
    assert "hunter-22" not in answer.text


def test_a_public_page_is_told_too(app: Flask, cast: Cast, client) -> None:
    with failing(2, "SELECT"):
        answer = client.get("/institutions")
    assert answer.status_code == 503
    assert "<form" not in answer.text


def test_the_page_of_an_error_loads_nobody(app: Flask, cast: Cast, client, monkeypatch) -> None:
    """A 500 whose database is gone: neither the person nor a setting is asked for again."""
    sign_in(client, cast.root)
    db.session.remove()
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    gone = OperationalError("SELECT 1", {}, sqlite3.OperationalError("disk I/O error"))

    def refuse(*_args: Any) -> None:
        raise gone

    sa.event.listen(db.engine, "before_cursor_execute", refuse)
    try:
        answer = client.get("/admin/")
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", refuse)
    assert answer.status_code == 500
    assert "<h1>" in answer.text


@pytest.mark.parametrize(
    ("code", "lost"),
    [("40P01", True), ("40001", True), ("55P03", True), ("57014", False), ("08006", False)],
)
def test_which_errors_of_postgresql_are_lost_races(code: str, lost: bool) -> None:
    class Refused(Exception):
        sqlstate = code

    assert is_lost_race(OperationalError("SELECT", {}, Refused())) is lost
    assert not is_lost_race(DBAPIError("SELECT", {}, Refused()))
    assert not is_lost_race(ValueError())


@pytest.mark.postgres
def test_the_victim_of_a_deadlock_is_served_at_the_second_try(pg_app: Flask) -> None:
    """Somebody holds the second deal and wants the first; the request holds that, and is ended."""
    cast = Cast()
    apart(cast)
    deals = [filed(cast), filed(cast, contract_number="HT-2")]
    db.session.commit()
    client = sign_in(pg_app.test_client(), cast.root)
    first, second = (row.id for row in deals)
    form = {"verb": "reject", "answered": "1", "reason": "Unreadable.", "from_list": "1",
            "ids": ",".join(f"{row.id}:{row.version}" for row in deals)}  # fmt: skip
    db.session.remove()
    lock = sa.text('SELECT id FROM "transaction" WHERE id = :id FOR UPDATE')
    answers: list[Any] = []

    def request() -> None:
        answers.append(client.post("/admin/transaction/ask/", data=form))

    with db.engine.connect() as other:
        # the other is patient: the request looks for a circle first, and finds one
        other.execute(sa.text("SET LOCAL deadlock_timeout = '30s'"))
        other.execute(lock, {"id": second})
        thread = threading.Thread(target=request)
        thread.start()
        until(waits_for_a_lock)
        other.execute(lock, {"id": first})
        other.commit()
        thread.join(30)
    assert [answer.status_code for answer in answers] == [302]
    assert statuses() == [TransactionStatus.REJECTED] * 2
    assert rejections() == 2
