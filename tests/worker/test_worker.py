"""The worker: what is due runs once, a missed night is made up, a failure stops no other."""

from __future__ import annotations

import logging
import signal
import threading
import time as real_time
from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from core import clock
from core.database import db
from core.loops import Ending
from models import Category, JobRun
from tests.support.smtp import PostOffice, mailing, serving
from worker import commands, heartbeat, rounds, run_due, runs
from worker import jobs as worker_jobs
from worker.jobs import Job

pytestmark = pytest.mark.connections

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # 20:00 in the park
TWO = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # 02:00 of the 24th in the park


class Bell:
    """A job that counts how often it rang, and when."""

    def __init__(self, **due) -> None:
        self.rung: list[datetime] = []
        self.job = Job(name="bell", run=self.ring, **due)

    def ring(self, at: datetime) -> int:
        self.rung.append(at)
        return 3


def run(*jobs: Job, at: datetime) -> list[str]:
    return run_due(jobs, now=lambda: at)


def kept(name: str = "bell") -> JobRun:
    db.session.rollback()
    return db.session.query(JobRun).filter_by(name=name).populate_existing().one()


def test_every_so_often(app: Flask) -> None:
    bell = Bell(every=timedelta(minutes=5))
    assert run(bell.job, at=NOON) == ["bell"]
    assert run(bell.job, at=NOON + timedelta(minutes=4, seconds=59)) == []
    assert run(bell.job, at=NOON + timedelta(minutes=5)) == ["bell"]
    assert bell.rung == [NOON, NOON + timedelta(minutes=5)]
    row = kept()
    assert (row.started_at, row.finished_at) == (NOON + timedelta(minutes=5),) * 2
    assert (row.due_at, row.moved, row.error) == (NOON + timedelta(minutes=10), 3, None)
    assert row.leased_until is None


def test_daily_in_the_park_s_hours(app: Flask) -> None:
    bell = Bell(at=time(2, 0))
    run(bell.job, at=NOON)  # new: at once
    assert kept().due_at == TWO
    assert run(bell.job, at=TWO - timedelta(seconds=1)) == []
    assert run(bell.job, at=TWO) == ["bell"]
    assert run(bell.job, at=TWO + timedelta(hours=23, minutes=59)) == []
    assert run(bell.job, at=TWO + timedelta(hours=24)) == ["bell"]


def test_a_missed_night_is_made_up_once(app: Flask) -> None:
    bell = Bell(at=time(2, 0))
    run(bell.job, at=NOON)
    morning = TWO + timedelta(days=3, hours=7)  # nobody worked for three nights
    assert run(bell.job, at=morning) == ["bell"]
    assert run(bell.job, at=morning + timedelta(minutes=1)) == []
    assert kept().due_at == TWO + timedelta(days=4)


@pytest.mark.parametrize("due", [{}, {"every": timedelta(hours=1), "at": time(2)}])
def test_a_job_has_one_rhythm(due) -> None:
    with pytest.raises(ValueError, match="every so often, or daily"):
        Job(name="x", run=lambda at: 0, **due).next(NOON)


def test_a_job_that_fails_is_on_record_and_stops_no_other(app: Flask, caplog) -> None:
    def fail(at: datetime) -> int:
        db.session.add(Category(slug="half", name="半", name_en="Half done"))
        db.session.flush()
        raise RuntimeError("the calendar is full")

    bad = Job(name="bad", run=fail, at=time(2))
    bell = Bell(every=timedelta(hours=1))
    assert run(bad, bell.job, at=NOON) == ["bad", "bell"]
    row = kept("bad")
    assert row.error == "RuntimeError: the calendar is full"
    assert (row.leased_until, row.due_at) == (None, NOON + timedelta(minutes=10))
    assert kept().error is None
    assert db.session.query(Category).filter_by(slug="half").count() == 0
    assert "job bad failed" in caplog.text
    assert run(bad, at=NOON + timedelta(minutes=9)) == []
    mended = Job(name="bad", run=lambda at: 1, at=time(2))
    assert run(mended, at=NOON + timedelta(minutes=10)) == ["bad"]
    assert (kept("bad").error, kept("bad").moved) == (None, 1)


def test_a_lease_holds_others_off_until_it_runs_out(app: Flask) -> None:
    bell = Bell(every=timedelta(hours=1))
    dead, other = rounds.Hand(), rounds.Hand()
    runs.enrol([bell.job], NOON)
    assert rounds.take(bell.job, NOON, dead)  # whose worker then dies
    assert not rounds.take(bell.job, NOON + timedelta(seconds=119), other)
    assert run(bell.job, at=NOON + timedelta(seconds=119)) == []
    assert run(bell.job, at=NOON + timedelta(minutes=2)) == ["bell"]
    assert not heartbeat.renew(dead, NOON + timedelta(minutes=2))
    rounds.put_down(dead, error="late", due_at=NOON)  # it was not dead: too late
    assert (kept().error, kept().due_at) == (None, NOON + timedelta(minutes=62))


def test_a_job_longer_than_its_lease_is_held_while_its_worker_lives(app: Flask) -> None:
    bell, hand = Bell(every=timedelta(hours=1)), rounds.Hand()
    runs.enrol([bell.job], NOON)
    assert rounds.take(bell.job, NOON, hand)
    for minute in range(1, 90):
        assert heartbeat.renew(hand, NOON + timedelta(minutes=minute))
        assert run(bell.job, at=NOON + timedelta(minutes=minute, seconds=59)) == []
    rounds.put_down(hand, due_at=NOON + timedelta(hours=2))
    assert not heartbeat.renew(hand, NOON + timedelta(minutes=90))
    assert kept().leased_until is None


def test_the_heart_beats_while_a_job_runs(app: Flask, monkeypatch) -> None:
    """In the worker's own thread, whatever one beat meets."""
    monkeypatch.setattr(heartbeat, "BEAT", 0.01)
    monkeypatch.setattr("core.loops.NAP", 0.005)
    bell, hand, ending = Bell(every=timedelta(hours=1)), rounds.Hand(), Ending()
    runs.enrol([bell.job], NOON)
    assert rounds.take(bell.job, clock.now(), hand)
    first, beats = kept().leased_until, []
    db.session.rollback()  # no lock of the test's own
    real = heartbeat.renew

    def renew(*args) -> bool:
        beats.append(1)
        if len(beats) == 1:
            raise KeyError("the first beat fails")
        if len(beats) == 4:
            ending.ask()
        return real(*args)

    monkeypatch.setattr(heartbeat, "renew", renew)
    thread = threading.Thread(target=heartbeat.beat, args=(app, ending, hand))
    thread.start()
    thread.join(10)
    assert len(beats) == 4
    assert kept().leased_until > first


@pytest.mark.parametrize(
    ("due", "right"),
    [({"every": timedelta(hours=1)}, timedelta(hours=1)), ({"at": time(2)}, timedelta(hours=6))],
)
def test_a_clock_that_was_a_year_ahead_silences_no_job(app: Flask, due, right, caplog) -> None:
    bell = Bell(**due)
    run(bell.job, at=NOON + timedelta(days=365))
    assert kept().due_at > NOON + timedelta(days=365)
    assert run(bell.job, at=NOON) == ["bell"]
    assert kept().due_at == NOON + right
    assert "which no right clock says" in caplog.text
    hand = rounds.Hand()
    assert rounds.take(bell.job, NOON + timedelta(days=365), hand)  # and died then
    assert run(bell.job, at=NOON + right) == ["bell"]


def test_a_loop_that_ends_by_itself_ends_the_worker(app: Flask, monkeypatch) -> None:
    """A worker without its jobs lives on and does nothing: its supervisor starts a new one."""

    def ended(*_args) -> None:
        raise SystemExit

    monkeypatch.setattr(commands, "watch_jobs", ended)
    result = app.test_cli_runner().invoke(args=["worker"])
    assert result.exit_code == 1
    assert "A loop of the worker ended by itself." in result.output


def test_the_end_comes_between_two_jobs(app: Flask) -> None:
    first, second = Bell(every=timedelta(hours=1)), Bell(every=timedelta(hours=1))
    jobs = [
        first.job,
        Job(name="second", run=second.ring, every=timedelta(hours=1)),
    ]
    assert run_due(jobs, now=lambda: NOON, stop=lambda: bool(first.rung)) == ["bell"]
    assert second.rung == []
    assert run_due(jobs, now=lambda: NOON) == ["second"]


def two_workers(app: Flask) -> None:
    """Two workers at the same moment, with ten jobs: each job runs once."""
    rung: list[str] = []

    def ring(name: str):
        def one(at: datetime) -> int:
            real_time.sleep(0.01)  # long enough for the other to come by
            rung.append(name)
            return 1

        return one

    names = [f"job {number}" for number in range(10)]
    jobs = [Job(name=name, run=ring(name), at=time(2)) for name in names]
    db.session.remove()
    ready = threading.Barrier(2)
    ran: list[list[str]] = []

    def work() -> None:
        with app.app_context():
            ready.wait()
            ran.append(run_due(jobs, now=lambda: NOON))
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(rung) == sorted(names)
    assert sorted(ran[0] + ran[1]) == sorted(names)
    assert db.session.scalar(sa.select(sa.func.sum(JobRun.turn))) == 10


def test_two_workers_at_once_run_each_job_once(app: Flask) -> None:
    two_workers(app)


@pytest.mark.postgres
def test_two_workers_at_once_on_postgresql(pg_app: Flask) -> None:
    two_workers(pg_app)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_runs_jobs_sends_mails_and_ends_when_told(
    app: Flask, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    import outbox

    outbox.enqueue("welcome", "ann@example.com", link="/", kind=None, key="k", locale="en")
    db.session.commit()
    bell = Bell(every=timedelta(hours=1))
    monkeypatch.setattr(worker_jobs, "JOBS", (bell.job,))
    post = PostOffice()

    def nap(_seconds: float) -> None:
        wait(0.01)
        if bell.rung and post.recipients and threading.current_thread() is main:
            signal.raise_signal(number)

    wait, main = real_time.sleep, threading.current_thread()
    monkeypatch.setattr("core.loops.time.sleep", nap)
    former = signal.getsignal(number)
    with serving(post) as port, mailing(app, port):
        result = app.test_cli_runner().invoke(args=["worker"])
    assert result.exit_code == 0
    assert "1 sent" in result.output
    assert "unfinished" not in result.output
    assert (len(bell.rung), post.recipients) == (1, ["ann@example.com"])
    assert signal.getsignal(number) == former


def test_a_long_job_holds_up_no_mail_and_not_the_end(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    import outbox

    begun, over = threading.Event(), threading.Event()

    def dawdle(_at: datetime) -> int:
        begun.set()
        over.wait(20)
        return 0

    monkeypatch.setattr(
        worker_jobs, "JOBS", (Job(name="slow", run=dawdle, every=timedelta(hours=1)),)
    )
    monkeypatch.setattr(commands, "FAREWELL", 0.05)
    post = PostOffice()

    def nap(_seconds: float) -> None:
        wait(0.01)
        if threading.current_thread() is main and begun.is_set():
            if not post.recipients:
                outbox.enqueue(
                    "welcome", "ann@example.com", link="/", kind=None, key="k", locale="en"
                )
                db.session.commit()
                return
            signal.raise_signal(signal.SIGTERM)

    wait, main = real_time.sleep, threading.current_thread()
    monkeypatch.setattr("core.loops.time.sleep", nap)
    monkeypatch.setattr("outbox.commands.PAUSE", 0.02)
    with serving(post) as port, mailing(app, port):
        result = app.test_cli_runner().invoke(args=["worker"])
    over.set()
    for thread in threading.enumerate():
        if thread.name == "watch_jobs":
            thread.join()
    assert result.exit_code == 0
    assert post.recipients == ["ann@example.com"]
    assert "A job under way was left unfinished." in result.output


def test_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    bell = Bell(at=time(2))
    monkeypatch.setattr(worker_jobs, "JOBS", (bell.job,))
    runner = app.test_cli_runner()
    assert runner.invoke(args=["worker", "--once"]).output == "ran: bell\n"
    assert runner.invoke(args=["worker", "--once"]).output == "ran: -\n"


def test_what_ran_is_logged(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    run(Bell(every=timedelta(hours=1)).job, at=NOON)
    assert "job bell: 3 moved" in caplog.text


def test_a_new_worker_looks_without_taking_the_lock(app: Flask) -> None:
    """While somebody writes on SQLite, a look at what is due does not wait for him."""
    bell = Bell(every=timedelta(hours=1))
    run(bell.job, at=NOON)
    with db.engine.connect() as writer:
        writer.execute(sa.update(Category).values(position=9))
        began = real_time.monotonic()
        assert runs.due([bell.job], NOON) == []
        assert real_time.monotonic() - began < 5
        writer.rollback()


def test_every_job_of_the_list_has_one_name_and_one_rhythm() -> None:
    names = [job.name for job in worker_jobs.JOBS]
    assert len(names) == len(set(names))
    for job in worker_jobs.JOBS:
        assert job.next(NOON) > NOON


def test_every_job_has_words_for_the_administrators(app: Flask) -> None:
    from admin_views.platform.system.jobs import NAMES

    assert {job.name for job in worker_jobs.JOBS} <= set(NAMES)
