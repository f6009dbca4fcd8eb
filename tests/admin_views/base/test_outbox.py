"""The worker's command, and the page that shows the mails in development."""

from __future__ import annotations

import dataclasses
import signal

import pytest
from flask import Flask
from flask.testing import FlaskClient

import outbox
from core.database import db
from models import Mail, MailStatus
from tests.support.smtp import PostOffice, mailing, serving


@pytest.fixture
def mail(app: Flask) -> Mail:
    outbox.enqueue(
        "application_rejected",
        "ann@example.com",
        link="/certification/",
        kind=None,
        key="k",
        context={"institution": "<b>Bridge</b>", "reason": "No."},
        locale="en",
    )
    db.session.commit()
    return db.session.query(Mail).one()


def test_deliver(app: Flask, mail: Mail) -> None:
    post = PostOffice()
    with serving(post) as port, mailing(app, port):
        result = app.test_cli_runner().invoke(args=["outbox", "deliver"])
    assert result.exit_code == 0
    assert result.output == "1 sent, 0 to be tried again, 0 dead\n"
    assert post.recipients == ["ann@example.com"]


def test_deliver_without_a_server_says_so(app: Flask, mail: Mail) -> None:
    result = app.test_cli_runner().invoke(args=["outbox", "deliver"])
    assert result.output == "MAIL_SERVER is not set: mails stay in the outbox.\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_watching_ends_when_told(
    app: Flask, mail: Mail, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    db.session.rollback()  # the watch has units of work of its own
    former = signal.getsignal(number)
    monkeypatch.setattr("core.loops.time.sleep", lambda _seconds: signal.raise_signal(number))
    post = PostOffice()
    with serving(post) as port, mailing(app, port):
        result = app.test_cli_runner().invoke(args=["outbox", "deliver", "--watch"])
    assert (result.exit_code, result.output) == (0, "1 sent, 0 to be tried again, 0 dead\n")
    assert post.recipients == ["ann@example.com"]
    assert db.session.query(Mail).populate_existing().one().status is MailStatus.SENT
    assert signal.getsignal(number) == former


def test_an_end_that_was_asked_for_ends_a_round_between_two_mails(app: Flask, mail: Mail) -> None:
    with serving(PostOffice()) as port, mailing(app, port):
        assert outbox.deliver_due(stop=lambda: True) == outbox.Report()


def test_the_mails_are_shown_in_development(client: FlaskClient, mail: Mail) -> None:
    listed = client.get("/dev/mails").get_data(as_text=True)
    assert "Your application for &lt;b&gt;Bridge&lt;/b&gt; was rejected" in listed
    assert "ann@example.com" in listed
    one = client.get(f"/dev/mails/{mail.id}").get_data(as_text=True)
    assert "https://supermarket.example/certification/" in one
    assert "<b>Bridge" not in one
    html = client.get(f"/dev/mails/{mail.id}/html")
    assert "sandbox" in html.headers["Content-Security-Policy"]
    assert "script-src" not in html.headers["Content-Security-Policy"]
    assert "No." in html.get_data(as_text=True)
    assert client.get("/dev/mails/999").status_code == 404


def test_the_empty_list(client: FlaskClient) -> None:
    assert client.get("/dev/mails").status_code == 200


@pytest.mark.parametrize("path", ["/dev/mails", "/dev/mails/1", "/dev/mails/1/html"])
def test_production_has_no_such_page(
    app: Flask, client: FlaskClient, mail: Mail, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    shown = dataclasses.replace(app.config["SETTINGS"], environment="production")
    monkeypatch.setitem(app.config, "SETTINGS", shown)
    assert client.get(path).status_code == 404
