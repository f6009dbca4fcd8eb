"""Seen: an event said who did it, and neither from which network address nor in which session.

Failed sign-ins were on record nowhere, downloads of scans only where the platform's staff did them.
"""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password

from core import audit_context
from core.database import db
from models import AttachmentKind, Event, EventName, SignIn, User
from tests.support.application import forget, rows, sign_in
from tests.support.cast import PASSWORD, Cast
from uploads.attachments import attach
from uploads.checks import Upload
from workflows import engine

FROM = {"REMOTE_ADDR": "203.0.113.77"}
PDF = b"%PDF-1.4 a scan"


def events(name: str) -> list[Event]:
    return rows(sa.select(Event).filter_by(name=name).order_by(Event.id))


def test_a_sign_in_and_what_follows_name_address_and_session(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    cast.ann.password = hash_password(PASSWORD)
    db.session.commit()
    data = {"email": "ann@example.com", "password": PASSWORD}
    assert client.post("/login", data=data, environ_base=FROM).status_code == 302
    session = rows(sa.select(SignIn).filter_by(user_id=cast.ann.id))[-1]
    begun = events("sign_in")[-1]
    assert (begun.actor_id, begun.subject_type, begun.subject_id) == (
        cast.ann.id, "user", cast.ann.id,
    )  # fmt: skip
    assert (begun.address, begun.sign_in_id) == ("203.0.113.77", session.id)
    forget()
    client.post("/account/profile", data={"name": "Ann B", "phone": ""}, environ_base=FROM)
    edited = events("edit")
    assert [(one.address, one.sign_in_id) for one in edited if one.actor_id == cast.ann.id] == [
        ("203.0.113.77", session.id)
    ]


def test_what_the_platform_does_by_itself_comes_from_nowhere(app: Flask, cast: Cast) -> None:
    engine.note(cast.bridge, EventName.EDITED, None)
    db.session.commit()
    last = events("edit")[-1]
    assert (last.address, last.sign_in_id) == ("", None)
    assert audit_context.origin() == audit_context.NOWHERE  # of no request before


@pytest.mark.parametrize(
    ("email", "subject", "changes"),
    [
        ("ann@example.com", "ann", {"failed": "password"}),
        ("stranger@example.org", None, {"failed": "unknown", "address": "s***@example.org"}),
        ("my secret password", None, {"failed": "unknown", "address": ""}),
    ],
)
def test_a_failed_sign_in_is_on_record(
    client: FlaskClient, cast: Cast, email: str, subject: str | None, changes: dict[str, str]
) -> None:
    data = {"email": email, "password": "wrong-password-1"}
    assert client.post("/login", data=data, environ_base=FROM).status_code == 200
    (failed,) = events("sign_in_failed")
    subject_id = getattr(cast, subject).id if subject else 0
    assert (failed.subject_type, failed.subject_id) == ("user", subject_id)
    assert failed.actor_id is None
    assert failed.address == "203.0.113.77"
    assert failed.changes == changes


def scan_of(cast: Cast, kind: AttachmentKind, name: str) -> int:
    scan = attach(cast.bridge, kind, Upload(PDF, "application/pdf", name), cast.bella)
    db.session.commit()
    return scan.id


def test_whoever_downloads_a_scan_is_on_record(client: FlaskClient, cast: Cast) -> None:
    id = scan_of(cast, AttachmentKind.LICENCE, "licence.pdf")
    answer = sign_in(client, cast.stan).get(f"/attachments/{id}", environ_base=FROM)
    assert answer.data == PDF
    (looked,) = events("download")
    assert (looked.actor_id, looked.subject_type, looked.subject_id) == (
        cast.stan.id, "attachment", id,
    )  # fmt: skip
    assert looked.address == "203.0.113.77"
    assert looked.changes == {"file": "licence.pdf"}


def test_a_document_of_ones_own_side_is_only_a_file(client: FlaskClient, cast: Cast) -> None:
    id = scan_of(cast, AttachmentKind.DOCUMENT, "notes.pdf")
    assert sign_in(client, cast.bella).get(f"/attachments/{id}").status_code == 200
    assert events("download") == []


def test_a_person_who_is_gone_keeps_their_events(app: Flask, cast: Cast) -> None:
    stranger = User(email="gone@example.com", name="Gone", fs_uniquifier="gone")
    db.session.add(stranger)
    db.session.flush()
    engine.note(stranger, EventName.EDITED, stranger)
    db.session.commit()
    id = stranger.id
    db.session.delete(stranger)
    db.session.commit()
    assert [one.actor_id for one in events("edit")][-1] == id
