"""The enterprise's word: by sign-in, by the link, by silence; and asked anew after a correction."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

import access
import outbox
import ranking
from access import row_guard
from core.clock import frozen
from core.database import db
from models import (
    ConfirmationStatus,
    DayKind,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Event,
    Holiday,
    Mail,
    Notification,
    TransactionStatus,
)
from tests.support.applying import english, forget, post, see
from tests.support.cast import verified
from tests.support.smtp import PostOffice, mailing, serving
from tests.support.transactions import (
    MONDAY,
    apart,
    asked,
    drafted,
    filed,
    mailed_token,
    refusal,
    taken,
)
from worker import jobs
from workflows import engine
from workflows.confirmation import answering, timing
from workflows.transaction.writing import write

C = ConfirmationStatus
# Monday 23 November; the tenth working day after it is Monday 7 December, over at 16:00 UTC
LAST_MOMENT = datetime(2026, 12, 7, 15, 59, 59, tzinfo=UTC)
OVER = datetime(2026, 12, 7, 16, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def today(app, cast):
    apart(cast)
    with frozen(MONDAY), force_locale("en"):
        yield


def colleague(cast) -> None:
    """Bob acts for Acme too."""
    db.session.add(
        EnterpriseMembership(
            user=cast.bob,
            enterprise=cast.acme,
            status=EnterpriseMembershipStatus.MEMBER,
            **verified(),
        )
    )
    db.session.flush()


def told(template: str) -> list[Mail]:
    forget()
    return list(db.session.scalars(sa.select(Mail).where(Mail.template == template)))


# --- asking ----------------------------------------------------------------------------------


def test_everybody_of_the_enterprise_is_asked_by_mail_and_bell(cast) -> None:
    colleague(cast)
    row = filed(cast)
    question = asked(row)
    assert (question.status, question.due_at) == (C.ASKED, OVER)
    mails = told("confirmation_asked")
    assert {mail.recipient for mail in mails} == {"ann@example.com", "bob@example.com"}
    assert {re.sub(r"/[\w-]{43}$", "/TOKEN", mail.link) for mail in mails} == {
        "/confirmations/TOKEN"
    }
    bells = db.session.query(Notification).filter_by(template="confirmation_asked").all()
    assert {bell.user_id for bell in bells} == {cast.ann.id, cast.bob.id}
    assert {bell.link for bell in bells} == {f"/account/transactions/{row.id}"}


def test_the_token_stands_in_the_mail_s_link_alone(cast) -> None:
    row = filed(cast)
    token = mailed_token(row)
    db.session.flush()
    found = []
    for table in db.metadata.sorted_tables:
        for line in db.session.execute(sa.select(table)).mappings():
            found += [(table.name, name) for name, value in line.items() if token in str(value)]
    assert set(found) == {("mail", "link")}


def test_the_time_runs_over_holidays(cast) -> None:
    db.session.add(Holiday(day=date(2026, 11, 24), kind=DayKind.OFF))
    db.session.add(Holiday(day=date(2026, 11, 28), kind=DayKind.WORK))
    db.session.add(Holiday(day=date(2026, 12, 1), kind=DayKind.OFF))
    db.session.flush()
    # off: the 24th and the 1st; worked: Saturday the 28th; so one day later than without
    assert asked(filed(cast)).due_at == datetime(2026, 12, 8, 16, 0, tzinfo=UTC)


def test_a_calendar_that_changes_moves_the_last_day(cast, client) -> None:
    row = filed(cast)
    db.session.commit()
    english(client, cast.root)
    day = {"day": "2026-12-02", "kind": "off", "name": "x"}
    assert post(client, "/admin/holiday/new/", **day).status_code == 302
    assert asked(row).due_at == datetime(2026, 12, 8, 16, 0, tzinfo=UTC)
    id = db.session.query(Holiday).one().id
    assert post(client, f"/admin/holiday/remove/?id={id}").status_code == 302
    assert asked(row).due_at == OVER


# --- silence ---------------------------------------------------------------------------------


def test_silence_falls_when_the_tenth_working_day_is_over(cast, monkeypatch) -> None:
    counted = []
    monkeypatch.setattr(ranking, "mark", lambda firms=(), people=(): counted.append(set(firms)))
    row = filed(cast)
    taken(row, "approve", cast.root)
    db.session.commit()
    counted.clear()
    with frozen(LAST_MOMENT):
        assert timing.count_silence(LAST_MOMENT) == 0
        assert asked(row).status is C.ASKED
    with frozen(OVER):
        assert timing.count_silence(OVER) == 1
        assert timing.count_silence(OVER) == 0  # again is nothing
    assert asked(row).status is C.SILENT
    assert counted == [{cast.bridge.id}]
    event = engine.history(asked(row))[-1]
    assert (event.name, event.actor_id) == ("fall_silent", None)


def test_the_job_stands_in_the_list() -> None:
    assert timing.count_silence in [job.run for job in jobs.JOBS]


def test_nobody_counts_silence_by_hand(cast) -> None:
    question = asked(filed(cast))
    for name in ("root", "bella", "ann"):
        refusal(question, "fall_silent", getattr(cast, name))
    assert question.status is C.ASKED


# --- by sign-in ------------------------------------------------------------------------------


def test_ann_confirms(cast, client) -> None:
    row = filed(cast)
    db.session.commit()
    english(client, cast.ann)
    page = see(client, f"/account/transactions/{row.id}").text
    assert "Legal adviser" in page
    assert "¥12,000.00" in page
    assert "2026-12-07" in page
    assert "contract.pdf" in page
    answer = post(client, f"/account/transactions/{row.id}/confirm", version=row.version)
    assert answer.status_code == 302
    question = asked(row)
    assert (question.status, question.answered_by_id) == (C.CONFIRMED, cast.ann.id)
    assert {m.recipient for m in told("confirmation_confirmed")} == {"reserved-bridge@example.com"}


def test_ann_reads_the_scan(cast, client) -> None:
    row = filed(cast)
    db.session.commit()
    file = see(english(client, cast.ann), f"/account/transactions/{row.id}").text
    url = re.search(r"/attachments/\d+", file)[0]
    assert see(client, url).status_code == 200
    assert see(english(client, cast.otto), url).status_code == 404


def test_a_denial_needs_a_reason_and_is_an_alarm(cast, client) -> None:
    row = filed(cast)
    db.session.commit()
    english(client, cast.ann)
    url = f"/account/transactions/{row.id}/deny"
    assert see(client, url).status_code == 200
    assert "Please fill this in" in post(client, url, version=row.version, reason=" ").text
    assert asked(row).status is C.ASKED
    post(client, url, version=row.version, reason="We never signed this.")
    question = asked(row)
    assert (question.status, question.reason) == (C.DENIED, "We never signed this.")
    assert {mail.recipient for mail in told("confirmation_alarm")} == {
        "root@example.com",
        "vera@example.com",
    }
    assert told("confirmation_alarm")[0].context["reason"] == "We never signed this."
    page = see(english(client, cast.root), "/admin/").text
    assert 'class="h2 mb-1 text-danger">1<' in page
    queue = see(client, "/admin/transaction/?status=all&answer=denied").text
    assert row.number in queue


def test_an_answer_is_given_once(cast, client) -> None:
    row = filed(cast)
    db.session.commit()
    english(client, cast.ann)
    post(client, f"/account/transactions/{row.id}/confirm", version=row.version)
    post(client, f"/account/transactions/{row.id}/deny", version=row.version, reason="No.")
    assert asked(row).status is C.CONFIRMED


def test_an_answer_to_a_deal_that_changed_is_not_taken(cast, client) -> None:
    row = filed(cast)
    db.session.commit()
    answer = post(
        english(client, cast.ann),
        f"/account/transactions/{row.id}/confirm",
        version=row.version - 1,
    )
    assert answer.status_code == 302
    assert asked(row).status is C.ASKED


def test_a_late_word_is_heard_by_sign_in(cast) -> None:
    row = filed(cast)
    question = asked(row)
    with frozen(OVER):
        timing.count_silence(OVER)
        assert answering.answer(question, "confirm", cast.ann) is None
    assert asked(row).status is C.CONFIRMED


@pytest.mark.parametrize("name", ["bella", "rita", "otto", "bob", "root", "lin"])
def test_nobody_else_answers(cast, name) -> None:
    question = asked(filed(cast))
    for verb, answers in (("confirm", {}), ("deny", {"reason": "x"})):
        assert answering.answer(question, verb, getattr(cast, name), **answers) is not None
    assert asked(question.transaction).status is C.ASKED


@pytest.mark.parametrize("name", ["bella", "rita", "otto", "bob", "root"])
def test_the_pages_are_the_enterprise_s_own(cast, client, name) -> None:
    row = filed(cast)
    db.session.commit()
    english(client, getattr(cast, name))
    assert see(client, f"/account/transactions/{row.id}").status_code == 404
    assert post(client, f"/account/transactions/{row.id}/confirm", version=1).status_code == 404
    assert row.number not in see(client, "/account/transactions").text


def test_a_draft_is_not_for_the_enterprise_s_eyes(cast, client) -> None:
    row = drafted(cast)
    taken(row, "withdraw", cast.bella)
    db.session.commit()
    assert see(english(client, cast.ann), f"/account/transactions/{row.id}").status_code == 404


def test_who_works_on_both_sides_confirms_nothing(cast) -> None:
    row = filed(cast)
    db.session.add(
        EnterpriseMembership(
            user=cast.stan,
            enterprise=cast.acme,
            status=EnterpriseMembershipStatus.MEMBER,
            **verified(),
        )
    )
    db.session.flush()
    assert answering.answer(asked(row), "confirm", cast.stan) is not None


@pytest.mark.parametrize("verb", ["return", "reject", "withdraw"])
def test_what_is_not_up_for_it_is_not_confirmed(cast, verb) -> None:
    row = filed(cast)
    taken(row, verb, cast.bella if verb == "withdraw" else cast.root,
          **({} if verb == "withdraw" else {"reason": "x"}))  # fmt: skip
    assert answering.answer(asked(row), "confirm", cast.ann) is not None
    assert asked(row).status is C.ASKED


def test_a_confirmation_after_the_approval_changes_what_counts(cast, monkeypatch) -> None:
    counted = []
    monkeypatch.setattr(ranking, "mark", lambda firms=(), people=(): counted.append(set(firms)))
    row = filed(cast)
    assert answering.answer(asked(filed(cast, contract_number="2")), "confirm", cast.ann) is None
    assert counted == []  # not approved: nothing counts yet
    taken(row, "approve", cast.root)
    assert answering.answer(asked(row), "confirm", cast.ann) is None
    assert counted == [{cast.bridge.id}] * 2


# --- by the link -----------------------------------------------------------------------------


def test_a_look_uses_nothing_up_and_an_answer_does(cast, client) -> None:
    row = filed(cast)
    token = mailed_token(row)
    db.session.commit()
    english(client)
    for _ in range(3):
        page = see(client, f"/confirmations/{token}")
        assert page.status_code == 200
        assert "Legal adviser" in page.text
        assert page.headers["Referrer-Policy"] == "no-referrer"
    assert asked(row).status is C.ASKED
    answer = post(client, f"/confirmations/{token}", answer="confirm", version=row.version)
    assert answer.status_code == 302
    question = asked(row)
    assert (question.status, question.answered_by_id) == (C.CONFIRMED, None)
    event = engine.history(question)[-1]
    assert (event.name, event.actor_id, event.changes) == ("confirm", None, {"by_link": True})
    used = see(client, f"/confirmations/{token}")
    assert used.status_code == 410
    assert "This link was used" in used.text
    post(client, f"/confirmations/{token}", answer="deny", reason="x", version=row.version)
    assert asked(row).status is C.CONFIRMED


def test_a_denial_by_the_link_keeps_what_was_typed(cast, client) -> None:
    row = filed(cast)
    token = mailed_token(row)
    db.session.commit()
    english(client)
    url = f"/confirmations/{token}"
    assert "Please fill this in" in post(client, url, answer="deny", version=row.version).text
    assert asked(row).status is C.ASKED
    post(client, url, answer="deny", reason="Nobody here knows it.", version=row.version)
    question = asked(row)
    assert (question.status, question.reason) == (C.DENIED, "Nobody here knows it.")
    assert len(told("confirmation_alarm")) == 2


@pytest.mark.parametrize("name", ["otto", "rita", "root", "bella"])
def test_whoever_is_signed_in_the_link_is_the_right(cast, client, name) -> None:
    row = filed(cast)
    token = mailed_token(row)
    db.session.commit()
    english(client, getattr(cast, name))
    post(client, f"/confirmations/{token}", answer="confirm", version=row.version)
    assert (asked(row).status, asked(row).answered_by_id) == (C.CONFIRMED, None)


def test_a_link_expires_with_the_tenth_working_day(cast, client) -> None:
    row = filed(cast)
    token = mailed_token(row)
    db.session.commit()
    english(client)
    with frozen(LAST_MOMENT):
        assert see(client, f"/confirmations/{token}").status_code == 200
    with frozen(OVER):
        late = see(client, f"/confirmations/{token}")
        assert late.status_code == 410
        assert "expired" in late.text
        post(client, f"/confirmations/{token}", answer="confirm", version=row.version)
    assert asked(row).status is C.ASKED


def test_a_link_that_nobody_gave_out_opens_nothing(client) -> None:
    page = see(english(client), "/confirmations/guessed")
    assert page.status_code == 404
    assert "not valid" in page.text
    assert post(client, "/confirmations/guessed", answer="confirm").status_code == 404


def test_the_link_of_a_returned_deal_waits(cast, client) -> None:
    row = filed(cast)
    token = mailed_token(row)
    taken(row, "return", cast.root, reason="Page 2.")
    db.session.commit()
    assert see(english(client), f"/confirmations/{token}").status_code == 410


def test_a_bearer_sees_one_deal_and_nothing_else(cast) -> None:
    mine, other = filed(cast), filed(cast, contract_number="HT-2")
    token = mailed_token(other)
    holder = answering.bearer(token)
    db.session.flush()
    row_guard.hold(db.session(), holder)
    kinds = (type(mine), type(asked(mine)), Mail, Event, EnterpriseMembership, Notification)
    found = {kind.__name__: len(db.session.scalars(sa.select(kind)).all()) for kind in kinds}
    assert found == {"Transaction": 1, "Confirmation": 1, "Mail": 0, "Event": 0,
                     "EnterpriseMembership": 0, "Notification": 0}  # fmt: skip
    assert access.visible(holder, Mail) is not None
    assert db.session.scalars(access.visible(holder, type(mine))).one().id == other.id


def test_the_mail_over_smtp_carries_a_link_that_works(app, cast, client) -> None:
    row = filed(cast)
    db.session.commit()
    post_office = PostOffice()
    with serving(post_office) as port, mailing(app, port):
        outbox.deliver_due()
    (message,) = [m for m in post_office.messages if m["To"] == "ann@example.com"]
    text = message.get_body(("plain",)).get_content()
    link = re.search(r"https://supermarket\.example(/confirmations/[\w-]{43})", text)[1]
    assert "2026-12-07" in text
    assert see(english(client), link).status_code == 200
    post(client, link, answer="confirm", version=row.version)
    assert asked(row).status is C.CONFIRMED


# --- asked anew ------------------------------------------------------------------------------


def returned_and_corrected(cast, row, **values) -> None:
    taken(row, "return", cast.root, reason="Look again.")
    write(row, cast.bella, values)
    taken(row, "file", cast.bella)


def test_the_same_question_is_not_asked_twice(cast) -> None:
    row = filed(cast)
    answering.answer(asked(row), "confirm", cast.ann)
    returned_and_corrected(cast, row, remark="A scan was added.")
    assert asked(row).status is C.CONFIRMED
    assert len(told("confirmation_asked")) == 1


@pytest.mark.parametrize(
    "change",
    [{"amount": Decimal("12000.01")}, {"title": "Another"}, {"signed_on": date(2026, 11, 19)},
     {"contract_number": "HT-9"}, {"service_to": date(2027, 1, 1)}],
)  # fmt: skip
def test_another_question_is_asked_anew(cast, client, change) -> None:
    row = filed(cast)
    old = mailed_token(row)
    answering.answer(asked(row), "deny", cast.ann, reason="Wrong amount.")
    with frozen(MONDAY + timedelta(days=1)):
        returned_and_corrected(cast, row, **change)
        new = mailed_token(row)
        question = asked(row)
        assert (question.status, question.reason, question.answered_by_id) == (C.ASKED, None, None)
        assert question.due_at == datetime(2026, 12, 8, 16, 0, tzinfo=UTC)
        assert len(told("confirmation_asked")) == 2
        db.session.commit()
        english(client)
        assert see(client, f"/confirmations/{old}").status_code == 404
        assert see(client, f"/confirmations/{new}").status_code == 200


def test_an_enterprise_that_is_not_registered_takes_no_answer_over(cast) -> None:
    row = filed(cast)
    answering.answer(asked(row), "confirm", cast.ann)
    returned_and_corrected(
        cast, row, enterprise_id=None, enterprise_name="Far Away Ltd", enterprise_code=""
    )
    question = asked(row)
    assert (question.status, question.token_hash, question.answered_by_id) == (C.SILENT, None, None)
    assert row.status is TransactionStatus.FILED
