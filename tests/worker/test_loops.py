"""The worker's loops go on: what ends a round is logged and on record, and the next one begins."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import OperationalError

import outbox
from core import clock
from core.database import db
from core.leases import Lease, Leases
from core.loops import Ending, repeat
from models import JobRun, Mail, MailStatus
from outbox import leased_mails
from tests.support.application import sign_in
from tests.support.smtp import PostOffice, mailing, serving
from worker import commands, faults, jobs, rounds, runs
from worker.jobs import Job

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
pytestmark = pytest.mark.connections


def kept(name: str) -> JobRun | None:
    db.session.rollback()
    return db.session.query(JobRun).filter_by(name=name).populate_existing().one_or_none()


def failures() -> dict[str, faults.Faults]:
    return {name: faults.Faults(name) for name in faults.LOOPS}


@contextmanager
def watching(app: Flask, ending: Ending, hand: rounds.Hand | None = None) -> Iterator[None]:
    """The thread of the jobs, until the block ends."""
    own = (app, ending, hand or rounds.Hand(), failures())
    thread = threading.Thread(target=commands.watch_jobs, args=own)
    thread.start()
    try:
        yield
    finally:
        ending.ask()
        thread.join(20)
        assert not thread.is_alive()


def until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + 15
    while not reached():
        assert time.monotonic() < end, "not within 15 seconds"
        time.sleep(0.02)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.loops.NAP", 0.01)
    monkeypatch.setattr(commands, "PAUSE", 0.01)
    monkeypatch.setattr("outbox.commands.PAUSE", 0.01)


def test_an_error_that_nobody_expects_ends_no_loop(app: Flask, caplog) -> None:
    ending, tried, heard = Ending(), [], []

    def work() -> bool:
        tried.append(1)
        if len(tried) == 3:
            ending.ask()
            return False
        raise KeyError("none of the errors that a database has")

    repeat(app, ending, work, lambda: 0.0, heard.append)
    assert (len(tried), [type(one) for one in heard]) == (3, [KeyError, KeyError])
    assert "a round failed" in caplog.text
    assert "KeyError" in caplog.text


def test_a_failure_that_cannot_be_put_on_record_ends_no_loop(app: Flask, caplog) -> None:
    ending = Ending()

    def work() -> bool:
        raise RuntimeError("first")

    def failed(_error: Exception) -> None:
        ending.ask()
        raise OperationalError("INSERT", {}, Exception("the database is away"))

    repeat(app, ending, work, lambda: 0.0, failed)
    assert "the failure is not on record: OperationalError" in caplog.text


def test_the_jobs_thread_lives_on_and_administrators_see_why(
    app: Flask, cast, client, chinese, quick, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[datetime] = []
    bell = Job(name="bell", run=lambda at: rung.append(at) or 1, every=timedelta(hours=1))
    real, broken = runs.enrol, [1, 1]

    def enrol(*args) -> None:
        if broken:
            broken.pop()
            raise LookupError("the list of jobs is torn")
        real(*args)

    monkeypatch.setattr(jobs, "JOBS", (bell,))
    monkeypatch.setattr(runs, "enrol", enrol)
    with watching(app, Ending()):
        until(lambda: bool(rung))
    assert kept("loop_jobs").error == "LookupError: the list of jobs is torn"
    page = sign_in(client, cast.root).get("/admin/job/").text
    assert "LookupError: the list of jobs is torn" in page
    assert "后台进程：运行到期任务" in page
    assert "一直运行" in page
    # and among what waits for them
    assert "/admin/job/" in client.get("/admin/").text


def test_a_failure_stays_on_record_for_a_day(app: Flask) -> None:
    with clock.frozen(NOON):
        faults.Faults("loop_mails").note(KeyError("x"))
    faults.forget_old(NOON + timedelta(hours=23))
    assert kept("loop_mails").error == "KeyError: 'x'"
    faults.forget_old(NOON + timedelta(hours=25))
    assert kept("loop_mails").error is None


def test_a_failure_is_put_on_record_once_the_database_answers(app: Flask, monkeypatch) -> None:
    own = faults.Faults("loop_mails")
    with monkeypatch.context() as patch:
        patch.setattr(runs, "insert_missing", lambda rows: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            own.note(KeyError("x"))
    db.session.rollback()
    own.write()
    assert kept("loop_mails").error == "KeyError: 'x'"
    own.write()  # nothing is left to say


def test_the_mail_loop_lives_on(app: Flask, quick, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox.enqueue("welcome", "ann@example.com", link="/", key="k", kind=None, locale="en")
    db.session.commit()
    real, broken = leased_mails.take, [1, 1]

    def take(*args) -> list[Lease]:
        if broken:
            broken.pop()
            raise LookupError("the outbox is torn")
        return real(*args)

    monkeypatch.setattr(jobs, "JOBS", ())
    monkeypatch.setattr(leased_mails, "take", take)
    post, ending, heard = PostOffice(), Ending(), []
    with serving(post) as port, mailing(app, port):

        def end() -> None:
            until(lambda: bool(post.recipients))
            ending.ask()

        thread = threading.Thread(target=end)
        thread.start()
        outbox.commands.watch_until(ending, 50, heard.append)
        thread.join()
    assert post.recipients == ["ann@example.com"]
    assert [type(error) for error in heard] == [LookupError, LookupError]


def cut_all_lines() -> None:
    """End every connection to this database but our own, as an administrator of it may."""
    with db.engine.connect() as line:
        line.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


@pytest.mark.postgres
def test_a_connection_that_postgresql_ended_ends_no_job_loop(
    pg_app: Flask, quick, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, go_on, ends = threading.Event(), threading.Event(), []

    def run(_at: datetime) -> int:
        db.session.execute(sa.text("SELECT 1"))
        began.set()
        assert go_on.wait(10)
        db.session.execute(sa.text("SELECT 1"))  # on a line that is dead the first time
        ends.append(1)
        return 1

    monkeypatch.setattr(jobs, "JOBS", (Job(name="bell", run=run, every=timedelta(0)),))
    monkeypatch.setattr(rounds, "AGAIN", timedelta(0))
    with watching(pg_app, Ending()):
        assert began.wait(10)
        cut_all_lines()
        go_on.set()
        until(lambda: len(ends) > 1)
    assert kept("bell").error is None


@pytest.mark.postgres
def test_a_connection_that_ends_between_work_and_record_ends_no_job_loop(
    pg_app: Flask, quick, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease stays in the worker's hand, and is given back in its next round."""
    real, rung, cut = rounds.put_down, [], []

    def put_down(hand, **values) -> None:
        if values.get("moved") and not cut:
            cut.append(1)
            db.session.execute(sa.text("SELECT 1"))
            cut_all_lines()
        real(hand, **values)

    bell = Job(name="bell", run=lambda at: rung.append(at) or 1, every=timedelta(hours=1))
    monkeypatch.setattr(jobs, "JOBS", (bell,))
    monkeypatch.setattr(rounds, "AGAIN", timedelta(0))
    monkeypatch.setattr(rounds, "put_down", put_down)
    with watching(pg_app, Ending()):
        until(lambda: len(rung) == 2)
        until(lambda: kept("bell").leased_until is None)
    assert kept("loop_jobs").error.startswith("OperationalError")
    assert kept("bell").error is None


@pytest.mark.postgres
def test_a_connection_that_postgresql_ended_ends_no_mail_loop(
    pg_app: Flask, quick, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.enqueue("welcome", "ann@example.com", link="/", key="k", kind=None, locale="en")
    db.session.commit()
    real, cut = leased_mails.read, []

    def read(lease: Lease) -> leased_mails.Letter:
        if not cut:
            cut.append(1)
            db.session.execute(sa.text("SELECT 1"))
            cut_all_lines()
        return real(lease)

    monkeypatch.setattr(leased_mails, "read", read)
    monkeypatch.setattr(leased_mails, "SHORTEST_LEASE", timedelta(seconds=1))
    monkeypatch.setattr(leased_mails, "COMMANDS", 0)
    monkeypatch.setattr(leased_mails, "FINAL", timedelta(0))
    monkeypatch.setattr(leased_mails, "ROOM", timedelta(seconds=1))
    post, ending, heard = PostOffice(), Ending(), []
    with serving(post) as port, mailing(pg_app, port):

        def end() -> None:
            until(lambda: bool(post.recipients))
            ending.ask()

        thread = threading.Thread(target=end)
        thread.start()
        outbox.commands.watch_until(ending, 50, heard.append)
        thread.join()
    assert post.recipients == ["ann@example.com"]
    assert [type(error) for error in heard] == [OperationalError]


def test_a_job_that_is_not_finished_when_the_end_comes_is_given_back(app: Flask) -> None:
    bell = Job(name="bell", run=lambda at: 1, every=timedelta(hours=1))
    mine, next_one = rounds.Hand(), rounds.Hand()
    runs.enrol([bell], NOON)
    assert rounds.take(bell, NOON, mine)
    commands.leave(app, lambda: rounds.put_down(mine))
    assert rounds.take(bell, NOON + timedelta(seconds=1), next_one)  # at once


def letters(*names: str) -> None:
    for name in names:
        outbox.enqueue("welcome", f"{name}@example.com", link="/", key=name, kind=None, locale="en")
    db.session.commit()


def states() -> dict[str, tuple[str, int, bool]]:
    db.session.rollback()
    found = db.session.scalars(sa.select(Mail).execution_options(populate_existing=True))
    return {
        one.recipient.partition("@")[0]: (one.status.value, one.attempts, one.leased_until is None)
        for one in found
    }


def test_mails_that_wait_in_the_hand_are_given_back_when_the_end_comes(app: Flask) -> None:
    with clock.frozen(NOON):
        letters("ann", "bob", "otto")
    post = PostOffice()
    with serving(post) as port, mailing(app, port):
        outbox.deliver_due(now=lambda: NOON, stop=lambda: bool(post.recipients))
    assert states() == {
        "ann": ("sent", 1, True),
        "bob": ("queued", 0, True),
        "otto": ("queued", 0, True),
    }


@pytest.fixture
def five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lease of a mail without the patience for its final answer."""
    monkeypatch.setattr(leased_mails, "FINAL", timedelta(0))


def test_a_lease_is_renewed_before_it_runs_out(app: Flask, five_minutes: None, monkeypatch) -> None:
    """A slow server: with each mail four minutes pass, of a lease of five."""
    with clock.frozen(NOON):
        letters("ann", "bob", "otto")
    post, passed, taken = PostOffice(), [], []
    real = Leases.renew

    def renew(self, leases, until):
        taken.append(until)
        return real(self, leases, until)

    monkeypatch.setattr(Leases, "renew", renew)
    with serving(post) as port, mailing(app, port):
        send = outbox.transport.Connection.send

        def slow(self, message):
            send(self, message)
            passed.append(timedelta(minutes=4))

        monkeypatch.setattr(outbox.transport.Connection, "send", slow)
        report = outbox.deliver_due(now=lambda: NOON + sum(passed, timedelta(0)))
    assert report.sent == 3
    assert taken == [NOON + timedelta(minutes=9), NOON + timedelta(minutes=13)]


def test_a_mail_that_another_worker_took_meanwhile_is_left_to_it(
    app: Flask, five_minutes: None
) -> None:
    with clock.frozen(NOON):
        letters("ann", "bob")
    first = leased_mails.take(NOON)
    assert [lease.turn for lease in first] == [1, 1]
    second = leased_mails.take(NOON + timedelta(minutes=6))
    assert [lease.turn for lease in second] == [2, 2]
    assert leased_mails.LEASES.renew(first, NOON + timedelta(hours=1)) == []
    leased_mails.put_back(first)
    assert {status for status, _, _ in states().values()} == {MailStatus.SENDING.value}
    assert leased_mails.LEASES.renew(second, NOON + timedelta(minutes=9)) == second


def test_what_is_logged_names_nothing_private(app: Flask, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    ending, typed = Ending(), {"phone": "".join(("138", "12345678"))}

    def work() -> bool:
        ending.ask()
        db.session.execute(sa.text("SELECT :phone FROM nowhere"), typed)
        return False

    repeat(app, ending, work, lambda: 0.0)
    assert "nowhere" in caplog.text
    assert "13812345678" not in caplog.text
