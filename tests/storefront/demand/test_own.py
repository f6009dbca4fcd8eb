"""The customer's pages: what waits, the list, the timeline, and the steps with their races."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.database import db
from models import Demand, DemandStatus, EnterpriseMembership, EnterpriseMembershipStatus
from storefront.demand.timeline import timeline
from tests.support.application import sign_in
from tests.support.cast import Cast, verified
from tests.support.demands import OUTCOME, PHONE, at_state, post_demand
from workflows import engine
from workflows.demand.contact import REVEAL, open_details

OTHERS = ["bob", "otto", "bella", "stan", "rita", "root", "vera", "audrey"]


@pytest.fixture
def demand(cast: Cast) -> Demand:
    row = post_demand(cast)
    db.session.commit()
    return row


def again(id: int) -> Demand:
    """Return the row as it is now, past the guard that the last request left behind."""
    db.session.info.clear()
    db.session.expire_all()
    return db.session.get(Demand, id)


def test_ann_sees_all_of_her_demand(client: FlaskClient, cast: Cast, demand: Demand) -> None:
    text = sign_in(client, cast.ann).get(f"/account/demands/{demand.id}").text
    for words in (demand.number, "A contract", "To be read.", PHONE, "Bridge Law"):
        assert words in text
    assert f"/account/demands/{demand.id}/withdraw" in text
    assert f"/account/demands/{demand.id}/accept" not in text


@pytest.mark.parametrize("person", OTHERS)
def test_it_is_nobody_elses(client: FlaskClient, cast: Cast, demand: Demand, person: str) -> None:
    sign_in(client, getattr(cast, person))
    stem = f"/account/demands/{demand.id}"
    for address in (stem, f"{stem}/withdraw", f"{stem}/send-on", f"/demands/{demand.id}/receipt"):
        assert client.get(address).status_code == 404, address
    for verb in ("withdraw", "confirm", "dispute", "accept"):
        answer = client.post(f"{stem}/{verb}", data={"version": 1, "reason": "Mine."})
        assert answer.status_code == 404, verb
    assert demand.number not in client.get("/account/demands").text
    assert PHONE not in client.get("/account/").text
    assert again(demand.id).status is DemandStatus.SUBMITTED


def test_an_anonymous_visitor_sees_nothing(client: FlaskClient, demand: Demand) -> None:
    for address in ("", "demands", f"demands/{demand.id}", "notices"):
        assert client.get(f"/account/{address}").status_code in (302, 401), address


def test_a_colleague_sees_and_withdraws(client: FlaskClient, cast: Cast, demand: Demand) -> None:
    db.session.add(
        EnterpriseMembership(
            user=cast.bob,
            enterprise=cast.acme,
            status=EnterpriseMembershipStatus.MEMBER,
            **verified(),
        )
    )
    db.session.commit()
    stem = f"/account/demands/{demand.id}"
    assert sign_in(client, cast.bob).get(stem).status_code == 200
    answer = client.post(f"{stem}/withdraw", data={"version": 1, "reason": "Solved."})
    assert answer.location == stem
    assert again(demand.id).status is DemandStatus.WITHDRAWN


def test_a_reason_is_asked_and_kept_when_something_changed(
    client: FlaskClient, cast: Cast, demand: Demand
) -> None:
    stem = f"/account/demands/{demand.id}/withdraw"
    sign_in(client, cast.ann)
    assert 'name="reason"' in client.get(stem).text
    empty = client.post(stem, data={"version": 1, "reason": " "})
    assert empty.status_code == 200
    assert "field-error" in empty.text
    engine.perform(Demand, "read", [demand.id], cast.bella)
    db.session.commit()
    stale = client.post(stem, data={"version": 1, "reason": "Solved otherwise."})
    assert stale.status_code == 200
    assert "Solved otherwise." in stale.text
    assert 'name="version" value="2"' in stale.text
    assert again(demand.id).status is DemandStatus.READ
    assert client.post(stem, data={"version": 2, "reason": "Solved."}).status_code == 302
    assert again(demand.id).reason == "Solved."


@pytest.mark.parametrize("version", ["", "x", "0", "7"])
def test_a_step_names_the_version_it_saw(
    client: FlaskClient, cast: Cast, demand: Demand, version: str
) -> None:
    at_state(demand, cast, DemandStatus.OUTCOME)
    db.session.commit()
    sign_in(client, cast.ann).post(
        f"/account/demands/{demand.id}/confirm", data={"version": version}
    )
    assert again(demand.id).status is DemandStatus.OUTCOME


@pytest.mark.parametrize(
    ("verb", "state"), [("confirm", DemandStatus.CONFIRMED), ("dispute", DemandStatus.DISPUTED)]
)
def test_the_outcome_is_confirmed_or_disputed(
    client: FlaskClient, cast: Cast, demand: Demand, verb: str, state: DemandStatus
) -> None:
    at_state(demand, cast, DemandStatus.OUTCOME)
    db.session.commit()
    stem = f"/account/demands/{demand.id}/{verb}"
    sign_in(client, cast.ann)
    assert client.get("/account/").text.count(demand.number) == 2  # to confirm, and newest
    assert client.get(stem).status_code == (404 if verb == "confirm" else 200)
    client.post(stem, data={"version": demand.version, "reason": "Not so."})
    assert again(demand.id).status is state


@pytest.mark.parametrize("verb", ["read", "accept", "decline", "record_outcome", "post", "x"])
def test_the_institutions_steps_are_not_on_this_side(
    client: FlaskClient, cast: Cast, demand: Demand, verb: str
) -> None:
    sign_in(client, cast.ann)
    for method in (client.get, client.post):
        assert method(f"/account/demands/{demand.id}/{verb}").status_code == 404


def test_withdrawing_twice_tells_that_it_is_done(
    client: FlaskClient, cast: Cast, demand: Demand
) -> None:
    at_state(demand, cast, DemandStatus.WITHDRAWN)
    db.session.commit()
    sign_in(client, cast.ann)
    stem = f"/account/demands/{demand.id}/withdraw"
    assert client.get(stem).status_code == 302
    assert client.post(stem, data={"version": 1, "reason": "Again."}).status_code == 302
    assert again(demand.id).reason == "Because."


@pytest.mark.connections
def test_accept_and_withdraw_at_the_same_moment_have_one_winner(
    app: Flask, cast: Cast, demand: Demand
) -> None:
    id, version = demand.id, demand.version
    steps = [("accept", cast.bella.id, {}), ("withdraw", cast.ann.id, {"reason": "Solved."})]
    db.session.remove()
    gate, told = threading.Barrier(2), {}

    def take(verb: str, person: int, answers: dict[str, str]) -> None:
        with app.app_context():
            gate.wait()
            actor = db.session.get(type(cast.ann), person)
            told[verb] = engine.perform(Demand, verb, [id], actor, seen={id: version}, **answers)
            db.session.commit()

    db.session.remove()
    people = [threading.Thread(target=take, args=step) for step in steps]
    for one in people:
        one.start()
    for one in people:
        one.join()
    winners = [verb for verb, outcome in told.items() if outcome.done]
    assert len(winners) == 1
    loser = told["withdraw" if winners == ["accept"] else "accept"]
    assert loser.refused[id] in (engine.CHANGED, engine.HANDLED)
    assert [event.name for event in engine.history(again(id))] == ["post", winners[0]]


def test_the_timeline_counts_looks_and_shows_each_outcome(cast: Cast, demand: Demand) -> None:
    open_details(demand, cast.stan)
    for _ in range(2):
        engine.note(demand, REVEAL, cast.stan)
    engine.note(demand, REVEAL, cast.bella)
    db.session.flush()
    engine.perform(Demand, "record_outcome", [demand.id], cast.stan, **OUTCOME | {"amount": 5})
    engine.perform(Demand, "dispute", [demand.id], cast.ann, reason="No.")
    lines = timeline(demand)
    assert [(line.event.name, line.count, line.who) for line in lines] == [
        ("post", 1, "Ann"),
        ("read", 1, "Bridge Law · Stan"),
        (REVEAL, 3, "Bridge Law · Stan"),
        (REVEAL, 1, "Bridge Law · Bella"),
        ("record_outcome", 1, "Bridge Law · Stan"),
        ("dispute", 1, "Ann"),
    ]
    assert "5.00" in str([str(value) for _, value in lines[4].facts])


def test_the_whole_page_of_a_disputed_demand(
    client: FlaskClient, cast: Cast, demand: Demand
) -> None:
    at_state(demand, cast, DemandStatus.DISPUTED)
    db.session.commit()
    text = sign_in(client, cast.ann).get(f"/account/demands/{demand.id}").text
    assert "Bridge Law · Bella" in text
    assert "2026-01-02" in text
    assert "Because." in text


def test_the_list_filters_and_pages(client: FlaskClient, cast: Cast) -> None:
    for number in range(23):
        row = post_demand(cast, title=f"Paper {number}.")
    at_state(row, cast, DemandStatus.DECLINED)
    db.session.commit()
    sign_in(client, cast.ann)
    first = client.get("/account/demands").text
    assert "Paper 22." in first
    assert "Paper 2." not in first
    assert "Paper 2." in client.get("/account/demands?page=2").text
    declined = client.get("/account/demands?state=declined").text
    assert "Paper 22." in declined
    assert "Paper 21." not in declined
    for odd in ("page=0", "page=99999999999999999999", "page=x", "state=nonsense", "state=read"):
        assert client.get(f"/account/demands?{odd}").status_code == 200, odd


def test_empty_pages_say_what_to_do(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.otto)
    for address in ("/account/", "/account/demands"):
        assert 'href="/institutions"' in client.get(address).text


def test_a_declined_demand_waits_until_it_is_sent_on(
    client: FlaskClient, cast: Cast, demand: Demand
) -> None:
    at_state(demand, cast, DemandStatus.DECLINED)
    db.session.commit()
    sign_in(client, cast.ann)
    assert client.get("/account/").text.count(demand.number) == 2
    db.session.info.clear()
    post_demand(cast, institution_id=cast.rival.id, sent_on_from_id=demand.id)
    db.session.commit()
    assert client.get("/account/").text.count(demand.number) == 1
