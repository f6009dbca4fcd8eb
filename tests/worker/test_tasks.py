"""Steps on more than 1,000 rows: in portions, each row once, whatever happens to the worker."""

from __future__ import annotations

import itertools
import threading
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError

import outbox
from core import clock
from core.clock import now
from core.database import db
from core.leases import Lease
from models import (
    Event,
    Institution,
    InstitutionStatus,
    Mail,
    Notification,
    PlatformRole,
    RegularOffer,
    Task,
    TaskRow,
)
from tests.support.application import rows
from tests.support.back_office import waiting
from tests.support.cast import Cast
from tests.support.products import catalogue_item, regular_offer
from tests.support.tasks import counts, order, reasons, task, work_later
from worker import orders, portions, tasks
from worker.answers import pack, unpack
from workflows import engine

S = InstitutionStatus


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the rows, and no rest between two portions."""
    for name in ("FIRST", "SMALLEST", "LARGEST"):
        monkeypatch.setattr(tasks, name, getattr(tasks, name) // 10)
    monkeypatch.setattr(tasks, "REST", 0)


def rejected() -> int:
    query = sa.select(sa.func.count(Institution.id)).where(Institution.status == S.REJECTED)
    return rows(query)[0]


def events() -> list[int]:
    """The rows that were rejected, one for each time."""
    return rows(
        sa.select(Event.subject_id).where(Event.name == "reject").order_by(Event.subject_id)
    )


def killed_before(monkeypatch: pytest.MonkeyPatch, function: str, calls: int) -> None:
    """Let the worker die as it calls a function of `portions` for the so-manieth time."""
    real, called = getattr(portions, function), []

    def dying(*args, **more):
        called.append(1)
        if len(called) == calls:
            raise KeyboardInterrupt  # no code of ours catches it
        return real(*args, **more)

    monkeypatch.setattr(portions, function, dying)


def test_2500_rows_are_dealt_with_in_portions(app: Flask, cast: Cast, monkeypatch) -> None:
    monkeypatch.undo()  # of the size that they have
    monkeypatch.setattr(tasks, "REST", 0)
    ids = waiting(cast, 2500)
    number = order(cast.vera, ids)
    assert counts(number) == ("queued", 0, 0)
    assert work_later() >= 5
    assert counts(number) == ("finished", 2500, 0)
    found = task(number)
    assert (found.cursor, found.leased_until, found.error) == (max(ids), None, None)
    assert found.started_at <= found.finished_at
    assert rejected() == 2500
    assert events() == sorted(ids)
    [event] = rows(sa.select(Event).where(Event.subject_id == ids[0], Event.name == "reject"))
    assert (event.actor_id, event.reason) == (cast.vera.id, "No licence.")
    assert rows(sa.select(sa.func.count(TaskRow.row_id))) == [0]  # what is done leaves
    assert work_later(minutes=60) == 0


def test_a_worker_killed_between_two_portions(app: Flask, cast: Cast, monkeypatch) -> None:
    ids = waiting(cast, 120)
    number = order(cast.vera, ids)
    with monkeypatch.context() as patch:
        killed_before(patch, "work_off", 3)
        with pytest.raises(KeyboardInterrupt):
            work_later()
    state, done, _ = counts(number)
    assert state == "running"
    assert 0 < done < 120
    assert rejected() == done == len(events())
    assert work_later(minutes=1) == 0  # the lease of the dead worker holds
    work_later(minutes=3)
    assert counts(number) == ("finished", 120, 0)
    assert events() == sorted(ids)


@pytest.mark.parametrize("place", ["_record", "_take_step"])
def test_a_worker_killed_inside_a_portion(app: Flask, cast: Cast, monkeypatch, place) -> None:
    """The rows are written, or about to be; what is not committed never was."""
    ids = waiting(cast, 120)
    number = order(cast.vera, ids)
    with monkeypatch.context() as patch:
        killed_before(patch, place, 2)
        with pytest.raises(KeyboardInterrupt):
            work_later()
    done = task(number).done
    assert 0 < done < 120
    assert rejected() == done == len(events())
    work_later(minutes=3)
    assert counts(number) == ("finished", 120, 0)
    assert events() == sorted(ids)


def test_a_worker_that_was_thought_dead_does_no_row_twice(app: Flask, cast: Cast) -> None:
    ids = waiting(cast, 300)
    number = order(cast.vera, ids)
    [first] = portions.LEASES.take(now(), now() + timedelta(minutes=2))
    later = now() + timedelta(minutes=3)
    [second] = portions.LEASES.take(later, later + timedelta(minutes=2))
    assert portions.work_off(second, 100, later, later + timedelta(minutes=2))
    with pytest.raises(portions.Lost):
        portions.work_off(first, 100, later, later + timedelta(minutes=2))
    db.session.rollback()
    assert counts(number) == ("running", 100, 0)
    assert events() == ids[:100]


def test_a_lease_lost_in_the_middle_of_a_portion_undoes_it(app: Flask, cast: Cast, monkeypatch):
    ids = waiting(cast, 300)
    number = order(cast.vera, ids)
    [lease] = portions.LEASES.take(now(), now() + timedelta(minutes=2))
    real = portions._take_step

    def slow(*args):
        found = real(*args)
        db.session.execute(sa.update(Task).values(turn=Task.turn + 1))  # another's from now on
        return found

    monkeypatch.setattr(portions, "_take_step", slow)
    with pytest.raises(portions.Lost):
        portions.work_off(lease, 100, now(), now() + timedelta(minutes=2))
    db.session.rollback()
    assert counts(number) == ("queued", 0, 0)
    assert events() == []


def two_workers(app: Flask, cast: Cast) -> None:
    """Two workers at once on two tasks: each row once."""
    ids = waiting(cast, 250)
    numbers = [order(cast.vera, ids[:125]), order(cast.root, ids[125:])]
    db.session.remove()
    ready, worked = threading.Barrier(2), []

    def run() -> None:
        with app.app_context():
            ready.wait()
            worked.append(tasks.work())

    workers = [threading.Thread(target=run) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [counts(number) for number in numbers] == [("finished", 125, 0)] * 2
    assert events() == sorted(ids)
    assert len(worked) == 2


@pytest.mark.connections
def test_two_workers(app: Flask, cast: Cast) -> None:
    two_workers(app, cast)


@pytest.mark.postgres
def test_two_workers_on_postgresql(pg_app: Flask) -> None:
    two_workers(pg_app, Cast())


@pytest.mark.postgres
def test_two_workers_at_once_on_one_task_whose_lease_ran_out(pg_app: Flask, monkeypatch) -> None:
    """The second waits for the locks of the first, and the first finds that it is late."""
    cast = Cast()
    ids = waiting(cast, 300)
    number = order(cast.vera, ids)
    later = now() + timedelta(minutes=3)
    [first] = portions.LEASES.take(now(), now() + timedelta(minutes=2))
    db.session.remove()
    real, taken, second = portions._record, threading.Event(), []

    def overtaken(lease: Lease, *rest) -> None:
        if lease == first:  # it has the rows; another worker takes the task over
            with pg_app.app_context():
                second.extend(portions.LEASES.take(later, later + timedelta(minutes=2)))
            taken.set()
            threading.Event().wait(0.3)  # the other waits at the rows by now
        real(lease, *rest)

    monkeypatch.setattr(portions, "_record", overtaken)
    lost = []

    def late() -> None:
        with pg_app.app_context():
            try:
                portions.work_off(first, 100, now(), now() + timedelta(minutes=2))
            except portions.Lost:
                lost.append(1)

    thread = threading.Thread(target=late)
    thread.start()
    assert taken.wait(10)
    with pg_app.app_context():
        portions.work_off(second[0], 100, later, later + timedelta(minutes=2))
    thread.join()
    assert lost == [1]
    assert counts(number) == ("running", 100, 0)
    assert events() == ids[:100]


def test_it_ends_between_portions_when_cancelled(app: Flask, cast: Cast, monkeypatch) -> None:
    ids = waiting(cast, 120)
    number = order(cast.vera, ids)
    real = portions._record

    def record(*args) -> None:
        real(*args)
        db.session.execute(sa.update(Task).values(cancel_at=now()))

    monkeypatch.setattr(portions, "_record", record)
    assert work_later() == 2  # the second finds the wish
    assert counts(number) == ("cancelled", 10, 0)
    assert events() == ids[:10]
    assert task(number).finished_at is not None


def test_a_task_that_nobody_has_begun_is_cancelled_at_once(app: Flask, cast: Cast) -> None:
    number = order(cast.vera, waiting(cast, 20))
    orders.cancel(number)
    db.session.commit()
    assert counts(number) == ("cancelled", 0, 0)
    assert work_later() == 0


def test_what_is_refused_says_why_and_sinks_no_other(app: Flask, cast: Cast) -> None:
    ids = waiting(cast, 120)
    number = order(cast.vera, ids)
    engine.perform(Institution, "reject", ids[5:8], cast.root, reason="Was quicker.")
    engine.edit(db.session.get_one(Institution, ids[60]), cast.root, {"address": "Road 2"})
    db.session.commit()
    work_later()
    assert counts(number) == ("finished", 116, 4)
    assert reasons(number) == dict.fromkeys(ids[5:8], "Already handled.") | {
        ids[60]: "Changed meanwhile. Look at the new version first."
    }


def test_refusals_are_worded_in_the_language_of_the_order(app: Flask, cast, chinese) -> None:
    ids = waiting(cast, 3)
    number = order(cast.vera, ids, locale="zh_Hans_CN", seen=dict.fromkeys(ids, 1) | {ids[0]: 7})
    work_later()
    assert reasons(number) == {ids[0]: "内容已变更，请先查看最新版本。"}


def test_a_row_that_is_gone_is_refused(app: Flask, cast: Cast) -> None:
    ids = [*waiting(cast, 2), 999_999]
    number = order(cast.vera, ids)
    work_later()
    assert counts(number) == ("finished", 2, 1)
    assert reasons(number) == {999_999: "Not found."}


def test_a_row_that_clashes_with_another_record_sinks_no_other(
    app: Flask, cast: Cast, monkeypatch
) -> None:
    """What follows from the step met a constraint: its row is found by trying one by one."""
    ids = waiting(cast, 150)
    number = order(cast.vera, ids)
    real = engine.perform

    def perform(model, name, wanted, actor, **more):
        if ids[120] in wanted:
            raise IntegrityError("INSERT", {}, Exception("ck_of_another"))
        return real(model, name, wanted, actor, **more)

    monkeypatch.setattr(engine, "perform", perform)
    work_later()
    assert counts(number) == ("finished", 149, 1)
    assert reasons(number) == {ids[120]: "This conflicts with another record."}
    assert events() == [id for id in ids if id != ids[120]]


@pytest.mark.parametrize("way", ["role", "account", "weaker role"])
def test_whoever_may_no_more_is_stopped(app: Flask, cast: Cast, monkeypatch, way) -> None:
    ids = waiting(cast, 300)
    number = order(cast.vera, ids)
    real = portions._record

    def record(*args) -> None:
        real(*args)
        if way == "role":
            cast.vera.role = None
        elif way == "account":
            cast.vera.active = False
        else:
            cast.vera.role = PlatformRole.AUDITOR

    monkeypatch.setattr(portions, "_record", record)
    work_later()
    assert counts(number) == ("stopped", 10, 0)
    assert events() == ids[:10]
    assert task(number).finished_at is not None


def test_whoever_left_the_institution_is_stopped(app: Flask, cast: Cast) -> None:
    offers = [regular_offer(cast.bridge, catalogue_item(cast.law, f"No. {n}")) for n in range(3)]
    ids = [row.id for row in offers]
    number = order(cast.stan, ids, office="workbench", view="offer", transition="delist",
                   subject_type="regular_offer", answers={})  # fmt: skip
    cast.stan.memberships[0].active = False
    db.session.commit()
    work_later()
    assert counts(number) == ("stopped", 0, 0)


def test_a_failure_is_tried_again_and_given_up_in_the_end(
    app: Flask, cast: Cast, monkeypatch, caplog
) -> None:
    number = order(cast.vera, waiting(cast, 5))
    monkeypatch.setattr(engine, "perform", lambda *_args, **_more: 1 / 0)
    for minutes in range(1, 5):
        work_later(minutes=minutes)
        assert (counts(number), task(number).failures) == (("queued", 0, 0), minutes)
        assert task(number).leased_until is None
    work_later(minutes=5)
    assert counts(number) == ("broken", 0, 0)
    assert task(number).error == "ZeroDivisionError: division by zero"
    assert f"task {number} failed" in caplog.text
    assert work_later(minutes=60) == 0


def test_another_task_goes_on_where_one_fails(app: Flask, cast: Cast, monkeypatch) -> None:
    ids = waiting(cast, 20)
    bad, good = order(cast.vera, ids[:10]), order(cast.vera, ids[10:])
    real = engine.perform

    def perform(model, name, wanted, actor, **more):
        if ids[0] in wanted:
            raise RuntimeError("broken")
        return real(model, name, wanted, actor, **more)

    monkeypatch.setattr(engine, "perform", perform)
    work_later()
    assert counts(good) == ("finished", 10, 0)
    assert counts(bad) == ("queued", 0, 0)


def test_answers_that_are_not_right_any_more_end_it(app: Flask, cast: Cast) -> None:
    number = order(cast.vera, waiting(cast, 5), answers={"reason": ""})
    work_later()
    assert counts(number) == ("broken", 0, 0)
    assert task(number).error.startswith("ValueError: reject")


def test_a_lock_that_could_not_be_had_is_tried_again_at_once(app: Flask, cast, monkeypatch) -> None:
    ids = waiting(cast, 20)
    number = order(cast.vera, ids)
    real, clashes = engine.perform, [1, 1]

    def perform(*args, **more):
        if clashes:
            clashes.pop()
            raise OperationalError("SELECT", {}, Exception("deadlock detected"))
        return real(*args, **more)

    monkeypatch.setattr(engine, "perform", perform)
    work_later()
    assert counts(number) == ("finished", 20, 0)
    assert task(number).failures == 0


def test_the_end_of_the_worker_comes_between_portions(app: Flask, cast: Cast) -> None:
    """SIGTERM: the task is given back as far as it is, and goes on at once elsewhere."""
    ids = waiting(cast, 120)
    number = order(cast.vera, ids)
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 3

    work_later(stop=stop)
    state, done, _ = counts(number)
    assert (state, task(number).leased_until) == ("running", None)
    assert 0 < done < 120
    work_later()
    assert counts(number) == ("finished", 120, 0)


def test_tasks_take_turns(app: Flask, cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(tasks, "SLICE", 0.0001)
    ids = waiting(cast, 60)
    first, second = order(cast.vera, ids[:40]), order(cast.vera, ids[40:])
    turns: list[int] = []
    real = portions.work_off

    def work_off(lease: Lease, *rest, **more) -> bool:
        turns.append(lease.id)
        return real(lease, *rest, **more)

    monkeypatch.setattr(portions, "work_off", work_off)
    ticks, began = itertools.count(1), now()  # a clock that only goes forward
    tasks.work(now=lambda: began + timedelta(milliseconds=10 * next(ticks)))
    assert turns[:4] == [first, second, first, second]
    assert counts(first) == ("finished", 40, 0)
    assert counts(second) == ("finished", 20, 0)


def test_the_same_is_ordered_once(app: Flask, cast: Cast) -> None:
    ids = waiting(cast, 5)
    first = order(cast.vera, ids)
    assert order(cast.vera, ids) == first
    assert order(cast.root, ids) != first
    assert order(cast.vera, ids[:4]) != first
    work_later()
    assert order(cast.vera, ids) > first  # it is over: a new one, in which all are refused


# --- mails ------------------------------------------------------------------------------------


def take_offers_down(cast: Cast, count: int, **more) -> tuple[int, list[RegularOffer]]:
    found = [
        regular_offer(cast.bridge, catalogue_item(cast.law, f"No. {n:03d}")) for n in range(count)
    ]
    number = order(cast.root, [row.id for row in found], view="admin_offer", transition="take_down",
                   subject_type="regular_offer", **more)  # fmt: skip
    return number, found


def due_mails(at: datetime) -> list[Mail]:
    return rows(sa.select(Mail).where(Mail.due_at <= at))


def test_each_recipient_has_one_mail_at_the_end(app: Flask, cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(tasks, "FIRST", 20)
    monkeypatch.setattr(tasks, "LARGEST", 20)
    ours, _ = take_offers_down(cast, 70)
    seen = []
    real = portions._record

    def record(*args) -> None:
        real(*args)
        seen.append(len(due_mails(now())))

    monkeypatch.setattr(portions, "_record", record)
    assert work_later() == 5
    assert seen == [0, 0, 0, 0]  # held back while it is under way
    [mail] = due_mails(now())
    assert (mail.recipient, mail.link, mail.task_id) == (
        "reserved-bridge@example.com", "/workbench/offer/", ours,
    )  # fmt: skip
    assert mail.context["product"] == "No. 000"
    assert mail.context["other_count"] == 69
    assert [one["product"] for one in mail.context["others"]] == [
        f"No. {n:03d}" for n in range(1, 31)
    ]
    assert mail.context["reason"] == "No licence."
    assert all("reason" not in one for one in mail.context["others"])
    words = outbox.render(mail)
    assert "69" in words.subject
    bells = rows(sa.select(Notification).order_by(Notification.user_id))
    assert [(one.user_id, one.link, one.context["other_count"]) for one in bells] == [
        (cast.bella.id, "/workbench/offer/", 69),
        (cast.stan.id, "/workbench/offer/", 69),
    ]


def test_a_line_of_the_bell_that_was_read_is_new_when_more_comes(app, cast, monkeypatch) -> None:
    monkeypatch.setattr(tasks, "FIRST", 2)
    monkeypatch.setattr(tasks, "LARGEST", 2)
    monkeypatch.setattr(tasks, "SMALLEST", 2)
    take_offers_down(cast, 4)
    real, recorded = portions._record, []

    def record(*args) -> None:
        real(*args)
        recorded.append(1)
        if len(recorded) == 1:
            db.session.execute(sa.update(Notification).values(read_at=now()))

    monkeypatch.setattr(portions, "_record", record)
    work_later()
    bells = rows(sa.select(Notification))
    assert {one.read_at for one in bells} == {None}
    assert {one.context["other_count"] for one in bells} == {3}


def test_mails_go_out_where_a_task_is_left_alone(app: Flask, cast: Cast, monkeypatch) -> None:
    take_offers_down(cast, 15)
    with monkeypatch.context() as patch:
        killed_before(patch, "work_off", 2)
        with pytest.raises(KeyboardInterrupt):
            work_later()
    db.session.rollback()
    assert due_mails(now()) == []
    assert len(due_mails(now() + timedelta(minutes=11))) == 1


def test_a_mail_that_went_out_takes_in_nothing_more(app: Flask, cast: Cast, monkeypatch) -> None:
    take_offers_down(cast, 15)
    with monkeypatch.context() as patch:
        killed_before(patch, "work_off", 2)
        with pytest.raises(KeyboardInterrupt):
            work_later()
    db.session.rollback()
    db.session.execute(sa.update(Mail).values(status="sent", attempts=1))
    db.session.commit()
    work_later(minutes=3)
    assert [one.context["other_count"] for one in rows(sa.select(Mail).order_by(Mail.id))] == [
        9,
        4,
    ]


def test_cancelling_lets_the_mails_go(app: Flask, cast: Cast) -> None:
    number, _ = take_offers_down(cast, 15)
    asked: list[int] = []
    work_later(stop=lambda: bool(asked.append(1)) or len(asked) > 2)
    assert counts(number) == ("running", 10, 0)
    assert due_mails(now()) == []
    orders.cancel(number)
    db.session.commit()
    assert [one.context["other_count"] for one in due_mails(now())] == [9]


def test_a_few_rows_at_once_are_told_as_ever(app: Flask, cast: Cast) -> None:
    offer = regular_offer(cast.bridge, catalogue_item(cast.law, "A trademark"))
    with clock.frozen(now()):
        engine.perform(RegularOffer, "take_down", [offer.id], cast.root, reason="Old.")
        db.session.commit()
        assert [one.task_id for one in due_mails(now())] == [None]


# --- answers ----------------------------------------------------------------------------------


def test_answers_come_back_as_they_were() -> None:
    answers = {
        "reason": "否", "affiliation_id": 7, "agreed": True, "nothing": None,
        "contacted_on": date(2026, 11, 23), "amount": Decimal("12.50"),
        "at": datetime(2026, 11, 23, 12, tzinfo=clock.PARK), "remarks": {"name": "x"},
        "many": [1, 2],
    }  # fmt: skip
    assert unpack(pack(answers)) == answers


def test_a_file_is_no_answer_of_a_task() -> None:
    with pytest.raises(TypeError):
        pack({"file": object()})


def test_mails_are_sent_again_as_a_task(app: Flask, cast: Cast) -> None:
    for name in ("ann", "bob", "otto"):
        outbox.enqueue("welcome", f"{name}@example.com", link="/", key=name, kind=None, locale="en")
    db.session.execute(
        sa.update(Mail).where(Mail.key != outbox.key_of("otto")).values(status="dead", attempts=9)
    )
    db.session.commit()
    ids = rows(sa.select(Mail.id).order_by(Mail.id))
    number = order(cast.root, ids, view="mail", transition="resend", subject_type="mail",
                   answers={}, seen={})  # fmt: skip
    work_later()
    assert counts(number) == ("finished", 2, 1)
    assert reasons(number) == {ids[2]: "This mail is on its way already."}
    assert rows(sa.select(Mail.status)) == ["queued"] * 3
