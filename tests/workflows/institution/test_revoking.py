"""What becomes of the demands at an institution whose certification is revoked."""

from __future__ import annotations

import pytest

from core.clock import now
from core.database import db
from models import Demand, DemandStatus, Event, Institution, Mail, Notification, OutcomeKind
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from workflows import engine

ENDED = (DemandStatus.OUTCOME, DemandStatus.CONFIRMED, DemandStatus.DISPUTED)
WORDS = {"reason": "The licence lapsed."}


@pytest.fixture
def asked(cast: Cast) -> dict[str, int]:
    """One demand of Acme at Bridge in each state, by state; and one at Rival."""
    made = {}
    for status in DemandStatus:
        made[status.value] = Demand(
            status=status,
            number=f"XQ-{status.value}",
            form_key=status.value,
            poster_id=cast.ann.id,
            enterprise_id=cast.acme.id,
            institution_id=cast.bridge.id,
            category_id=cast.law.id,
            title="A contract",
            description="To be read.",
            contact_name="Ann",
            contact_phone="13812345678",
            contact_email="ann@example.com",
            consented_at=now(),
            outcome=OutcomeKind.DEAL if status in ENDED else None,
        )
    made["at rival"] = Demand(
        **{
            column.key: getattr(made["read"], column.key)
            for column in Demand.__table__.columns
            if column.key not in ("id", "number", "form_key", "institution_id")
        },
        number="XQ-rival",
        form_key="rival",
        institution_id=cast.rival.id,
    )
    db.session.add_all(made.values())
    db.session.commit()
    return {name: row.id for name, row in made.items()}


def test_what_was_unanswered_is_closed_and_the_rest_stays(cast: Cast, asked: dict) -> None:
    outcome = engine.perform(Institution, "revoke", [cast.bridge.id], cast.root, **WORDS)
    db.session.commit()
    assert outcome.done == [cast.bridge.id]
    now_is = {
        name: rows(db.select(Demand).filter_by(id=key))[0].status.value
        for name, key in asked.items()
    }
    assert now_is == {
        "submitted": "declined",
        "read": "declined",
        "accepted": "declined",
        "declined": "declined",
        "outcome": "outcome",
        "confirmed": "confirmed",
        "disputed": "declined",
        "withdrawn": "withdrawn",
        "at rival": "read",
    }
    closed = rows(db.select(Event).filter_by(name="close").order_by(Event.id))
    assert [(one.actor_id, one.reason) for one in closed] == [(None, None)] * 4


def test_the_customer_is_told_by_mail_and_bell_and_not_why(cast: Cast, asked: dict) -> None:
    engine.perform(Institution, "revoke", [cast.bridge.id], cast.root, **WORDS)
    db.session.commit()
    mails = rows(db.select(Mail).filter_by(template="demand_closed"))
    bells = rows(db.select(Notification).filter_by(template="demand_closed"))
    # she hears of all four at once, and is led to the list
    assert [(one.recipient, one.link) for one in mails] == [("ann@example.com", "/account/demands")]
    assert [(one.user_id, one.link) for one in bells] == [(cast.ann.id, "/account/demands")]
    assert "licence" not in str(mails[0].context)
    named = [mails[0].context, *mails[0].context["others"]]
    assert sorted(one["number"] for one in named) == sorted(
        rows(db.select(Demand).filter_by(id=asked[name]))[0].number
        for name in ("submitted", "read", "accepted", "disputed")
    )


def test_the_customer_sends_it_on(app, cast: Cast, asked: dict) -> None:
    engine.perform(Institution, "revoke", [cast.bridge.id], cast.root, **WORDS)
    db.session.commit()
    client = sign_in(app.test_client(), cast.ann)
    page = client.get(f"/account/demands/{asked['accepted']}").text
    assert "已关闭：该机构已退出平台" in page
    assert f"/account/demands/{asked['accepted']}/send-on" in page


def test_nobody_closes_a_demand_by_hand(cast: Cast, asked: dict) -> None:
    for person in (cast.root, cast.bella, cast.ann):
        outcome = engine.perform(Demand, "close", [asked["read"]], person)
        assert outcome.done == []
        row = rows(db.select(Demand).filter_by(id=asked["read"]))[0]
        assert "close" not in {step.name for step in engine.allowed(row, person)}


def test_an_outcome_can_still_be_confirmed_and_a_dispute_ends_there(
    app, cast: Cast, asked: dict
) -> None:
    """Nobody is left to correct it: the demand is closed, and can be sent on with its history."""
    engine.perform(Institution, "revoke", [cast.bridge.id], cast.root, **WORDS)
    db.session.commit()
    row = rows(db.select(Demand).filter_by(id=asked["outcome"]))[0]
    assert {"confirm", "dispute"} <= {step.name for step in engine.allowed(row, cast.ann)}
    outcome = engine.perform(Demand, "dispute", [row.id], cast.ann, reason="They never called.")
    db.session.commit()
    assert outcome.done == [row.id]
    taken = rows(db.select(Event).filter_by(subject_type="demand", subject_id=row.id))
    assert [(one.name, one.target, one.reason) for one in taken] == [
        ("dispute", "disputed", "They never called."),
        ("close", "declined", None),
    ]
    page = sign_in(app.test_client(), cast.ann).get(f"/account/demands/{row.id}").text
    assert f"/account/demands/{row.id}/send-on" in page


def test_while_suspended_a_dispute_is_corrected_and_lifting_changes_nothing(
    cast: Cast, asked: dict
) -> None:
    """What was accepted, recorded or disputed is finished; what was not waits for the lift."""
    engine.perform(Institution, "suspend", [cast.bridge.id], cast.root, **WORDS)
    said = {"outcome": OutcomeKind.NO_DEAL, "contacted_by": "phone", "contacted_on": now().date()}
    for name in ("accepted", "outcome", "disputed"):
        done = engine.perform(Demand, "record_outcome", [asked[name]], cast.bella, **said).done
        assert done == [asked[name]], name
    for name in ("submitted", "read"):
        held = engine.perform(Demand, "accept", [asked[name]], cast.bella)
        assert held.done == []
        assert str(held.refused[asked[name]]) == "暂停期间只能完成已接受的需求。"
    engine.perform(Institution, "lift", [cast.bridge.id], cast.root)
    for name in ("submitted", "read"):
        assert engine.perform(Demand, "accept", [asked[name]], cast.bella).done == [asked[name]]
    db.session.commit()
    assert rows(db.select(Event).filter_by(name="close")) == []
