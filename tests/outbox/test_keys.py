"""Keys of mails and notices: of one length, whatever goes into them; old ones are carried over."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import downgrade, upgrade

import outbox
from app import create_app
from core import config
from core.database import db
from models import Institution, Mail, Notification, User
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from tests.support.platform import ASK, another, events, mails, seen

LONGEST = f"{'a' * 64}@{'b' * 60}.{'c' * 60}.{'d' * 59}.example"
OLD_MAIL = "institution:7:2:application_approved:li@example.com"
OLD_BELL = "institution:7:2:application_approved:12"


def test_a_key_is_the_hash_of_its_parts() -> None:
    made = outbox.key_of("institution", 7, 2, "application_approved", "li@example.com")
    assert made == hashlib.sha256(OLD_MAIL.encode()).hexdigest()
    assert len(made) == 64
    assert len(outbox.key_of("a" * 10_000, LONGEST)) == 64
    assert outbox.key_of("closed", 1) != outbox.key_of("closed", 11)


@pytest.mark.parametrize("house", ["app", pytest.param("pg_app", marks=pytest.mark.postgres)])
def test_the_database_makes_the_same_key(request: pytest.FixtureRequest, house: str) -> None:
    request.getfixturevalue(house)
    ann = Cast().ann
    made = outbox.keys.key_in_sql("institution", User.id, 2, "模板", User.email)
    found = db.session.scalar(sa.select(made).where(User.id == ann.id))
    assert found == outbox.key_of("institution", ann.id, 2, "模板", "ann@example.com")


@pytest.mark.postgres
def test_one_long_address_does_not_sink_the_approval_of_everybody(pg_app: Flask) -> None:
    assert len(LONGEST) == 254
    cast = Cast()
    waiting, other = cast.waiting, another(cast, "Long Address", contact_email=LONGEST)
    client = sign_in(pg_app.test_client(), cast.vera)
    chosen = f"{seen(waiting)},{seen(other)}"
    answers = {"verb": "approve", "ids": chosen, "answered": "1", "association": "later"}
    assert client.post(ASK, data=answers).status_code == 302
    assert {row.status for row in rows(sa.select(Institution).where(
        Institution.id.in_([waiting.id, other.id])
    ))} == {"certified"}  # fmt: skip
    assert mails("application_approved") == [LONGEST, "reserved-waiting@example.com"]
    assert len(events("institution", "approve")) == 2
    for model in (Mail, Notification):
        assert {len(row.key) for row in rows(sa.select(model))} == {64}


@pytest.mark.postgres
def test_a_mail_to_a_long_address_is_put_in_the_outbox_once(pg_app: Flask) -> None:
    for _ in range(2):
        outbox.enqueue("welcome", LONGEST, link="/account/", key=("welcome", 1, LONGEST), kind=None)
    db.session.commit()
    assert [row.recipient for row in rows(sa.select(Mail))] == [LONGEST]


def carried_over(app: Flask) -> None:
    """Down to the text keys and up again, with a mail and a notice from before."""
    with app.app_context():
        db.drop_all()
        db.session.execute(sa.text("DROP TABLE IF EXISTS alembic_version"))
        db.session.commit()
        upgrade(revision="0014")
        for statement in (
            'INSERT INTO "user" (id, email, name, kind, locale, active, fs_uniquifier, created_at)'
            " VALUES (12, 'li@example.com', 'Li', 'ordinary', 'en', :yes, 'u', :at)",
            "INSERT INTO mail (id, created_at, key, template, context, link, recipient, locale,"
            " status, attempts, due_at) VALUES (1, :at, :mail, 'application_approved', '{}', '/',"
            " 'li@example.com', 'en', 'queued', 0, :at)",
            "INSERT INTO notification (id, created_at, user_id, key, template, context, link)"
            " VALUES (1, :at, 12, :bell, 'application_approved', '{}', '/')",
        ):
            values = {"at": "2026-11-23 12:00:00", "mail": OLD_MAIL, "bell": OLD_BELL, "yes": True}
            used = {name: value for name, value in values.items() if f":{name}" in statement}
            db.session.execute(sa.text(statement), used)
        db.session.commit()
        db.session.remove()

        upgrade()
        assert widths() == (64, 64)
        assert keys() == (
            outbox.key_of("institution", 7, 2, "application_approved", "li@example.com"),
            outbox.key_of("institution", 7, 2, "application_approved", 12),
        )
        # the same mail is still the same: it is put in no second time
        outbox.enqueue(
            "application_approved", "li@example.com", link="/", kind=None,
            key=("institution", 7, 2, "application_approved", "li@example.com"),
        )  # fmt: skip
        db.session.commit()
        assert db.session.scalar(sa.select(sa.func.count(Mail.id))) == 1
        bad = sa.text("UPDATE mail SET status = 'lost'")
        with pytest.raises(sa.exc.IntegrityError):  # the CHECK came along
            db.session.execute(bad)
        db.session.rollback()

        hashed = keys()
        db.session.remove()
        downgrade(revision="0014")
        assert widths() == (300, 200)
        assert keys() == hashed
        db.session.remove()
        upgrade()
        assert keys() == hashed
        db.session.remove()
        db.drop_all()
        db.session.execute(sa.text("DROP TABLE alembic_version"))
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


def keys() -> tuple[Any, Any]:
    return (
        db.session.scalar(sa.text("SELECT key FROM mail")),
        db.session.scalar(sa.text("SELECT key FROM notification")),
    )


def widths() -> tuple[int, ...]:
    columns = [
        next(one for one in sa.inspect(db.engine).get_columns(table) if one["name"] == "key")
        for table in ("mail", "notification")
    ]
    return tuple(one["type"].length for one in columns)


def test_old_keys_are_carried_over_on_sqlite(tmp_path: Path) -> None:
    carried_over(create_app(config.Settings(environment="test", instance_path=tmp_path)))


@pytest.mark.postgres
def test_old_keys_are_carried_over_on_postgresql(postgres_session_app: Flask) -> None:
    carried_over(postgres_session_app)
