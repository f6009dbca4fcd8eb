"""Seen: the privacy page promised that mails go after a year, which no code did; sign-ins and
notices stayed for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from content import settings
from core.clock import now
from core.database import db
from models import (
    DemandDraft,
    Event,
    EventSeal,
    Invitation,
    InvitationStatus,
    Mail,
    MailStatus,
    Notification,
    SignIn,
    SiteSetting,
    Task,
    TaskStatus,
)
from tests.support.application import forget, rows, sign_in
from tests.support.cast import Cast
from workflows.audit import sealing, verification
from workflows.privacy import retention

_events: Any = Event.__table__
DAY = timedelta(days=1)


def old_and_new(cast: Cast, days: int) -> None:
    """One of each thing, so many days old, and one of today."""
    for number, at in enumerate((now() - days * DAY, now())):
        db.session.add_all(
            (
                SignIn(user_id=cast.ann.id, key=f"k{number}", at=at, last_seen_at=at),
                Notification(
                    user_id=cast.ann.id, key=f"n{number}", template="t", link="/", created_at=at
                ),
                Mail(
                    key=f"m{number}", template="t", link="/", recipient="a@example.com",
                    created_at=at, status=MailStatus.SENT,
                ),
                Mail(
                    key=f"q{number}", template="t", link="/", recipient="a@example.com",
                    created_at=at, status=MailStatus.QUEUED,
                ),
                DemandDraft(user_id=cast.ann.id, kind="undirected", updated_at=at),
                Invitation(
                    institution_id=cast.bridge.id, email=f"a{number}@example.com",
                    token_hash=f"t{number}", expires_at=at, status=InvitationStatus.REVOKED,
                    status_at=at,
                ),
                Task(
                    actor_id=cast.root.id, office="admin", view="v", subject_type="mail",
                    transition="resend", locale="en", fingerprint=f"f{number}", total=1,
                    status=TaskStatus.FINISHED, finished_at=at,
                ),
            )
        )  # fmt: skip
    db.session.commit()


def count(model: type[Any]) -> int:
    query = sa.select(sa.func.count()).select_from(model.__table__)
    return db.session.scalar(query) or 0


THINGS = (SignIn, Notification, Mail, DemandDraft, Invitation, Task)


def test_what_is_over_goes_and_the_rest_stays(app: Flask, cast: Cast) -> None:
    old_and_new(cast, 366)
    before = {model: count(model) for model in THINGS}
    assert retention.run(now()) == len(THINGS)
    after = {model: count(model) for model in THINGS}
    assert {model: before[model] - after[model] for model in THINGS} == dict.fromkeys(THINGS, 1)
    assert {mail.key for mail in rows(sa.select(Mail))} >= {"m1", "q0", "q1"}  # q0 is on its way
    assert retention.run(now()) == 0
    noted = {event.subject_type: event.changes for event in rows(
        sa.select(Event).filter_by(name="retention")
    )}  # fmt: skip
    assert noted["sign_in"] == {"rows": 1}


def test_nothing_goes_before_its_time(app: Flask, cast: Cast) -> None:
    old_and_new(cast, 179)
    assert retention.run(now()) == 0


def test_a_setting_changes_the_period(app: Flask, cast: Cast) -> None:
    old_and_new(cast, 179)
    db.session.add(SiteSetting(key="retention_mails", value="30"))
    db.session.add(SiteSetting(key="retention_sign_ins", value="30"))  # below the law: 180 hold
    db.session.commit()
    assert retention.run(now()) == 1
    assert "m0" not in {mail.key for mail in rows(sa.select(Mail))}
    assert len(rows(sa.select(SignIn))) == 2


@pytest.mark.parametrize("portion", [1, 500])
def test_in_portions(app: Flask, cast: Cast, monkeypatch, portion: int) -> None:
    monkeypatch.setattr(retention, "PORTION", portion)
    old_and_new(cast, 366)
    assert retention.run(now()) == len(THINGS)


def happened(days: int, count: int) -> None:
    """Put events on record that are so many days old."""
    event = {"subject_type": "demand", "subject_id": 1, "name": "read", "changes": {}}
    at = now() - days * DAY
    db.session.execute(sa.insert(_events), [event | {"at": at} for _number in range(count)])
    db.session.commit()


def test_events_that_are_sealed_with_newer_ones_stay(app: Flask, cast: Cast) -> None:
    happened(1200, 3)
    happened(0, 1)
    sealing.seal(now())
    assert retention.run(now()) == 0
    assert count(Event) == 4


def test_old_events_go_and_their_seal_stays(app: Flask, cast: Cast) -> None:
    happened(1200, 3)
    sealing.seal(now())
    happened(1200, 1)  # waits for its seal
    assert retention.run(now()) == 3
    assert len(rows(sa.select(Event).where(Event.at < now() - 1100 * DAY))) == 1
    released = rows(sa.select(EventSeal).where(EventSeal.released_at.is_not(None)))
    assert [seal.count for seal in released] == [3]
    assert verification.verify().findings == []


def test_the_privacy_page_says_what_is_set(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/pages/privacy").text
    assert "登录记录：时间、浏览器和所在网络" in page
    assert "365 天" in page
    assert "1095 天" in page
    db.session.add(SiteSetting(key="retention_mails", value="90"))
    db.session.commit()
    page = client.get("/pages/privacy").text
    assert "90 天" in page
    client.post("/language", data={"locale": "en"})
    forget()
    english = client.get("/pages/privacy").text
    assert "90 days" in english
    assert "a year" not in english
    assert "<table" not in client.get("/pages/terms").text


def test_the_panel_refuses_less_than_the_law(client: FlaskClient, cast: Cast) -> None:
    page = sign_in(client, cast.root).get("/admin/setting/").text
    assert 'name="retention_sign_ins"' in page
    assert 'min="180"' in page
    assert settings.get("retention_sign_ins") == 180
