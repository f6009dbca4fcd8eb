"""Seen: an account that was closed left its objection open, which nobody could answer, and kept the
counter of its authenticator app and the day on which it had got its role."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

import uploads
from core.clock import now
from core.database import db
from models import (
    Event,
    Institution,
    Mail,
    Objection,
    ObjectionStatus,
    ParkEnterprise,
    User,
)
from tests.support.application import rows
from tests.support.applying import PDF
from tests.support.cast import Cast
from workflows import engine
from workflows.objection import making
from workflows.person import closing, entering

NANO = "91110000600037341L"
WORDS = "Dora has been our manager for nine years."


def evidence() -> list[uploads.Upload]:
    return [uploads.check(PDF, "licence.pdf")]


@pytest.fixture
def objected(cast: Cast) -> Cast:
    """Dora objects to Otto, who came first for Nano Works."""
    db.session.add(ParkEnterprise(name="Nano Works", credit_code=NANO))
    db.session.flush()
    entering.enter(cast.otto, NANO)
    request = entering.enter(cast.dora, NANO)
    making.about_enterprise(request, cast.dora, WORDS, evidence())
    db.session.commit()
    return cast


def told(recipient: str) -> list[str]:
    query = sa.select(Mail.template).where(Mail.recipient == recipient).order_by(Mail.id)
    return rows(query)


def test_ones_own_objection_is_withdrawn_and_the_holder_hears_the_end(objected: Cast) -> None:
    closing.close(objected.dora, "r")
    db.session.commit()
    (row,) = rows(sa.select(Objection))
    assert row.status is ObjectionStatus.WITHDRAWN
    assert row.statement == "***"
    assert told("otto@example.com") == ["objection_made", "objection_settled"]
    names = rows(sa.select(Event.name).filter_by(subject_type="objection").order_by(Event.id))
    assert names == ["object", "withdraw"]


def test_an_objection_to_who_closes_is_still_decided(objected: Cast) -> None:
    """Otto holds nothing any more; the platform lets Dora in, or does not."""
    closing.close(objected.otto, "r")
    db.session.commit()
    (row,) = rows(sa.select(Objection))
    assert row.status is ObjectionStatus.OPEN
    engine.perform(Objection, "uphold", [row.id], objected.root, reason="The licence says so.")
    db.session.commit()
    (row,) = rows(sa.select(Objection))
    assert row.status is ObjectionStatus.UPHELD
    (mine,) = objected.dora.enterprise_memberships
    assert mine.verified


def test_about_a_credit_code_too(cast: Cast) -> None:
    db.session.get_one(Institution, cast.waiting.id).credit_code = NANO
    (mine,) = rows(sa.select(Institution).filter_by(applicant_id=cast.dora.id))
    making.about_code(mine, NANO, cast.dora, WORDS, evidence())
    db.session.commit()
    closing.close(cast.dora, "r")
    db.session.commit()
    (row,) = rows(sa.select(Objection))
    assert row.status is ObjectionStatus.WITHDRAWN
    applicant = db.session.get_one(User, cast.waiting.applicant_id)
    assert told(applicant.email)[-1] == "objection_settled"


def test_nothing_of_the_second_factor_or_of_a_role_is_left(cast: Cast) -> None:
    cast.otto.tf_last_counter, cast.otto.role_since = 58_000_000, now()
    cast.otto.tf_totp_secret, cast.otto.mf_recovery_codes = "secret", ["hash"]
    db.session.commit()
    closing.close(cast.otto, "r")
    db.session.commit()
    columns = ("tf_last_counter", "tf_totp_secret", "mf_recovery_codes", "role_since")
    (left,) = db.session.execute(
        sa.select(*(getattr(User, name) for name in columns)).where(User.id == cast.otto.id)
    ).all()
    assert tuple(left) == (None,) * len(columns)
