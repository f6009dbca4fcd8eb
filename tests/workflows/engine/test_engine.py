"""The engine: one road for one row and many, one winner in a race, nothing told twice."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from flask import Flask

from access import visible
from core.database import db
from models import (
    AssociationMembership,
    AssociationStatus,
    Event,
    Institution,
    InstitutionStatus,
    Mail,
    Membership,
    Notification,
    User,
)
from tests.support.cast import Cast
from workflows import engine
from workflows.engine import CHANGED, HANDLED, NOT_YOURS, locking, performing


def approve(institution: Institution, actor: User, **more: object) -> engine.Outcome:
    return engine.perform(
        Institution, "approve", [institution.id], actor, association="later", **more
    )


def applications(count: int, applicant: User) -> list[int]:
    rows = [
        Institution(
            status=InstitutionStatus.SUBMITTED,
            applicant=applicant,
            name=f"Institution {number}",
            credit_code=f"CODE{number:014d}",
            contact_email=f"reserved{number}@example.com",
        )
        for number in range(count)
    ]
    db.session.add_all(rows)
    db.session.commit()
    return [row.id for row in rows]


def test_an_approval_writes_state_event_mail_and_bell_together(cast: Cast) -> None:
    waiting = cast.waiting
    outcome = approve(waiting, cast.vera)
    db.session.commit()

    assert outcome.done == [waiting.id]
    assert waiting.status is InstitutionStatus.CERTIFIED
    assert waiting.version == 2
    event = db.session.scalars(sa.select(Event)).one()
    assert (event.actor_id, event.subject_type, event.subject_id) == (
        cast.vera.id,
        "institution",
        waiting.id,
    )
    assert (event.name, event.source, event.target) == ("approve", "submitted", "certified")
    mail = db.session.scalars(sa.select(Mail)).one()
    assert (mail.template, mail.recipient) == (
        "application_approved",
        "reserved-waiting@example.com",
    )
    assert mail.context == {"institution": "Sue Waiting"}
    bell = db.session.scalars(sa.select(Notification)).one()
    assert bell.user_id == cast.sue.id
    membership = db.session.scalars(sa.select(Membership).filter_by(user_id=cast.sue.id)).one()
    assert membership.active


def test_nothing_stays_when_the_caller_rolls_back(cast: Cast) -> None:
    approve(cast.waiting, cast.vera)
    db.session.rollback()
    assert cast.waiting.status is InstitutionStatus.SUBMITTED
    for model in (Event, Mail, Notification):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0


def test_the_second_approval_reads_already_handled(cast: Cast) -> None:
    approve(cast.waiting, cast.vera)
    again = approve(cast.waiting, cast.root)
    assert again.done == []
    assert again.refused == {cast.waiting.id: HANDLED}


def test_an_approval_of_an_older_version_is_refused(cast: Cast) -> None:
    waiting = cast.waiting
    seen = {waiting.id: waiting.version}
    engine.edit(waiting, cast.sue, {"introduction": "Quite another introduction."})
    outcome = approve(waiting, cast.vera, seen=seen)
    assert outcome.refused == {waiting.id: CHANGED}
    assert waiting.status is InstitutionStatus.SUBMITTED


def test_who_may_not_is_told_and_who_may_not_see_finds_nothing(cast: Cast) -> None:
    assert approve(cast.waiting, cast.sue).refused == {cast.waiting.id: NOT_YOURS}
    assert approve(cast.waiting, cast.audrey).refused == {cast.waiting.id: NOT_YOURS}
    assert approve(cast.waiting, cast.rita).missing == [cast.waiting.id]
    assert cast.waiting.status is InstitutionStatus.SUBMITTED


def test_one_stale_row_does_not_sink_the_others(cast: Cast) -> None:
    ids = applications(3, cast.otto)
    engine.perform(Institution, "reject", [ids[1]], cast.root, reason="No.")
    outcome = engine.perform(
        Institution, "approve", [*ids, 999_999], cast.root, association="later"
    )
    assert outcome.done == [ids[0], ids[2]]
    assert outcome.refused == {ids[1]: HANDLED}
    assert outcome.missing == [999_999]


def test_a_row_that_breaks_a_constraint_does_not_sink_the_others(cast: Cast) -> None:
    """Of two people with one credit code, one gets through."""
    first, second, third = applications(3, cast.otto)
    db.session.execute(sa.update(Institution).values(status=InstitutionStatus.SUBMITTED))
    db.session.execute(
        sa.update(Institution)
        .where(Institution.id == second)
        .values(credit_code="CODE00000000000000", status=InstitutionStatus.WITHDRAWN)
    )
    db.session.commit()
    step = engine.PROCESSES[Institution]["approve"]
    reopened = engine.Transition(
        name="reopen",
        label="Reopen",
        done="Reopened",
        source=frozenset({InstitutionStatus.WITHDRAWN, InstitutionStatus.SUBMITTED}),
        target=InstitutionStatus.RETURNED,
        by=step.by,
        conflicts={"uq_institution_open_credit_code": "This code is taken."},
    )
    process = engine.Process(
        model=Institution,
        transitions=(reopened,),
        context=lambda rows: {row.id: {"institution": row.name} for row in rows},
    )
    known = engine.PROCESSES[Institution]
    engine.PROCESSES[Institution] = process
    try:
        outcome = engine.perform(Institution, "reopen", [first, second, third], cast.root)
    finally:
        engine.PROCESSES[Institution] = known
    assert outcome.done == [first, third]
    assert outcome.refused == {second: "This code is taken."}


def test_answers_that_the_step_asks_for_must_be_there(cast: Cast) -> None:
    with pytest.raises(ValueError, match="reject"):
        engine.perform(Institution, "reject", [cast.waiting.id], cast.root, reason="")
    with pytest.raises(KeyError):
        engine.perform(Institution, "explode", [cast.waiting.id], cast.root)


def test_the_wish_for_the_association_is_decided_with_the_approval(cast: Cast) -> None:
    sue = cast.sue
    wish = AssociationMembership(institution_id=cast.waiting.id)
    engine.create(wish, "apply", sue)
    engine.perform(Institution, "approve", [cast.waiting.id], cast.root, association="admit")
    assert wish.status is AssociationStatus.MEMBER
    told = set(db.session.scalars(sa.select(Mail.template)))
    assert told == {"application_approved", "association_admitted"}


def test_a_rejected_application_takes_its_wish_with_it(cast: Cast) -> None:
    sue = cast.sue
    wish = AssociationMembership(institution_id=cast.waiting.id)
    engine.create(wish, "apply", sue)
    engine.perform(Institution, "reject", [cast.waiting.id], cast.root, reason="Not genuine.")
    assert wish.status is AssociationStatus.REJECTED
    assert wish.reason == "Not genuine."


def test_edit_journals_what_changed_and_leaves_the_status_alone(cast: Cast) -> None:
    changes = engine.edit(cast.bridge, cast.bella, {"address": "New Road 2", "founded": None})
    assert changes == {"address": ["Park Road 1", "New Road 2"]}
    db.session.flush()
    assert db.session.scalars(sa.select(Event.changes)).one() == changes
    with pytest.raises(ValueError, match="status"):
        engine.edit(cast.bridge, cast.bella, {"status": InstitutionStatus.REVOKED})


def test_buttons_are_what_may_be_done(cast: Cast) -> None:
    def names(row: Institution, user: User) -> list[str]:
        return [step.name for step in engine.allowed(row, user)]

    assert names(cast.waiting, cast.vera) == ["approve", "return", "reject"]
    assert names(cast.waiting, cast.audrey) == []
    assert names(cast.waiting, cast.sue) == ["withdraw"]
    assert names(cast.bridge, cast.root) == ["suspend", "revoke"]
    assert names(cast.bridge, cast.vera) == []
    assert names(cast.bridge, cast.bella) == []


def race(app: Flask, waiting_id: int) -> list[engine.Outcome]:
    """Two administrators approve one application at the same moment."""
    outcomes: list[engine.Outcome] = []
    barrier = threading.Barrier(2)

    def decide(email: str) -> None:
        with app.app_context():
            barrier.wait()
            actor = db.session.scalars(sa.select(User).filter_by(email=email)).one()
            outcomes.append(
                engine.perform(Institution, "approve", [waiting_id], actor, association="later")
            )
            db.session.commit()

    threads = [
        threading.Thread(target=decide, args=(f"{name}@example.com",)) for name in ("root", "vera")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def assert_one_winner(app: Flask) -> None:
    waiting_id = db.session.scalars(sa.select(Institution.id).filter_by(name="Sue Waiting")).one()
    db.session.commit()
    outcomes = race(app, waiting_id)
    assert sorted(len(one.done) for one in outcomes) == [0, 1]
    assert [one.refused for one in outcomes if one.refused] == [{waiting_id: HANDLED}]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 1


@pytest.mark.connections
def test_two_administrators_at_once_leave_one_event_and_one_mail(app: Flask) -> None:
    assert_one_winner(app)


@pytest.mark.postgres
def test_two_administrators_at_once_on_postgresql(pg_app: Flask) -> None:
    assert_one_winner(pg_app)


def test_more_ids_than_a_statement_takes_are_one_step(cast: Cast, monkeypatch) -> None:
    for module in (locking, performing):
        monkeypatch.setattr(module, "CHUNK", 500)
    applicant = cast.otto.id
    db.session.execute(
        sa.insert(Institution),
        [
            {
                "status": InstitutionStatus.SUBMITTED,
                "applicant_id": applicant,
                "name": f"Institution {number}",
                "credit_code": f"CODE{number:014d}",
                "contact_email": f"reserved{number}@example.com",
            }
            for number in range(1_100)
        ],
    )
    ids = db.session.scalars(
        sa.select(Institution.id).where(Institution.credit_code.startswith("CODE"))
    ).all()
    outcome = engine.perform(Institution, "approve", ids, cast.root, association="later")
    assert len(outcome.done) == 1_100
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Mail)) == 1_100


def test_a_draft_is_for_its_writer_and_the_staff(cast: Cast) -> None:
    def seen_by(user: User | None) -> set[str]:
        return {row.name for row in db.session.scalars(visible(user, Institution))}

    assert seen_by(cast.dora) == {"Dora Draft"}
    assert seen_by(cast.bella) == {"Bridge Law"}
    assert seen_by(cast.otto) == set()
    assert seen_by(None) == set()
    assert seen_by(cast.audrey) == {"Bridge Law", "Rival Tax", "Dora Draft", "Sue Waiting"}
