"""Delivery to a real SMTP server on loopback: what arrives, what waits, what dies."""

from __future__ import annotations

import itertools
import logging
import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

import outbox
from core import clock
from core.database import db
from models import Event, Mail, MailStatus
from outbox import conversations, leased_mails
from tests.support.smtp import PostOffice, free_port, mailing, serving

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def put(*recipients: str, template: str = "welcome", **options) -> None:
    for one in recipients:
        outbox.enqueue(
            template,
            f"{one}@example.com",
            link="/account/",
            kind=None,
            key=one,
            locale="en",
            **options,
        )
    db.session.commit()


def found(*key: object) -> Mail:
    db.session.rollback()
    return db.session.query(Mail).filter_by(key=outbox.key_of(*key)).populate_existing().one()


def after(**passed: float):
    return lambda: NOON + timedelta(**passed)


@pytest.fixture
def noon():
    with clock.frozen(NOON):
        yield


def test_a_mail_arrives_whole(app: Flask, noon: None) -> None:
    post = PostOffice()
    title = "需求" * 60
    context = {"number": "XQ1", "title": title, "institution": "上海市锦天城（苏州）律师事务所"}
    outbox.enqueue("demand_accepted", "li@example.com", link="/account/demands/1?a=b",
                   kind=None, key="demand:1", context=context, locale="en")  # fmt: skip
    db.session.commit()
    with serving(post) as port, mailing(app, port, mail_sender="Supermarket <no@park.example>"):
        assert outbox.deliver_due() == outbox.Report(sent=1)
        assert outbox.deliver_due() == outbox.Report()
    [(sender, recipients, message)] = post.envelopes
    assert (sender, recipients) == ("no@park.example", ["li@example.com"])
    assert message["Subject"] == "上海市锦天城（苏州）律师事务所 accepted your demand XQ1"
    assert message["From"] == "Supermarket <no@park.example>"
    assert message["To"] == "li@example.com"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@supermarket.example>")
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    for part in (text, html):
        assert title in part
        assert "https://supermarket.example/account/demands/1?a=b" in part
    mail = found("demand", 1)
    assert (mail.status, mail.sent_at, mail.attempts, mail.error) == (
        MailStatus.SENT, NOON, 1, None,
    )  # fmt: skip
    assert mail.leased_until is None


def test_a_known_key_is_told_no_twice(app: Flask) -> None:
    put("ann", "ann", "ann")
    assert db.session.query(Mail).count() == 1


@pytest.mark.parametrize(
    ("recipient", "link"),
    [
        ("a@example.com\nBcc: b@example.com", "/"),
        ("a@example.com", "https://evil.example/"),
        ("a@example.com", "//evil.example/"),
    ],
)
def test_what_would_break_a_header_or_lead_away_is_refused(app, recipient, link) -> None:
    with pytest.raises(ValueError, match=r"an address has no spaces|a path of this site"):
        outbox.enqueue("welcome", recipient, link=link, kind=None, key="k")


def test_without_a_server_mails_stay(app: Flask, noon: None) -> None:
    put("ann")
    assert outbox.deliver_due() == outbox.Report()
    assert (found("ann").status, found("ann").attempts) == (MailStatus.QUEUED, 0)


def test_a_server_that_is_down_is_asked_again_ever_later(app: Flask, noon: None) -> None:
    put("ann")
    waits = []
    at = NOON
    with mailing(app, free_port()):
        for _ in range(8):
            report = outbox.deliver_due(now=lambda at=at: at)
            assert report == outbox.Report(failed=1, unreachable=True)
            waits.append((found("ann").due_at - at).total_seconds())
            early = found("ann").due_at - timedelta(seconds=1)
            assert outbox.deliver_due(now=lambda early=early: early) == outbox.Report()
            at = found("ann").due_at
        assert waits == [30, 60, 120, 240, 480, 960, 1800, 1800]
        assert "ConnectionRefusedError" in found("ann").error
    post = PostOffice()
    with serving(post) as port, mailing(app, port):
        assert outbox.deliver_due(now=lambda: at).sent == 1
    assert found("ann").error is None


def test_a_server_that_is_down_costs_the_other_mails_nothing(app: Flask, noon: None) -> None:
    put("ann", "bob", "otto")
    with mailing(app, free_port()):
        outbox.deliver_due()
    assert [found(key).attempts for key in ("ann", "bob", "otto")] == [1, 0, 0]
    assert found("bob").due_at == NOON


def test_a_server_that_never_answers_is_left_in_time(app: Flask, noon: None) -> None:
    put("ann")
    with (
        socket.create_server(("127.0.0.1", 0)) as mute,
        mailing(app, mute.getsockname()[1], mail_timeout=0.2),
    ):
        assert outbox.deliver_due() == outbox.Report(failed=1, unreachable=True)
    assert "timed out" in found("ann").error


def test_however_long_a_server_may_take_the_mails_are_sent(app: Flask, noon: None) -> None:
    put("ann", "bob")
    ticks = itertools.count()

    def passing() -> datetime:
        return NOON + next(ticks) * timedelta(seconds=1)

    post = PostOffice()
    with serving(post) as port, mailing(app, port, mail_timeout=20.0):  # as a site has it by itself
        told = outbox.deliver_due(now=passing, stop=lambda: next(ticks) > 100)
    assert told == outbox.Report(sent=2)
    assert post.recipients == ["ann@example.com", "bob@example.com"]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The patience that RFC 5321 asks for is ten minutes."""
    monkeypatch.setattr(conversations, "FINAL_PATIENCE", 0.3)


def test_a_server_that_answers_late_to_a_whole_mail_gets_it_once(app: Flask, noon: None) -> None:
    put("ann")
    post = PostOffice(late=1.0)
    with serving(post) as port, mailing(app, port, mail_timeout=0.2):
        assert outbox.deliver_due() == outbox.Report(sent=1)
    assert post.recipients == ["ann@example.com"]
    assert (found("ann").attempts, found("ann").doubts) == (1, 0)


def test_a_mail_that_is_never_answered_goes_out_three_times_at_most(
    app: Flask, noon: None, impatient: None
) -> None:
    """Seen: a server that kept the mail and never answered got 40 copies in four hours."""
    put("ann")
    post, at, waits = PostOffice(stalls=("ann@example.com",)), NOON, []
    with serving(post) as port, mailing(app, port, mail_timeout=0.3):
        for _ in range(2):
            assert outbox.deliver_due(now=lambda at=at: at) == outbox.Report(failed=1)
            waits.append(found("ann").due_at - at)
            at = found("ann").due_at
        assert outbox.deliver_due(now=lambda: at) == outbox.Report(dead=1)
        assert outbox.deliver_due(now=after(hours=71)) == outbox.Report()
    assert waits == [timedelta(minutes=30), timedelta(hours=3)]
    ann = found("ann")
    assert (ann.status, ann.attempts, ann.doubts) == (MailStatus.DEAD, 3, 3)
    assert "NoFinalAnswer" in ann.error


def test_one_mail_that_stalls_holds_up_no_other(app: Flask, noon: None, impatient: None) -> None:
    put("ann", "bob", "otto")
    post = PostOffice(stalls=("ann@example.com",))
    with serving(post) as port, mailing(app, port, mail_timeout=0.3):
        assert outbox.deliver_due() == outbox.Report(sent=2, failed=1)
    assert post.recipients == ["bob@example.com", "otto@example.com"]
    assert found("ann").due_at == NOON + timedelta(minutes=30)


def test_a_server_that_stalls_on_everything_ends_the_round(
    app: Flask, noon: None, impatient: None
) -> None:
    names = ("ann", "bob", "otto", "rita")
    put(*names)
    post = PostOffice(stalls=tuple(f"{name}@example.com" for name in names))
    with serving(post) as port, mailing(app, port, mail_timeout=0.2):
        assert outbox.deliver_due() == outbox.Report(failed=3, unreachable=True)
    assert found("rita").attempts == 0


def test_a_refused_recipient_holds_up_no_other(app: Flask, noon: None) -> None:
    put("ann", "bob", "otto")
    post = PostOffice(refuses=("bob@example.com",))
    with serving(post) as port, mailing(app, port):
        assert outbox.deliver_due() == outbox.Report(sent=2, dead=1)
        assert outbox.deliver_due(now=after(hours=1)) == outbox.Report()
    assert post.recipients == ["ann@example.com", "otto@example.com"]
    bob = found("bob")
    assert (bob.status, bob.error) == (MailStatus.DEAD, "550 5.1.1 No such mailbox")


def test_a_recipient_refused_for_now_is_asked_again(app: Flask, noon: None) -> None:
    put("bob")
    post = PostOffice(refuses=("bob@example.com",), refusal="450 4.2.1 Mailbox busy")
    with serving(post) as port, mailing(app, port):
        assert outbox.deliver_due() == outbox.Report(failed=1)
        bob = found("bob")
        assert (bob.status, bob.error) == (MailStatus.QUEUED, "450 4.2.1 Mailbox busy")
        post.refuses = ()
        assert outbox.deliver_due(now=after(minutes=1)) == outbox.Report(sent=1)


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("/invitations/secret-token", False),
        ("/reset/secret-token", False),
        ("/confirm/secret-token", False),
        ("/confirmations/secret-token", False),
        ("/account/demands/1", True),
        ("/workbench/demand/details/?id=1", True),
        ("/admin/application/details/?id=1", True),
        ("/certification/", True),
        ("/login", True),
    ],
)
def test_a_link_that_is_a_key_is_forgotten_once_it_is_out(
    app: Flask, cast, noon: None, link: str, kept: bool
) -> None:
    outbox.enqueue("welcome", "ann@example.com", link=link, kind=None, key="ann", locale="en")
    db.session.commit()
    post = PostOffice(refuses=("ann@example.com",), refusal="450 4.2.1 Mailbox busy")
    with serving(post) as port, mailing(app, port):
        outbox.deliver_due()
        assert found("ann").link == link  # it is still to go out
        post.refuses = ()
        outbox.deliver_due(now=after(minutes=1))
    assert (
        f"https://supermarket.example{link}" in post.messages[0].get_body(("plain",)).get_content()
    )
    assert found("ann").link == (link if kept else "/***")
    if kept:
        outbox.resend(found("ann"), cast.root)
    else:
        with pytest.raises(outbox.LinkUsed):
            outbox.resend(found("ann"), cast.root)
        assert found("ann").status is MailStatus.SENT


def test_a_mail_that_cannot_be_rendered_holds_up_no_other(app: Flask, noon: None) -> None:
    put("ann", template="no_such_mail")
    put("bob")
    post = PostOffice()
    with serving(post) as port, mailing(app, port):
        assert outbox.deliver_due() == outbox.Report(sent=1, failed=1)
    assert "TemplateNotFound" in found("ann").error


def test_dead_after_three_days(app: Flask, noon: None) -> None:
    put("ann")
    with mailing(app, free_port()):
        assert outbox.deliver_due(now=after(hours=71.9)).failed == 1
        assert outbox.deliver_due(now=after(hours=72)).dead == 1
        assert outbox.deliver_due(now=after(hours=99)) == outbox.Report()
    assert found("ann").status is MailStatus.DEAD


def test_a_worker_that_died_loses_its_lease(app: Flask, noon: None) -> None:
    put("ann")
    post = PostOffice()
    with serving(post) as port, mailing(app, port):
        [first] = leased_mails.take(NOON)
        until = found("ann").leased_until
        assert until >= NOON + timedelta(minutes=10)  # longer than a server may take
        assert outbox.deliver_due(now=lambda: until - timedelta(seconds=1)) == outbox.Report()
        with app.app_context():
            assert outbox.deliver_due(now=lambda: until).sent == 1
        leased_mails.finish(first, status=MailStatus.QUEUED)  # the first wakes up: too late
    assert found("ann").status is MailStatus.SENT


def test_a_second_copy_is_recognisable(app: Flask, cast, noon: None) -> None:
    put("ann", "bob")
    post = PostOffice()
    with serving(post) as port, mailing(app, port):
        outbox.deliver_due()
        outbox.resend(found("ann"), cast.root)
        db.session.commit()
        assert outbox.deliver_due().sent == 1
    ids = {}
    for message in post.messages:
        ids.setdefault(message["To"], []).append(message["Message-ID"])
    assert ids["ann@example.com"][0] == ids["ann@example.com"][1]
    assert ids["ann@example.com"][0] != ids["bob@example.com"][0]


def test_resend(app: Flask, cast, noon: None) -> None:
    put("ann")
    with pytest.raises(outbox.NotResendable):
        outbox.resend(found("ann"), cast.root)
    with mailing(app, free_port()):
        outbox.deliver_due(now=after(hours=80))
    with clock.frozen(NOON + timedelta(hours=90)):
        outbox.resend(found("ann"), cast.root)
        db.session.commit()
    mail = found("ann")
    assert (mail.status, mail.attempts, mail.error) == (MailStatus.QUEUED, 0, None)
    assert mail.due_at == NOON + timedelta(hours=90)
    [event] = db.session.query(Event).filter_by(subject_type="mail")
    assert (event.name, event.source, event.target) == ("resend", "dead", "queued")
    assert (event.actor_id, event.subject_id) == (cast.root.id, mail.id)


def two_workers(app: Flask, count: int) -> PostOffice:
    put(*(f"person{number}" for number in range(count)))
    db.session.remove()
    post = PostOffice()
    reports: list[outbox.Report] = []
    ready = threading.Barrier(2)

    def work() -> None:
        with app.app_context():
            ready.wait()
            reports.append(outbox.deliver_due(limit=count))
            db.session.remove()

    with serving(post) as port, mailing(app, port):
        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert sum(report.sent for report in reports) == count
    assert min(report.sent for report in reports) > 0
    return post


@pytest.mark.connections
def test_two_workers_send_each_mail_once(app: Flask) -> None:
    post = two_workers(app, 30)
    assert sorted(post.recipients) == sorted(f"person{n}@example.com" for n in range(30))


@pytest.mark.postgres
def test_two_workers_on_postgresql_send_each_mail_once(pg_app: Flask) -> None:
    post = two_workers(pg_app, 30)
    assert sorted(post.recipients) == sorted(f"person{n}@example.com" for n in range(30))


def test_nothing_of_a_mail_is_logged(app: Flask, noon: None, caplog, capfd) -> None:
    caplog.set_level(logging.DEBUG)
    outbox.enqueue("staff_invited", "secret.person@example.com", link="/invitations/SECRET-TOKEN",
                   kind=None, key="invitation:1",
                   context={"institution": "Hidden House"})  # fmt: skip
    put("bob")
    post = PostOffice(refuses=("secret.person@example.com",))
    with serving(post) as port, mailing(app, port, debug=True):
        outbox.deliver_due()
    logged = "\n".join(
        record.getMessage() for record in caplog.records if record.name != "mail.log"
    )
    for secret in ("SECRET-TOKEN", "Hidden House", "secret.person"):
        assert secret not in logged
        assert secret not in "".join(capfd.readouterr())
    assert "attempt 1 failed" in logged
