"""Slow sign-ins that stop everybody. Seen: on SQLite a password was hashed while the request held
the lock of the one writer, so that a few who signed in at once kept all others from writing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
import zxcvbn
from flask_security import hash_password

from core.database import db
from models import Invitation, InvitationStatus, Mail, User
from tests.support.application import rows, sign_in
from tests.support.cast import PASSWORD
from workflows.invitation.tokens import add_token

pytestmark = [pytest.mark.connections, pytest.mark.sqlite]
NEW = "quiet-marble-otter-51"


class Writing:
    """A hasher that writes to the database from elsewhere, as somebody else would, meanwhile."""

    def __init__(self, context, file: str) -> None:
        self.context, self.file = context, file
        self.written = 0

    def __getattr__(self, name: str):
        return getattr(self.context, name)

    def write(self) -> None:
        with sqlite3.connect(self.file, timeout=0.2) as other:
            other.execute("UPDATE site_setting SET value = value")
        other.close()
        self.written += 1

    def verify(self, *values, **options):
        self.write()
        return self.context.verify(*values, **options)

    def hash(self, *values, **options):
        self.write()
        return self.context.hash(*values, **options)


@pytest.fixture
def hasher(app, client, cast, monkeypatch) -> Iterator[Writing]:
    client.post("/language", data={"locale": "en"})
    for user in (cast.ann, cast.otto):
        user.password = hash_password(PASSWORD)
    db.session.commit()
    db.session.remove()
    outer = app.extensions["security"].pwd_context
    writing = Writing(outer.context, db.engine.url.database)
    monkeypatch.setattr(outer, "context", writing)
    weigh = zxcvbn.zxcvbn
    monkeypatch.setattr(
        zxcvbn, "zxcvbn", lambda *args, **more: writing.write() or weigh(*args, **more)
    )
    yield writing
    assert writing.written > 0


def form(**more: str) -> dict[str, str]:
    return {
        "email": "nina@example.com",
        "name": "Nina",
        "password": NEW,
        "password_confirm": NEW,
        "consent": "y",
    } | more


def test_signing_in(client, hasher):
    for email, password, status in (
        ("ann@example.com", "not it at all", 200),
        ("eve@example.com", "not it at all", 200),
        ("ann@example.com", PASSWORD, 302),
    ):
        data = {"email": email, "password": password}
        assert client.post("/login", data=data).status_code == status


def test_registering(client, hasher):
    assert client.post("/register", data=form()).location == "/login"
    assert client.post("/register", data=form(email="ann@example.com")).location == "/login"
    assert rows(db.select(User).filter_by(email="nina@example.com"))


def test_forgetting_and_resetting(client, hasher):
    client.post("/reset", data={"email": "ann@example.com"})
    (mail,) = rows(db.select(Mail).filter_by(template="reset_password"))
    assert client.post(mail.link, data=form()).location == "/login"


def test_changing_the_password(client, cast, hasher):
    sign_in(client, cast.ann)
    data = {"password": PASSWORD, "new_password": NEW, "new_password_confirm": NEW}
    assert client.post("/change", data=data).location == "/account/profile"


def test_closing_the_account(client, cast, hasher):
    sign_in(client, cast.otto)
    assert client.post("/account/close", data={"password": PASSWORD, "sure": "y"}).location == "/"


def test_registering_by_an_invitation(client, cast, hasher):
    row = add_token(
        Invitation(
            institution_id=cast.bridge.id, email="new@example.com", status=InvitationStatus.SENT
        )
    )
    token = row.token
    db.session.add(row)
    db.session.commit()
    db.session.remove()
    answer = client.post(f"/invitations/{token}/register", data=form())
    assert answer.location == "/workbench/"
