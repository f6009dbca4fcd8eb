"""The jobs of the worker: run twice, or by two at the same moment, each thing moves once.

The leases (test_worker.py) keep two workers apart; here they are left out, as where one ran out.
"""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from core import clock
from core.database import db
from models import (
    Confirmation,
    Event,
    InstitutionScore,
    Mail,
    Notification,
    Qualification,
    Review,
)
from tests.support.cast import Cast
from tests.support.consulting import add, step
from tests.support.reviews import opened, we_rate
from tests.support.transactions import apart, filed, taken
from worker import jobs

START = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)  # a Monday, noon in the park
EIGHTH, FIFTEENTH = START + timedelta(days=8), START + timedelta(days=15)
# no mailbox is set up, nobody touched the audit log, and nothing is old
NEVER = {
    "activity_mails": 0, "audit_check": 0, "retention": 0, "forget_unconfirmed": 0,
    "purge_counters": 0, "kept_forms": 0, "sessions": 0, "backup": 0, "proposals_expire": 0,
}  # fmt: skip


def park(cast: Cast) -> None:
    """One of each thing that moves by itself: an invitation, a qualification, a deal that waits for
    Acme's word, and two reviews, of which Bridge's is written."""
    with clock.frozen(START):
        apart(cast)
        ours, _theirs = opened(cast)
        we_rate(cast, ours)
        taken(filed(cast, signed_on=date(2026, 11, 1)), "approve", cast.root)
        lin = cast.lins_link.consultant
        licence = Qualification(name="Licence", number="N1", valid_until=date(2026, 12, 5))
        lin.qualifications.append(licence)
        db.session.commit()
        assert step("invite", add(cast.bridge, cast.bella, "mo@example.com"), cast.bella) == ""


def run_all(at: datetime) -> dict[str, int]:
    """Run every job of the list as of `at`; return how many things each moved."""
    moved = {}
    with clock.frozen(at):
        for job in jobs.JOBS:
            moved[job.name] = job.run(at)
    return moved


def told() -> Counter[str]:
    """What was ever written about it: mails, notices and events, counted by kind."""
    db.session.rollback()
    db.session.expire_all()
    found: Counter[str] = Counter()
    for name in db.session.scalars(sa.select(Mail.template)):
        found[f"mail {name}"] += 1
    for name in db.session.scalars(sa.select(Event.name)):
        found[f"event {name}"] += 1
    found["notices"] = db.session.scalar(sa.select(sa.func.count(Notification.id))) or 0
    return found


def scores() -> list[tuple[int, int | None, float, int | None]]:
    table = InstitutionScore.__table__.c
    rows = db.session.execute(
        sa.select(table.institution_id, table.category_id, table.score, table.former_place)
    )
    return sorted(map(tuple, rows), key=repr)


def states() -> tuple[list[str], list[str]]:
    reviews = db.session.scalars(sa.select(Review.status).order_by(Review.id))
    answers = db.session.scalars(sa.select(Confirmation.status))
    return [str(one) for one in reviews], [str(one) for one in answers]


def test_every_job_run_again_moves_nothing(app: Flask, cast: Cast) -> None:
    park(cast)
    first = run_all(EIGHTH)
    assert first.pop("ranking") >= 2
    assert first.pop("month_end") >= 2
    assert first.pop("audit_seal") > 0
    assert first.pop("holidays") > 300  # days off and days worked of the years that are published
    # two reviews are still to be written of the deal that was approved, and Acme's of the other
    assert first == NEVER | {
        "remind_invited": 1, "warn_of_expiry": 1, "review_settle": 0, "review_remind": 3,
        "silence": 0,
    }  # fmt: skip
    before, kept = told(), scores()
    again = run_all(EIGHTH)
    again.pop("audit_seal")  # what the jobs after it put on record
    assert again.pop("ranking") >= 2  # computed again, to the same end
    assert set(again.values()) == {0}
    assert told() == before
    assert scores() == kept


def test_what_is_over_ends_once(app: Flask, cast: Cast) -> None:
    park(cast)
    moved = run_all(FIFTEENTH)
    # Bridge's is published, the three that nobody wrote lapse; ten working days went by
    assert (moved["review_settle"], moved["silence"]) == (4, 1)
    assert states() == (["published", "lapsed", "lapsed", "lapsed"], ["silent"])
    before = told()
    again = run_all(FIFTEENTH)
    assert (again["review_settle"], again["silence"], again["review_remind"]) == (0, 0, 0)
    assert told() == before


def both_at_once(app: Flask) -> None:
    """Two workers run every job at the same moment, and each thing is told of as by one."""
    park(Cast())
    db.session.remove()
    ready, failed = threading.Barrier(2), []

    def work() -> None:
        with app.app_context():
            try:
                ready.wait()
                run_all(EIGHTH)
                run_all(FIFTEENTH)
            except Exception as error:
                failed.append(error)
            finally:
                db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert failed == []
    assert states() == (["published", "lapsed", "lapsed", "lapsed"], ["silent"])
    found = told()
    assert (found["event fall_silent"], found["event publish"], found["event lapse"]) == (1, 1, 3)
    assert found["event remind"] == 4  # of the invitation, and of three reviews
    assert found["mail review_published"] == 1
    assert found["mail qualification_expiring"] == 2  # to Lin and to Bridge
    assert found["mail review_reminder"] == 2  # Bridge has two to write, and hears of both at once


@pytest.mark.connections
def test_two_workers_at_once_tell_everything_once(app: Flask) -> None:
    both_at_once(app)


@pytest.mark.postgres
def test_two_workers_at_once_tell_everything_once_on_postgresql(pg_app: Flask) -> None:
    both_at_once(pg_app)
