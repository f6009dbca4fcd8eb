"""Mail goes to the server whose certificate holds, and to no other."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from flask import Flask

import outbox
from core.database import db
from models import Mail, MailStatus
from tests.support.certificates import self_signed
from tests.support.smtp import PostOffice, mailing, serving


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return self_signed(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def waiting(app: Flask) -> Mail:
    outbox.enqueue("welcome", "ann@example.com", link="/account/", kind=None, key="k", locale="en")
    db.session.commit()
    return db.session.query(Mail).one()


WAYS = [("starttls", False), ("tls", True)]


@pytest.mark.parametrize(("security", "implicit"), WAYS)
def test_a_self_signed_certificate_is_refused(
    app: Flask, tls: ssl.SSLContext, security: str, implicit: bool
) -> None:
    mail = waiting(app)
    post = PostOffice()
    with (
        serving(post, tls, implicit=implicit) as port,
        mailing(app, port, mail_security=security),
    ):
        assert outbox.deliver_due() == outbox.Report(failed=1, unreachable=True)
    assert post.envelopes == []
    assert mail.status is MailStatus.QUEUED
    assert "certificate verify failed" in (mail.error or "")


@pytest.mark.parametrize(("security", "implicit"), WAYS)
def test_a_certificate_that_holds_is_taken(
    app: Flask,
    tls: ssl.SSLContext,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    security: str,
    implicit: bool,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    mail = waiting(app)
    post = PostOffice()
    with (
        serving(post, tls, implicit=implicit) as port,
        mailing(app, port, mail_security=security, mail_username="post", mail_password="stamp"),
    ):
        assert outbox.deliver_due().sent == 1
    assert post.sign_ins == 1
    assert mail.status is MailStatus.SENT
    assert post.recipients == ["ann@example.com"]


def test_a_server_without_starttls_gets_nothing(app: Flask) -> None:
    waiting(app)
    post = PostOffice()
    with serving(post) as port, mailing(app, port, mail_security="starttls"):
        assert outbox.deliver_due() == outbox.Report(failed=1, unreachable=True)
    assert post.envelopes == []


def test_a_wrong_password_costs_one_attempt_of_one_mail(app: Flask) -> None:
    mail = waiting(app)
    post = PostOffice()
    with serving(post) as port, mailing(app, port, mail_username="post", mail_password="wrong"):
        assert outbox.deliver_due() == outbox.Report(failed=1, unreachable=True)
    assert post.envelopes == []
    assert (mail.error or "").startswith("535 ")
