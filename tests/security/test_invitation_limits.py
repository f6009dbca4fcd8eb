"""Invitations as a way to send mail to strangers. Seen: an institution invited without end, one
address again and again, and a suspended institution went on inviting colleagues.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.clock import frozen, now
from core.database import db
from models import InstitutionStatus, Invitation, Mail, SiteSetting
from tests.support.applying import english, forget, post
from tests.support.consulting import add, step
from workflows.invitation import reminders, sending

FULL = "may send no more at present"
BOTHERED = "This address got several invitations within a week"


@pytest.fixture
def bella(app, client, cast):
    for key, value in (("invitations_per_day", "3"), ("invitations_per_address", "2")):
        db.session.add(SiteSetting(key=key, value=value))
    db.session.commit()
    return english(client, cast.bella)


def sent(email: str | None = None) -> int:
    forget()
    query = db.session.query(Invitation)
    return (query.filter_by(email=email) if email else query).count()


def test_an_institution_sends_so_many_in_a_day(bella, cast):
    for n in range(3):
        post(bella, "/workbench/staff/invite/", email=f"new{n}@example.com")
    answer = post(bella, "/workbench/staff/invite/", email="new3@example.com")
    assert FULL in answer.text
    assert "new3@example.com" in answer.text  # what was typed is kept
    assert sent() == 3
    with frozen(now() + timedelta(hours=25)):
        post(bella, "/workbench/staff/invite/", email="new3@example.com")
    assert sent() == 4


def test_colleagues_and_consultants_count_together_and_many_at_once_stop_there(bella, cast):
    post(bella, "/workbench/staff/invite/", email="new@example.com")
    ids = [add(cast.bridge, cast.bella, f"c{n}@example.com", f"C{n}") for n in range(4)]
    results = [step("invite", row_id, cast.bella) for row_id in ids]
    assert [FULL in words for words in results] == [False, False, True, True]
    assert sent() == 3


def test_one_address_gets_so_many_in_a_week_whoever_sends(bella, cast):
    post(bella, "/workbench/staff/invite/", email="otto@example.com")
    sending.invite(cast.rival, "Otto@Example。com", cast.rita)
    db.session.commit()
    answer = post(bella, "/workbench/staff/invite/", email="ＯＴＴＯ@example.com")
    assert BOTHERED in answer.text
    row_id = add(cast.rival, cast.rita, "otto@example.com", "Otto")
    assert BOTHERED in step("invite", row_id, cast.rita)
    assert sent("otto@example.com") == sent() == 2
    with frozen(now() + timedelta(days=8)):
        assert step("invite", row_id, cast.rita) == ""


def test_a_suspended_institution_sends_none_and_reminds_nobody(bella, cast):
    row_id = add(cast.bridge, cast.bella, "mo@example.com")
    assert step("invite", row_id, cast.bella) == ""
    cast.bridge.status = InstitutionStatus.SUSPENDED
    db.session.commit()
    answer = post(bella, "/workbench/staff/invite/", email="new@example.com")
    assert "While suspended, your institution sends no invitations." in answer.text
    other = add(cast.bridge, cast.bella, "la@example.com", "La")
    assert "While suspended" in step("invite", other, cast.bella)
    with frozen(now() + timedelta(days=8)):
        assert reminders.remind(now()) == 0
        assert sent() == 1
        cast.bridge.status = InstitutionStatus.CERTIFIED
        db.session.commit()
        assert reminders.remind(now()) == 1
    assert db.session.query(Mail).filter_by(template="consultant_reminded").count() == 1
