"""Activities by mail: a real IMAP server on loopback, mails of every kind, each filed once."""

from __future__ import annotations

import io
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

import inbox
import uploads
from core import config
from core.clock import now
from core.database import db
from inbox import fetching
from models import (
    Activity,
    ActivityRole,
    ActivitySource,
    ActivityStatus,
    Attachment,
    InstitutionStatus,
    Mail,
)
from tests.support.cast import Cast
from tests.support.certificates import self_signed
from tests.support.imap import AUTHSERV, PASSWORD, USER, PostBox, imap_server, letter

DONE, FLAGGED = {"\\Seen"}, {"\\Flagged"}
PROOF = b"Authentication-Results: mx.supermarket.example; dmarc=pass\r\n"
PDF = b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF\n"


@pytest.fixture(scope="module")
def post_office() -> Iterator[PostBox]:
    with imap_server() as server:
        yield server


@pytest.fixture
def box(app: Flask, post_office: PostBox) -> Iterator[PostBox]:
    """An empty mailbox, with the application's settings leading to it."""
    yield from mailbox_of(app, post_office)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return self_signed(tmp_path)


def mailbox_of(app: Flask, server: PostBox) -> Iterator[PostBox]:
    server.empty()
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(
        before, imap_host="127.0.0.1", imap_port=server.port, imap_security="none",
        imap_username=USER, imap_password=PASSWORD, imap_authserv_id=AUTHSERV,
    )  # fmt: skip
    yield server
    app.config["SETTINGS"] = before


def filed() -> list[Activity]:
    return list(db.session.scalars(sa.select(Activity).order_by(Activity.id)))


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "#fff").save(out, "PNG")
    return out.getvalue()


def test_a_mail_of_a_member_becomes_a_registered_filing(box: PostBox, cast: Cast) -> None:
    files = (("通知.pdf", PDF, "application/pdf"), ("合影.png", picture(), "image/png"))
    box.put(letter("Bella <BELLA@example.com>", files=files))
    assert inbox.fetch() == inbox.Report(filed=1)
    (row,) = filed()
    assert (row.title, row.description) == ("税法公益讲座", "与税务局合办，六十人参加。")
    assert (row.status, row.source) == (ActivityStatus.REGISTERED, ActivitySource.MAIL)
    assert (row.registrar_id, row.held_on) == (None, None)
    assert [(part.institution_id, part.role) for part in row.parts] == [
        (cast.bridge.id, ActivityRole.SUPPORT)
    ]
    kept = uploads.files_of(row)
    assert [(one.filename, one.uploader_id) for one in kept] == [
        ("通知.pdf", None),
        ("合影.png", None),
    ]
    with uploads.read_back(kept[0]) as file:
        assert file.read() == PDF
    assert box.flags() == [DONE]
    told = set(db.session.execute(sa.select(Mail.template, Mail.recipient)).all())
    assert told == {
        ("activity_registered", "reserved-bridge@example.com"),
        ("activity_waiting", "root@example.com"),
        ("activity_waiting", "vera@example.com"),
    }


def test_the_reserved_address_is_known_too(box: PostBox, cast: Cast) -> None:
    box.put(letter("reserved-rival@example.com"))
    assert inbox.fetch().filed == 1
    assert filed()[0].parts[0].institution_id == cast.rival.id


@pytest.mark.parametrize(
    "raw",
    [
        letter("stranger@example.com"),
        letter("otto@example.com"),  # has an account, works nowhere
        letter("reserved-waiting@example.com"),  # not certified
        letter("bella@example.com, rita@example.com"),
        letter(""),
        letter(Auto_Submitted="auto-replied"),
        letter(Precedence="bulk"),
    ],
)
def test_the_rest_is_flagged_for_a_person(box: PostBox, cast: Cast, raw: bytes) -> None:
    box.put(raw)
    assert inbox.fetch() == inbox.Report(left=1)
    assert filed() == []
    assert box.flags() == [FLAGGED]
    assert inbox.fetch() == inbox.Report()  # not looked at again


def test_who_left_or_was_suspended_is_not_known(box: PostBox, cast: Cast) -> None:
    cast.rival.status = InstitutionStatus.SUSPENDED
    next(one for one in cast.bridge.memberships if one.user_id == cast.stan.id).active = False
    db.session.commit()
    box.put(letter("rita@example.com"))
    box.put(letter("stan@example.com"))
    assert inbox.fetch() == inbox.Report(left=2)


def test_a_mail_is_filed_once(box: PostBox, cast: Cast) -> None:
    box.put(letter())
    box.put(letter())  # the same Message-ID: sent twice
    assert inbox.fetch() == inbox.Report(filed=1, known=1)
    client = box.client()  # somebody marks it as unread
    client.store("1:*", "-FLAGS", "(\\Seen)")
    client.logout()
    assert inbox.fetch() == inbox.Report(known=2)
    assert len(filed()) == 1
    assert box.flags() == [DONE, DONE]


def test_a_mail_without_message_id_is_filed_once_too(box: PostBox, cast: Cast) -> None:
    raw = PROOF + b"From: bella@example.com\r\nSubject: Lecture\r\n\r\nSixty people.\r\n"
    box.put(raw)
    box.put(raw)
    box.put(raw.replace(b"Sixty", b"Seventy"))
    assert inbox.fetch() == inbox.Report(filed=2, known=1)
    assert all(row.message_id.startswith("<sha256-") for row in filed())


def test_refused_files_are_named_and_the_others_kept(box: PostBox, cast: Cast) -> None:
    files = (
        ("方案.docx", b"PK\x03\x04", "application/vnd.ms-word"),
        ("空.pdf", b"", "application/pdf"),
        ("x.png", b"\x89PNG\r\n\x1a\nbroken", "image/png"),
        ("名单.pdf", PDF, "application/pdf"),
    )
    box.put(letter(files=files))
    inbox.fetch()
    (row,) = filed()
    assert [one.filename for one in uploads.files_of(row)] == ["名单.pdf"]
    for name in ("方案.docx", "空.pdf", "x.png"):
        assert name in row.description
    assert row.description.startswith("与税务局合办，六十人参加。")


GBK = (
    b"From: =?gb2312?B?" + b"sOyxtA==" + b"?= <bella@example.com>\r\n"
    b"Subject: =?gb2312?B?t6jCybmr0uZ6mA==?=\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    + "公益讲座，参加者六十人，朱镕基".encode("gbk")
    + b"\r\n"
)
BROKEN = {
    "gbk that says gb2312": (GBK, "朱镕基"),
    "no such charset": (
        b"From: bella@example.com\r\nSubject: A\r\nContent-Type: text/plain; charset=klingon-8\r\n"
        b"\r\n" + "公益讲座".encode() + b"\r\n",
        "公益讲座",
    ),
    "raw bytes in the header": (
        b"From: bella@example.com\r\nSubject: " + "公益讲座".encode() + b"\r\n\r\nText\r\n",
        "Text",
    ),
    "html alone": (
        b"From: bella@example.com\r\nSubject: A\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<style>p{}</style><script>x()</script><p>Lecture &amp; more</p>\r\n",
        "Lecture & more",
    ),
    "base64 that is none": (
        b"From: bella@example.com\r\nSubject: =?utf-8?B?@@@?=\r\nContent-Type: text/plain\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\nQQ=!\r\n",
        "",
    ),
    "a boundary that never comes": (
        b"From: bella@example.com\r\nSubject: A\r\nContent-Type: multipart/mixed; boundary=zz\r\n"
        b"\r\nno part at all\r\n",
        "",
    ),
    "NULs": (b"From: bella@example.com\r\nSubject: A\r\n\r\nLec\x00ture\r\n", "Lecture"),
}


@pytest.mark.parametrize("case", list(BROKEN))
def test_a_broken_mail_is_read_as_far_as_it_goes(case: str, cast: Cast) -> None:
    raw, text = BROKEN[case]
    from inbox.filing import Fate, file
    from inbox.reading import read

    assert file(read(PROOF + raw, AUTHSERV)) is Fate.FILED
    (row,) = filed()
    assert text in row.description
    assert row.title


def test_a_forwarded_mail_brings_its_files(box: PostBox, cast: Cast) -> None:
    from email import message_from_bytes, policy
    from email.message import EmailMessage

    inner = message_from_bytes(
        letter("office@gov.example", "通知", files=(("通知.pdf", PDF, "application/pdf"),)),
        policy=policy.default,
    )
    outer = EmailMessage()
    outer["From"], outer["Subject"], outer["Message-ID"] = "bella@example.com", "Fwd", "<f@x>"
    outer.set_content("See below.")
    outer.add_attachment(inner)
    box.put(PROOF + outer.as_bytes())
    assert inbox.fetch().filed == 1
    (row,) = filed()
    assert row.description == "See below."
    assert [one.filename for one in uploads.files_of(row)] == ["通知.pdf"]


def nested(depth: int) -> bytes:
    head = b"From: bella@example.com\r\nSubject: Deep\r\n"
    for level in range(depth):
        head += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
    return head + b"\r\nthe end\r\n"


def test_no_mail_stops_the_run(box: PostBox, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "LARGEST", 100_000)
    real = fetching.raw_of
    deep = nested(3000)  # deeper than the server itself would take it
    box.put(nested(20))
    (first,) = box.uids()
    monkeypatch.setattr(
        fetching, "raw_of", lambda box, uid: deep if uid == first else real(box, uid)
    )
    box.put(letter(subject="Huge", files=(("x.pdf", PDF + b" " * 100_000, "application/pdf"),)))
    box.put(letter())
    report = inbox.fetch()
    assert report.filed + report.left == 3
    assert box.flags()[1] == FLAGGED  # too large to be fetched
    assert box.flags()[2] == DONE
    assert "税法公益讲座" in [row.title for row in filed()]


def test_a_failure_inside_leaves_the_mail_to_a_person(
    box: PostBox, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.put(letter(subject="One", text="1"))
    box.put(letter(subject="Two", text="2"))
    real = fetching.file

    def failing(mail: object) -> object:
        if mail.subject == "One":
            raise RuntimeError("a bug")
        return real(mail)

    monkeypatch.setattr(fetching, "file", failing)
    assert inbox.fetch() == inbox.Report(filed=1, left=1)
    assert box.flags() == [FLAGGED, DONE]


def test_what_a_person_deleted_is_not_expunged(box: PostBox, cast: Cast) -> None:
    box.put(letter(), "(\\Deleted)")
    inbox.fetch()
    assert box.flags() == [{"\\Deleted", "\\Seen"}]


def two_fetchers(app: Flask, box: PostBox) -> None:
    for number in range(6):
        box.put(letter(subject=f"Lecture {number}", files=(("a.pdf", PDF, "application/pdf"),)))
    db.session.remove()
    gate, reports = threading.Barrier(2), []

    def run() -> None:
        with app.app_context():
            gate.wait()
            reports.append(inbox.fetch())
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sum(one.filed for one in reports) == 6
    assert sum(one.left for one in reports) == 0
    assert len(filed()) == 6
    assert db.session.scalar(sa.select(sa.func.count(Attachment.id))) == 6


@pytest.mark.connections
def test_two_fetchers_at_once_file_each_mail_once(app: Flask, box: PostBox) -> None:
    two_fetchers(app, box)


@pytest.mark.postgres
def test_two_fetchers_at_once_on_postgresql(pg_app: Flask, post_office: PostBox) -> None:
    for box in mailbox_of(pg_app, post_office):
        two_fetchers(pg_app, box)


# --- the command, and the job ---


def test_the_command_says_what_it_did(app: Flask, box: PostBox) -> None:
    box.put(letter())
    box.put(letter("stranger@example.com"))
    result = app.test_cli_runner().invoke(args=["activities", "fetch"])
    assert result.exit_code == 0, result.output
    assert "1 filed, 0 known already, 1 left for a person" in result.output


def test_the_command_names_what_is_wrong(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert "IMAP_HOST" in runner.invoke(args=["activities", "fetch"]).output
    before = app.config["SETTINGS"]
    try:
        app.config["SETTINGS"] = replace(before, imap_host="127.0.0.1", imap_port=1)
        result = runner.invoke(args=["activities", "fetch"])
    finally:
        app.config["SETTINGS"] = before
    assert result.exit_code == 1
    assert "cannot be read" in result.output


def test_a_wrong_password_is_said(app: Flask, box: PostBox) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], imap_password="wrong")
    result = app.test_cli_runner().invoke(args=["activities", "fetch"])
    assert result.exit_code == 1
    assert "cannot be read" in result.output


def test_the_job_rests_where_no_mailbox_is_set_up(app: Flask, cast: Cast) -> None:
    assert inbox.fetch_due(now()) == 0


def test_the_job_fetches_where_one_is(box: PostBox, cast: Cast) -> None:
    box.put(letter())
    assert inbox.fetch_due(now()) == 1


def test_a_certificate_that_does_not_hold_is_refused(app: Flask, certificate: Path) -> None:
    before = app.config["SETTINGS"]
    with imap_server(certificate) as server:
        try:
            app.config["SETTINGS"] = replace(
                before, imap_host="127.0.0.1", imap_port=server.port, imap_security="starttls",
                imap_username=USER, imap_password=PASSWORD,
            )  # fmt: skip
            with pytest.raises(ssl.SSLCertVerificationError):
                inbox.fetch()
        finally:
            app.config["SETTINGS"] = before


def test_a_certificate_that_holds_opens_the_mailbox(
    app: Flask, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = app.config["SETTINGS"]
    trusting = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting(cafile=str(certificate)))
    with imap_server(certificate) as server:
        try:
            app.config["SETTINGS"] = replace(
                before, imap_host="127.0.0.1", imap_port=server.port, imap_security="starttls",
                imap_username=USER, imap_password=PASSWORD,
            )  # fmt: skip
            assert inbox.fetch() == inbox.Report()
        finally:
            app.config["SETTINGS"] = before


def test_a_silent_server_is_given_up_on(app: Flask) -> None:
    before = app.config["SETTINGS"]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        app.config["SETTINGS"] = replace(
            before, imap_host="127.0.0.1", imap_port=silent.getsockname()[1],
            imap_security="none", imap_timeout=0.3,
        )  # fmt: skip
        try:
            with pytest.raises(OSError, match="timed out"):
                inbox.fetch()
        finally:
            app.config["SETTINGS"] = before


@pytest.mark.parametrize(
    "wrong", [{"IMAP_SECURITY": "maybe"}, {"IMAP_SECURITY": "starttls"}, {"IMAP_PORT": "many"}]
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(config.UnsafeSettings, match="IMAP"):
        config.from_environment(wrong)
