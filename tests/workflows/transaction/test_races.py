"""Two at the same moment: one event each at most, and a result that agrees with the journal."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from core.database import db
from models import Confirmation, ConfirmationStatus, Event, Mail, Transaction, TransactionStatus
from tests.support.cast import Cast
from tests.support.transactions import apart, drafted, filed
from workflows import engine
from workflows.confirmation import answering
from workflows.transaction import filing

pytestmark = pytest.mark.connections

DATABASES = ["app", pytest.param("pg_app", marks=pytest.mark.postgres)]


@pytest.fixture(params=DATABASES)
def house(request: pytest.FixtureRequest) -> Flask:
    """The application on SQLite, then on PostgreSQL."""
    found: Flask = request.getfixturevalue(request.param)
    apart(Cast())
    db.session.commit()
    return found


def at_once(house: Flask, *steps: Callable[[], str]) -> list[str]:
    start = threading.Barrier(len(steps))

    def run(step: Callable[[], str]) -> str:
        with house.app_context():
            start.wait()
            said = step()
            db.session.commit()
            db.session.remove()
            return said

    with ThreadPoolExecutor(len(steps)) as pool:
        return sorted(pool.map(run, steps))


def step(verb: str, id: int, who: str, **answers: str) -> Callable[[], str]:
    def take() -> str:
        outcome = engine.perform(Transaction, verb, [id], getattr(Cast(), who), **answers)
        return "done" if outcome.done else "refused"

    return take


def events(id: int) -> list[str]:
    db.session.rollback()
    query = sa.select(Event.name).where(
        Event.subject_type == "transaction",
        Event.subject_id == id,
        Event.target.is_not(None),
    )
    return list(db.session.scalars(query.order_by(Event.id)))


def state(id: int) -> TransactionStatus:
    return db.session.scalars(sa.select(Transaction.status).where(Transaction.id == id)).one()


def committed(row: Transaction) -> int:
    id = row.id
    db.session.commit()
    db.session.remove()
    return id


def test_two_who_approve_make_one_approval(house) -> None:
    id = committed(filed(Cast()))
    ends = at_once(house, step("approve", id, "root"), step("approve", id, "vera"))
    assert ends == ["done", "refused"]
    assert events(id) == ["draft", "file", "approve"]
    mails = db.session.scalars(sa.select(Mail.recipient).where(
        Mail.template == "transaction_approved")).all()  # fmt: skip
    assert sorted(mails) == ["ann@example.com", "reserved-bridge@example.com"]


def test_one_approves_and_one_rejects(house) -> None:
    id = committed(filed(Cast()))
    ends = at_once(
        house, step("approve", id, "root"), step("reject", id, "vera", reason="No contract.")
    )
    assert ends == ["done", "refused"]
    assert events(id) in (["draft", "file", "approve"], ["draft", "file", "reject"])
    assert state(id) == {"approve": "approved", "reject": "rejected"}[events(id)[-1]]


def test_approving_and_revoking_at_the_same_moment(house) -> None:
    id = committed(filed(Cast()))
    ends = at_once(house, step("approve", id, "vera"), step("revoke", id, "root", reason="A sham."))
    assert "done" in ends
    if state(id) is TransactionStatus.REVOKED:  # it saw the approval
        assert (ends, events(id)) == (["done", "done"], ["draft", "file", "approve", "revoke"])
    else:
        assert (ends, events(id)) == (["done", "refused"], ["draft", "file", "approve"])


def test_two_who_revoke_make_one_revocation(house) -> None:
    row = filed(Cast())
    assert engine.perform(Transaction, "approve", [row.id], Cast().root).done
    id = committed(row)
    again = [step("revoke", id, "root", reason="A sham.")] * 2
    assert at_once(house, *again) == ["done", "refused"]
    assert events(id).count("revoke") == 1


def test_one_invoice_filed_twice_at_once_is_filed_once(house) -> None:
    first = drafted(Cast(), invoice_number="0123")
    second = drafted(Cast(), by="rita", invoice_number="0123")
    ids = (first.id, second.id)
    db.session.commit()
    db.session.remove()

    def file(id: int, who: str) -> Callable[[], str]:
        def take() -> str:
            row = db.session.get_one(Transaction, id)
            return "refused" if filing.file(row, getattr(Cast(), who)) else "done"

        return take

    assert at_once(house, file(ids[0], "bella"), file(ids[1], "rita")) == ["done", "refused"]
    assert sorted(state(id) for id in ids) == ["draft", "filed"]


def test_the_link_used_twice_at_once_is_used_once(house) -> None:
    row = filed(Cast())
    link = db.session.scalars(sa.select(Mail.link).where(
        Mail.template == "confirmation_asked")).one()  # fmt: skip
    token = link.rpartition("/")[2]
    question = db.session.scalars(sa.select(Confirmation.id)).one()
    committed(row)

    def answer(verb: str, **answers: str) -> Callable[[], str]:
        def take() -> str:
            found = db.session.get_one(Confirmation, question)
            said = answering.answer(found, verb, answering.bearer(token), **answers)
            return "refused" if said else "done"

        return take

    assert at_once(house, answer("confirm"), answer("deny", reason="No.")) == ["done", "refused"]
    db.session.rollback()
    names = db.session.scalars(sa.select(Event.name).where(
        Event.subject_type == "confirmation").order_by(Event.id)).all()  # fmt: skip
    status = db.session.scalars(sa.select(Confirmation.status)).one()
    assert len(names) == 2
    assert status is (
        ConfirmationStatus.CONFIRMED if names[1] == "confirm" else ConfirmationStatus.DENIED
    )
