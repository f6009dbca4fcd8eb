"""Score marks: a step only marks, the worker computes, and nothing is lost on the way."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

import ranking
from core import clock
from core.database import db
from models import InstitutionScore, ScoreMark, Transaction, TransactionStatus
from outbox.commands import Ending
from ranking import marks, scores
from ranking.kinds import CONSULTANTS, INSTITUTIONS
from tests.support.application import forget, sign_in
from tests.support.cast import Cast
from tests.support.ranking import NOON, deal, enterprise, settle_scores
from tests.support.transactions import apart, filed, taken
from worker import jobs, run_due
from worker.scores import watch_scores


class Killed(BaseException):
    """What a worker that is killed never gets over."""


def marked() -> list[tuple[str, int]]:
    query = sa.select(ScoreMark.kind, ScoreMark.subject_id).order_by(ScoreMark.id)
    return [tuple(row) for row in db.session.execute(query)]


def deals_counted(key: int) -> int | None:
    """How many deals the kept score of an institution counts; None without a score."""
    table = InstitutionScore.__table__.c
    query = sa.select(table.deals).where(table.institution_id == key, table.category_id.is_(None))
    with marks.only_reading():
        return db.session.scalar(query)


def approve_another(firm: Any, name: str) -> None:
    """A deal more that counts, marked and committed."""
    deal(firm, enterprise(name), 0)
    ranking.mark([firm.id])
    db.session.commit()


@contextmanager
def statements() -> Iterator[list[str]]:
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def frozen(app: Flask) -> Iterator[None]:
    with clock.frozen(NOON):
        yield


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def park(request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application with its cast, at noon, on each database."""
    app = request.getfixturevalue("app" if request.param == "sqlite" else "pg_app")
    with clock.frozen(NOON):
        yield app


# --- the step ----------------------------------------------------------------------------------


def test_an_approval_marks_and_touches_no_score(park: Flask) -> None:
    cast = Cast()
    apart(cast)
    row = filed(cast, affiliation_id=cast.lins_link.id)
    db.session.commit()
    with statements() as sent:
        taken(row, "approve", cast.root)
        db.session.commit()
    assert [one for one in sent if "_score" in one or "advisory" in one] == []
    assert marked() == [
        ("institution", cast.bridge.id), ("consultant", cast.lins_link.consultant_id),
    ]  # fmt: skip


def test_marking_many_is_one_statement(frozen, cast) -> None:
    with statements() as sent:
        ranking.mark(consultants=range(1, 3_001))
    assert [one.split()[0] for one in sent] == ["BEGIN", "INSERT"]
    assert len(marked()) == 3_000


def test_who_speaks_for_an_institution_is_marked_with_it(frozen, cast) -> None:
    ranking.mark([cast.bridge.id])
    assert marked() == [
        ("institution", cast.bridge.id), ("consultant", cast.lins_link.consultant_id),
    ]  # fmt: skip


def test_a_step_that_is_rolled_back_marks_nothing(frozen, cast) -> None:
    ranking.mark([cast.bridge.id])
    db.session.rollback()
    assert marked() == []


# --- the worker --------------------------------------------------------------------------------


def test_the_worker_computes_what_is_marked_and_takes_the_marks_away(park: Flask) -> None:
    cast = Cast()
    approve_another(cast.bridge, "One")
    approve_another(cast.bridge, "Two")
    assert deals_counted(cast.bridge.id) is None
    assert ranking.settle() == 2  # Bridge and Lin, once each
    assert deals_counted(cast.bridge.id) == 2
    assert marked() == []
    assert ranking.settle() == 0


@pytest.mark.connections
def test_a_mark_made_while_the_worker_computes_is_not_lost(park: Flask, monkeypatch) -> None:
    cast = Cast()
    bridge = cast.bridge.id
    approve_another(cast.bridge, "One")
    compute, interfered = scores.compute, []

    def slow(kind: Any, ids: Any, at: Any) -> Any:
        found = compute(kind, ids, at)
        if kind is INSTITUTIONS and not interfered:
            interfered.append(True)

            def somebody_else() -> None:
                with park.app_context(), clock.frozen(NOON):
                    approve_another(Cast().bridge, "Two")
                    db.session.remove()

            thread = threading.Thread(target=somebody_else)
            thread.start()
            thread.join()
        return found

    monkeypatch.setattr(scores, "compute", slow)
    batch = marks.read()
    assert batch is not None
    with marks.only_reading():
        marks.compute(batch)
    assert marks.write(batch) == 2
    db.session.commit()
    assert deals_counted(bridge) == 1  # of the facts that it read
    assert ("institution", bridge) in marked()
    ranking.settle()
    assert deals_counted(bridge) == 2
    assert marked() == []


@pytest.mark.connections
def test_the_slower_of_two_workers_does_not_write_over_the_quicker(park: Flask) -> None:
    cast = Cast()
    bridge = cast.bridge.id
    approve_another(cast.bridge, "One")
    slow = marks.read()
    assert slow is not None
    with marks.only_reading():
        marks.compute(slow)  # one deal
    approve_another(cast.bridge, "Two")
    assert ranking.settle() == 2  # the quicker one sees both marks, and both deals
    approve_another(cast.bridge, "Three")
    assert marks.write(slow) == 0
    db.session.commit()
    assert deals_counted(bridge) == 2
    assert ("institution", bridge) in marked()  # the third deal's mark is still there
    ranking.settle()
    assert deals_counted(bridge) == 3


def test_ids_of_marks_are_never_given_twice(frozen, cast) -> None:
    ranking.mark([cast.bridge.id])
    db.session.commit()
    last = db.session.scalar(sa.select(sa.func.max(ScoreMark.id)))
    ranking.settle()
    ranking.mark([cast.bridge.id])
    assert db.session.scalar(sa.select(sa.func.min(ScoreMark.id))) > last


@pytest.mark.connections
def test_two_workers_and_two_administrators_at_once(park: Flask) -> None:
    cast = Cast()
    firms = [cast.bridge.id, cast.rival.id]
    ids = [
        [deal(firm, enterprise(f"{firm.name} {n}"), 0, status=TransactionStatus.FILED,
              approved_at=None).id for n in range(8)]
        for firm in (cast.bridge, cast.rival)
    ]  # fmt: skip
    db.session.commit()
    db.session.remove()
    over = threading.Event()
    failed: list[BaseException] = []

    def guarded(work: Any, *args: Any) -> threading.Thread:
        def run() -> None:
            try:
                with park.app_context(), clock.frozen(NOON):
                    work(*args)
                    db.session.remove()
            except BaseException as error:
                failed.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def administrator(firm: int, keys: list[int]) -> None:
        for key in keys:
            db.session.execute(
                sa.update(Transaction)
                .where(Transaction.id == key)
                .values(status=TransactionStatus.APPROVED, approved_at=NOON)
            )
            ranking.mark([firm])
            db.session.commit()

    def worker() -> None:
        while not over.is_set():
            ranking.settle()
            over.wait(0.01)

    workers = [guarded(worker), guarded(worker)]
    people = [guarded(administrator, firm, keys) for firm, keys in zip(firms, ids, strict=True)]
    for thread in people:
        thread.join()
    over.set()
    for thread in workers:
        thread.join()
    assert failed == []
    ranking.settle()
    assert [deals_counted(firm) for firm in firms] == [8, 8]
    assert marked() == []


def test_a_worker_killed_before_its_commit_leaves_its_marks(park: Flask, monkeypatch) -> None:
    cast = Cast()
    approve_another(cast.bridge, "One")
    waiting = marked()

    def die() -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(db.session, "commit", die)
        with pytest.raises(Killed):
            ranking.settle()
    db.session.remove()  # its connection is gone
    assert deals_counted(cast.bridge.id) is None
    assert marked() == waiting
    assert ranking.settle() == 2
    assert deals_counted(cast.bridge.id) == 1


def test_a_worker_killed_after_its_commit_has_done_it_once(park: Flask, monkeypatch) -> None:
    cast = Cast()
    approve_another(cast.bridge, "One")
    commit = db.session.commit

    def die_afterwards() -> None:
        commit()
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(db.session, "commit", die_afterwards)
        with pytest.raises(Killed):
            ranking.settle()
    db.session.remove()
    assert deals_counted(cast.bridge.id) == 1
    assert marked() == []
    assert ranking.settle() == 0


def test_the_night_makes_up_for_a_missed_mark(park: Flask) -> None:
    cast = Cast()
    approve_another(cast.bridge, "One")
    ranking.settle()
    deal(cast.bridge, enterprise("Two"), 0)
    db.session.commit()  # nobody marked it
    assert ranking.settle() == 0
    assert deals_counted(cast.bridge.id) == 1
    night = [job for job in jobs.JOBS if job.name == "ranking"]
    assert run_due(night) == ["ranking"]
    ranking.settle()
    assert deals_counted(cast.bridge.id) == 2
    assert deals_counted(cast.rival.id) == 0


def test_facts_that_make_no_sense_keep_nobody_else_waiting(frozen, cast, monkeypatch) -> None:
    approve_another(cast.bridge, "One")
    approve_another(cast.rival, "Two")
    compute = scores.compute

    def broken(kind: Any, ids: Any, at: Any) -> Any:
        if kind is INSTITUTIONS and cast.bridge.id in ids:
            raise ZeroDivisionError
        return compute(kind, ids, at)

    bridge, rival = cast.bridge.id, cast.rival.id
    with monkeypatch.context() as patched:
        patched.setattr(scores, "compute", broken)
        with pytest.raises(ExceptionGroup):
            ranking.settle()
    assert deals_counted(rival) == 1
    assert marked() == [("institution", bridge)]
    ranking.settle()
    assert deals_counted(bridge) == 1


@pytest.mark.connections
def test_looking_for_marks_waits_for_no_writer(frozen, cast) -> None:
    approve_another(cast.bridge, "One")
    db.session.rollback()
    other = db.engine.connect()
    other.execute(sa.text("SELECT 1"))  # BEGIN IMMEDIATE: the write lock is taken
    began = time.monotonic()
    batch = marks.read()
    assert batch is not None
    with marks.only_reading():
        marks.compute(batch)
    assert time.monotonic() - began < 5  # a writer waits for fifteen
    other.close()


@pytest.mark.connections
def test_a_new_score_shows_within_five_seconds_of_the_approval(app: Flask, cast) -> None:
    """As under `make run`, where no mail server is set: the worker's own look, in its thread."""
    apart(cast)
    row = filed(cast)
    bridge = cast.bridge.id
    db.session.commit()
    ending = Ending()
    thread = threading.Thread(target=watch_scores, args=(app, ending))
    thread.start()
    try:
        time.sleep(1.5)  # it has looked, and found nothing
        taken(row, "approve", cast.root)
        db.session.commit()
        began = time.monotonic()
        while deals_counted(bridge) is None and time.monotonic() - began < 5:
            time.sleep(0.1)
        assert deals_counted(bridge) == 1
    finally:
        ending.ask()
        thread.join()


def test_the_worker_s_look_survives_any_error(app: Flask, cast, monkeypatch, caplog) -> None:
    ending, looks = Ending(), []

    def broken(stop: Any) -> int:
        looks.append(stop)
        if len(looks) == 1:
            raise RuntimeError("unexpected")
        ending.ask()
        return 0

    monkeypatch.setattr("worker.scores.AFTER_ERROR", 0.01)
    monkeypatch.setattr(ranking, "settle", broken)
    watch_scores(app, ending)
    assert len(looks) == 2
    assert "unexpected" in caplog.text


# --- the pages ---------------------------------------------------------------------------------

COMPUTING = "活跃度正在重新计算"


def test_pages_say_that_scores_are_being_computed(frozen, cast, client, chinese) -> None:
    approve_another(cast.bridge, "One")
    settle_scores()
    public = ("/ranking", f"/ranking/institutions/{cast.bridge.id}")
    own = ("/workbench/ranking/", "/workbench/activity/")
    other = f"/ranking/institutions/{cast.rival.id}"
    ranking.mark([cast.rival.id])
    settle_scores()
    assert not any(COMPUTING in client.get(path).text for path in (*public, other))
    approve_another(cast.bridge, "Two")
    assert all(COMPUTING in client.get(path).text for path in public)
    assert COMPUTING not in client.get(other).text
    sign_in(client, cast.bella)
    assert all(COMPUTING in client.get(path).text for path in own)
    ranking.settle()
    forget()
    assert not any(COMPUTING in client.get(path).text for path in own)


def test_a_cached_page_follows_what_the_worker_writes(frozen, app, cast, client) -> None:
    """The worker is a process of its own, with an application of its own."""
    approve_another(cast.bridge, "One")
    before = client.get("/ranking")
    assert "Bridge" not in before.text
    ranking.settle()
    forget()
    after = client.get("/ranking", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "Bridge" in after.text


def test_what_consultants_wait_for_is_told_apart(frozen, cast) -> None:
    ranking.mark(consultants=[cast.lins_link.consultant_id])
    assert ranking.computing(CONSULTANTS)
    assert not ranking.computing(INSTITUTIONS)
    assert not ranking.computing(CONSULTANTS, [0])
