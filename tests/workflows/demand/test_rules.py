"""Who may take which step on a demand, written out, and who hears of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from core.clock import frozen, now
from core.database import db
from models import Demand, DemandStatus, Event, InstitutionStatus, Mail, Notification, SiteSetting
from outbox import key_of
from tests.support.cast import Cast
from tests.support.demands import OUTCOME, answers, at_state, post_demand
from workflows import engine
from workflows.demand.contact import open_details

PEOPLE = ["root", "vera", "audrey", "ann", "bob", "otto", "bella", "stan", "rita", "lin"]
INSTITUTION, CUSTOMER = {"bella", "stan"}, {"ann"}
# who may take each step, and from which states
TABLE = {
    "read": (INSTITUTION, {"submitted"}),
    "accept": (INSTITUTION, {"submitted", "read"}),
    "decline": (INSTITUTION, {"submitted", "read"}),
    "log_contact": (INSTITUTION, {"read", "accepted", "disputed"}),
    "assign": ({"bella"}, {"submitted", "read", "accepted", "outcome", "disputed"}),
    "record_outcome": (INSTITUTION, {"read", "accepted", "outcome", "disputed"}),
    "confirm": (CUSTOMER, {"outcome"}),
    "dispute": (CUSTOMER, {"outcome"}),
    "chase": (CUSTOMER, {"submitted", "read"}),
    "withdraw": (CUSTOMER, {"submitted", "read", "accepted"}),
}


@pytest.mark.parametrize("state", list(DemandStatus))
def test_buttons_are_the_truth_table(cast: Cast, state: DemandStatus) -> None:
    demand = at_state(post_demand(cast), cast, state)
    shown = {
        (step.name, person)
        for person in PEOPLE
        for step in engine.allowed(demand, getattr(cast, person))
    }
    assert shown == {
        (verb, person) for verb, (who, states) in TABLE.items() for person in who if state in states
    }
    assert engine.allowed(demand, None) == []


@pytest.mark.parametrize("verb", list(TABLE))
def test_a_step_is_refused_to_everybody_else(cast: Cast, verb: str) -> None:
    who, states = TABLE[verb]
    demand = at_state(post_demand(cast), cast, DemandStatus(sorted(states)[0]))
    for person in set(PEOPLE) - who:
        before = demand.status
        outcome = engine.perform(Demand, verb, [demand.id], getattr(cast, person), **answers(verb))
        assert outcome.done == [], person
        assert (outcome.missing == [demand.id]) is (person in {"bob", "otto", "rita", "lin"}), (
            person
        )
        assert demand.status is before
    actor = getattr(cast, min(who))
    assert engine.perform(Demand, verb, [demand.id], actor, **answers(verb)).done == [demand.id]


@pytest.mark.parametrize(
    ("person", "may"),
    [("ann", True), ("bob", True), ("otto", True), ("rita", True), ("bella", False),
     ("stan", False), ("root", False), ("vera", False), ("audrey", False)],
)  # fmt: skip
def test_who_posts_to_bridge(cast: Cast, person: str, may: bool) -> None:
    poster = getattr(cast, person)
    if may:
        assert post_demand(cast, poster=poster).number.startswith("XQ")
    else:
        with pytest.raises(PermissionError):
            post_demand(cast, poster=poster)


def test_the_setting_keeps_ordinary_users_out(cast: Cast) -> None:
    db.session.add(SiteSetting(key="ordinary_may_post", value=""))
    with pytest.raises(PermissionError):
        post_demand(cast, poster=cast.otto)
    assert post_demand(cast).enterprise_id == cast.acme.id


def test_nobody_posts_for_an_enterprise_that_is_not_his(cast: Cast) -> None:
    with pytest.raises(PermissionError):
        post_demand(cast, poster=cast.otto, enterprise_id=cast.acme.id)


def test_who_works_for_the_institution_does_not_confirm_its_outcome(cast: Cast) -> None:
    demand = at_state(post_demand(cast, poster=cast.otto), cast, DemandStatus.OUTCOME)
    held = next(m for m in cast.bridge.memberships if m.user_id == cast.stan.id)
    held.user = cast.otto
    db.session.flush()
    db.session.expire_all()
    assert [step.name for step in engine.allowed(demand, cast.otto)] == ["record_outcome"]


def test_a_suspended_institution_only_finishes_what_it_accepted(cast: Cast) -> None:
    new, read, accepted = (
        at_state(post_demand(cast), cast, state)
        for state in (DemandStatus.SUBMITTED, DemandStatus.READ, DemandStatus.ACCEPTED)
    )
    engine.perform(type(cast.bridge), "suspend", [cast.bridge.id], cast.root, reason="A complaint.")
    assert cast.bridge.status is InstitutionStatus.SUSPENDED
    db.session.expire_all()
    verbs = [{s.name for s in engine.allowed(one, cast.bella)} for one in (new, read, accepted)]
    assert verbs == [
        {"decline", "assign"},
        {"decline", "assign"},
        {"record_outcome", "log_contact", "assign"},
    ]
    assert open_details(new, cast.bella) is False
    assert new.status is DemandStatus.SUBMITTED
    with pytest.raises(ValueError, match=r"."):
        post_demand(cast)


def test_a_correction_of_the_outcome_keeps_its_history(cast: Cast) -> None:
    demand = at_state(post_demand(cast), cast, DemandStatus.DISPUTED)
    engine.perform(
        Demand, "record_outcome", [demand.id], cast.stan, **OUTCOME | {"outcome": "no_deal"}
    )
    recorded = [e for e in engine.history(demand) if e.name == "record_outcome"]
    assert [(e.source, e.changes["outcome"]) for e in recorded] == [
        ("read", "deal"),
        ("disputed", "no_deal"),
    ]
    assert demand.status is DemandStatus.OUTCOME
    assert demand.outcome == "no_deal"


def test_mails_and_bells_go_to_the_right_people(cast: Cast) -> None:
    demand = post_demand(cast)
    bella, stan, ann = cast.bella.id, cast.stan.id, cast.ann.id
    stem = ("demand", demand.id, 1)
    assert {(m.recipient, m.key) for m in Mail.query} == {
        ("reserved-bridge@example.com", key_of(*stem, "demand_new", "reserved-bridge@example.com")),
        ("ann@example.com", key_of(*stem, "demand_posted", "ann@example.com")),
    }
    assert {(n.user_id, n.template, n.link) for n in Notification.query} == {
        (bella, "demand_new", f"/workbench/demand/details/?id={demand.id}"),
        (stan, "demand_new", f"/workbench/demand/details/?id={demand.id}"),
        (ann, "demand_posted", f"/account/demands/{demand.id}"),
    }
    assert "1381111" not in str([m.context for m in Mail.query])  # no phone in the outbox


@pytest.mark.parametrize(
    ("state", "verb", "template", "address"),
    [
        ("submitted", "accept", "demand_accepted", "ann@example.com"),
        ("submitted", "decline", "demand_declined", "ann@example.com"),
        ("read", "record_outcome", "demand_outcome", "ann@example.com"),
        ("outcome", "confirm", "demand_confirmed", "reserved-bridge@example.com"),
        ("outcome", "dispute", "demand_disputed", "reserved-bridge@example.com"),
        ("read", "withdraw", "demand_withdrawn", "reserved-bridge@example.com"),
    ],
)
def test_each_step_tells_the_other_side(
    cast: Cast, state: str, verb: str, template: str, address: str
) -> None:
    demand = at_state(post_demand(cast), cast, DemandStatus(state))
    before = {m.id for m in Mail.query}
    actor = getattr(cast, min(TABLE[verb][0]))
    engine.perform(Demand, verb, [demand.id], actor, **answers(verb))
    assert [(m.template, m.recipient) for m in Mail.query if m.id not in before] == [
        (template, address)
    ]


def test_when_the_poster_left_his_colleagues_are_told(cast: Cast) -> None:
    demand = post_demand(cast)
    held = cast.ann.enterprise_memberships[0]
    held.user = cast.bob
    db.session.flush()
    db.session.expire_all()
    engine.perform(Demand, "accept", [demand.id], cast.bella)
    mail = Mail.query.filter_by(template="demand_accepted").one()
    assert mail.recipient == "bob@example.com"


def test_the_number_names_the_day_in_the_park(cast: Cast) -> None:
    with frozen(datetime(2026, 11, 30, 17, 0, tzinfo=UTC)):  # one in the morning in Suzhou
        assert post_demand(cast).number.startswith("XQ20261201")


def test_the_journal_is_never_empty_at_birth(cast: Cast) -> None:
    demand = post_demand(cast)
    event = Event.query.one()
    assert (event.name, event.source, event.target) == ("post", None, "submitted")
    assert (event.actor_id, event.subject_id) == (cast.ann.id, demand.id)
    assert event.at <= now()


def test_an_outcome_of_this_morning_in_the_park_is_not_still_to_come(cast: Cast) -> None:
    demand = at_state(post_demand(cast), cast, DemandStatus.READ)
    said = OUTCOME | {"contacted_on": date(2026, 12, 1)}
    with frozen(datetime(2026, 11, 30, 17, 0, tzinfo=UTC)):  # one in the morning in Suzhou
        outcome = engine.perform(Demand, "record_outcome", [demand.id], cast.bella, **said)
    assert outcome.done == [demand.id]
    evening = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
    with frozen(evening), pytest.raises(ValueError, match="contacted_on"):
        engine.perform(Demand, "record_outcome", [demand.id], cast.bella, **said)
