"""Seen: a consent could be given and not taken back, and nothing would have said when it was."""

from __future__ import annotations

import sqlalchemy as sa
from flask.testing import FlaskClient

from core.clock import frozen, now
from core.database import db
from models import Consent, Event
from tests.support.application import forget, rows, sign_in
from tests.support.cast import Cast
from workflows.person import consents


def test_a_consent_is_withdrawn_on_record_and_given_anew(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.ann)
    assert "撤回同意" in client.get("/account/consents").text
    at = now()
    with frozen(at):
        answer = client.post("/account/consents/withdraw", follow_redirects=True)
    assert "您的同意已撤回" in answer.text
    (event,) = rows(sa.select(Event).filter_by(name="consent_withdrawn"))
    assert (event.actor_id, event.at) == (cast.ann.id, at)
    assert sorted(event.changes["edition"]) == ["privacy 1", "terms 1"]
    held = rows(sa.select(Consent).where(Consent.user_id == cast.ann.id))
    assert {consent.withdrawn_at for consent in held} == {at}
    forget()
    assert "/account/consents" in client.get("/account/").location
    for path in ("/account/data", "/account/close"):  # what stays open to them
        assert client.get(path).status_code == 200
    client.post("/account/consents")
    forget()
    assert client.get("/account/").status_code == 200
    assert consents.missing(cast.ann) == []
    assert len(rows(sa.select(Event).filter_by(name="consent"))) == 1
    held = rows(sa.select(Consent).where(Consent.user_id == cast.ann.id))
    assert {consent.withdrawn_at for consent in held} == {None}


def test_nothing_is_withdrawn_by_get_or_twice(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.ann)
    assert client.get("/account/consents/withdraw").status_code == 405
    client.post("/account/consents/withdraw")
    client.post("/account/consents/withdraw")
    db.session.rollback()
    assert len(rows(sa.select(Event).filter_by(name="consent_withdrawn"))) == 1
