"""A linked consultant in the workbench: what is his, what he may do, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from core.database import db
from models import (
    Affiliation,
    AffiliationStatus,
    Consultant,
    Demand,
    DemandStatus,
    Event,
    Institution,
    Mail,
    OutcomeKind,
    User,
)
from tests.support.application import rows, sign_in
from tests.support.cast import Cast, link_consultant
from tests.support.demands import OUTCOME, PHONE, answers, at_state, post_demand
from tests.support.versions import ids_of
from workflows import engine
from workflows.demand.contact import open_details

S = DemandStatus
MAY = {
    "read": {"submitted"},
    "accept": {"submitted", "read"},
    "log_contact": {"read", "accepted", "disputed"},
    "propose_outcome": {"read", "accepted", "outcome", "disputed"},
}


def his(cast: Cast, **values: object) -> Demand:
    """A demand to Lin, committed."""
    link = cast.lins_link
    row = post_demand(cast, affiliation_id=link.id, **values)
    db.session.commit()
    return row


def mei(cast: Cast) -> Affiliation:
    """A second consultant of bridge, whose account is Otto's."""
    link_consultant(cast.otto, cast.bridge, cast.bella)
    db.session.commit()
    (row,) = rows(db.select(Affiliation).join(Consultant).where(Consultant.user_id == cast.otto.id))
    return row


def lins(cast: Cast) -> Affiliation:
    (row,) = rows(db.select(Affiliation).join(Consultant).where(Consultant.user_id == cast.lin.id))
    return row


@pytest.mark.parametrize("state", list(S))
def test_what_he_may_do_with_a_demand_of_his(cast: Cast, state: DemandStatus) -> None:
    demand = at_state(his(cast), cast, state)
    shown = {step.name for step in engine.allowed(demand, cast.lin)}
    assert shown == {verb for verb, states in MAY.items() if state.value in states}


@pytest.mark.parametrize("verb", ["decline", "record_outcome", "assign", "confirm", "withdraw"])
def test_what_stays_with_others_is_refused_to_him(cast: Cast, verb: str) -> None:
    demand = at_state(his(cast), cast, S.READ)
    outcome = engine.perform(Demand, verb, [demand.id], cast.lin, **answers(verb))
    assert (outcome.done, list(outcome.refused)) == ([], [demand.id])


def test_he_sees_his_demands_and_no_others(client: FlaskClient, cast: Cast) -> None:
    mine, theirs = his(cast, title="For Lin"), post_demand(cast, title="For the house")
    db.session.commit()
    mine_id, theirs_id = mine.id, theirs.id
    page = sign_in(client, cast.lin).get("/workbench/demand/").text
    assert "For Lin" in page
    assert "For the house" not in page
    assert client.get(f"/workbench/demand/details/?id={theirs_id}").status_code == 404
    assert client.get(f"/workbench/demand/ask/?verb=accept&ids={theirs_id}").status_code == 404
    assert client.get(f"/workbench/demand/details/?id={mine_id}").status_code == 200
    bella = sign_in(client, cast.bella).get("/workbench/demand/").text
    assert "For Lin" in bella
    assert "For the house" in bella


@pytest.mark.parametrize("place", ["profile", "staff", "invitation"])
def test_the_rest_of_the_workbench_refuses_him(client: FlaskClient, cast: Cast, place: str) -> None:
    page = sign_in(client, cast.lin).get("/workbench/")
    assert page.status_code == 200
    assert f"/workbench/{place}/" not in page.text
    assert client.get(f"/workbench/{place}/").status_code == 403


def test_the_storefront_leads_him_to_the_workbench(client: FlaskClient, cast: Cast) -> None:
    assert "/workbench/" in sign_in(client, cast.lin).get("/").text
    assert "/workbench/" not in sign_in(client, cast.otto).get("/").text


def test_his_look_reveals_the_contact_and_is_on_record(client: FlaskClient, cast: Cast) -> None:
    demand = his(cast)
    id = demand.id
    page = sign_in(client, cast.lin).get(f"/workbench/demand/details/?id={id}")
    assert PHONE in page.text
    found = rows(db.select(Event).where(Event.subject_type == "demand", Event.subject_id == id))
    assert [(one.name, one.actor_id) for one in found] == [
        ("post", cast.ann.id),
        ("read", cast.lin.id),
        ("contact_revealed", cast.lin.id),
    ]
    seen = sign_in(client, cast.ann).get(f"/account/demands/{id}").text
    assert "Bridge Law · Lin" in seen


def test_he_accepts_and_logs_a_contact(client: FlaskClient, cast: Cast) -> None:
    id = his(cast).id
    sign_in(client, cast.lin)
    client.post("/workbench/demand/ask/", data={"verb": "accept", "ids": ids_of(Demand, id)})
    sent = {"verb": "log_contact", "ids": ids_of(Demand, id), "answered": "1",
            "contacted_by": "visit", "contacted_on": "2026-01-02",
            "remark": "Went to see them."}  # fmt: skip
    assert client.post("/workbench/demand/ask/", data=sent).status_code == 302
    (demand,) = rows(db.select(Demand))
    assert (demand.status, demand.contacted_on) == (S.ACCEPTED, date(2026, 1, 2))
    seen = sign_in(client, cast.ann).get(f"/account/demands/{id}").text
    assert "Went to see them." in seen
    future = sent | {"ids": ids_of(Demand, id), "contacted_on": "2999-01-01"}
    sign_in(client, cast.lin)
    assert client.post("/workbench/demand/ask/", data=future).status_code == 200


def test_a_logged_contact_does_not_reset_the_waiting(cast: Cast) -> None:
    demand = at_state(his(cast), cast, S.ACCEPTED)
    since = demand.status_at
    engine.perform(Demand, "log_contact", [demand.id], cast.lin, **answers("log_contact"))
    db.session.refresh(demand)
    assert (demand.status, demand.status_at) == (S.ACCEPTED, since)
    event = engine.history(demand)[-1]
    assert (event.name, event.source, event.target) == ("log_contact", "accepted", None)


def test_what_he_proposes_the_owner_records_with_one_click(client: FlaskClient, cast: Cast) -> None:
    demand = at_state(his(cast), cast, S.ACCEPTED)
    id = demand.id
    db.session.commit()
    sent = {"verb": "propose_outcome", "ids": ids_of(Demand, id), "answered": "1",
            "outcome": "deal", "contacted_by": "phone", "contacted_on": "2026-01-02",
            "amount": "12000", "outcome_remark": "A year."}  # fmt: skip
    sign_in(client, cast.lin).post("/workbench/demand/ask/", data=sent)
    (demand,) = rows(db.select(Demand))
    assert (demand.status, demand.outcome) == (S.ACCEPTED, None)
    told = {(one.template, one.recipient) for one in rows(db.select(Mail))}
    assert ("demand_proposed", "reserved-bridge@example.com") in told
    unseen = sign_in(client, cast.ann).get(f"/account/demands/{id}").text
    assert "12,000" not in unseen
    assert "A year." not in unseen

    page = sign_in(client, cast.bella).get(f"/workbench/demand/details/?id={id}").text
    assert "12,000.00" in page
    proposed = demand.proposal
    click = {"verb": "record_outcome", "ids": f"{id}:{demand.version}", "answered": "1"}
    client.post("/workbench/demand/ask/", data=click | {k: v for k, v in proposed.items() if v})
    (demand,) = rows(db.select(Demand))
    assert demand.status is S.OUTCOME
    assert (demand.outcome, demand.amount) == (OutcomeKind.DEAL, 12000)
    assert demand.outcome_remark == "A year."
    assert demand.proposal is None


def test_the_institution_may_change_what_was_proposed(client: FlaskClient, cast: Cast) -> None:
    demand = at_state(his(cast), cast, S.ACCEPTED)
    proposal = OUTCOME | {"outcome_remark": "As agreed."}
    engine.perform(Demand, "propose_outcome", [demand.id], cast.lin, **proposal)
    db.session.commit()
    url = f"/workbench/demand/ask/?verb=record_outcome&ids={demand.id}"
    assert "As agreed." in sign_in(client, cast.bella).get(url).text


def test_assigning_tells_the_new_and_the_former(client: FlaskClient, cast: Cast) -> None:
    demand, other = his(cast), mei(cast)
    id, other_id = demand.id, other.id
    page = sign_in(client, cast.bella).get(f"/workbench/demand/ask/?verb=assign&ids={id}").text
    assert f'<option value="{other_id}">Otto</option>' in page
    sent = {"verb": "assign", "ids": ids_of(Demand, id), "answered": "1",
            "affiliation_id": str(other_id)}  # fmt: skip
    client.post("/workbench/demand/ask/", data=sent)
    (demand,) = rows(db.select(Demand))
    assert demand.affiliation_id == other_id
    told = {(one.template, one.recipient) for one in rows(db.select(Mail))}
    assert ("demand_assigned", "otto@example.com") in told
    assert ("demand_taken_away", "lin@example.com") in told
    event = rows(db.select(Event).where(Event.name == "assign"))[0]
    assert event.changes == {"in_charge": "Otto", "formerly_in_charge": "Lin"}
    assert "Otto" in sign_in(client, cast.ann).get(f"/account/demands/{id}").text
    assert sign_in(client, cast.lin).get(f"/workbench/demand/details/?id={id}").status_code == 404


def test_a_demand_is_taken_back_from_everybody(cast: Cast) -> None:
    demand = his(cast)
    engine.perform(Demand, "assign", [demand.id], cast.bella, affiliation_id=0)
    assert demand.affiliation_id is None
    assert demand.affiliation is None
    told = {one.template for one in rows(db.select(Mail))}
    assert "demand_taken_away" in told
    assert "demand_assigned" not in told


def test_assigning_whom_it_has_already_tells_nobody(cast: Cast) -> None:
    demand = his(cast)
    engine.perform(Demand, "assign", [demand.id], cast.bella, affiliation_id=lins(cast).id)
    told = {one.template for one in rows(db.select(Mail))}
    assert not told & {"demand_assigned", "demand_taken_away"}


def test_only_one_s_own_linked_consultants_are_assigned(client: FlaskClient, cast: Cast) -> None:
    demand = post_demand(cast)
    link_consultant(cast.otto, cast.rival, cast.rita)
    db.session.commit()
    id = demand.id
    (foreign,) = rows(db.select(Affiliation).where(Affiliation.institution_id == cast.rival.id))
    sign_in(client, cast.bella)
    for wrong in (str(foreign.id), "99999", "abc", ""):
        sent = {"verb": "assign", "ids": ids_of(Demand, id), "answered": "1",
                "affiliation_id": wrong}  # fmt: skip
        assert client.post("/workbench/demand/ask/", data=sent).status_code in (200, 302)
        (demand,) = rows(db.select(Demand))
        assert demand.affiliation_id is None, wrong
    assert rows(db.select(Event).where(Event.name == "assign")) == []


def test_staff_do_not_assign(client: FlaskClient, cast: Cast) -> None:
    demand = post_demand(cast)
    db.session.commit()
    url = f"/workbench/demand/ask/?verb=assign&ids={demand.id}"
    assert sign_in(client, cast.stan).get(url).status_code == 403


def test_a_suspended_institutions_consultant_only_finishes(cast: Cast) -> None:
    new = his(cast)
    accepted = at_state(his(cast), cast, S.ACCEPTED)
    engine.perform(Institution, "suspend", [cast.bridge.id], cast.root, reason="A complaint.")
    db.session.expire_all()
    assert engine.allowed(new, cast.lin) == []
    assert open_details(new, cast.lin) is False
    verbs = {step.name for step in engine.allowed(accepted, cast.lin)}
    assert verbs == {"log_contact", "propose_outcome"}


def test_a_revoked_institutions_consultant_is_out(client: FlaskClient, cast: Cast) -> None:
    demand = his(cast)
    id = demand.id
    engine.perform(Institution, "revoke", [cast.bridge.id], cast.root, reason="Fraud.")
    db.session.commit()
    assert sign_in(client, cast.lin).get("/workbench/").status_code == 403
    assert client.get(f"/workbench/demand/details/?id={id}").status_code == 403


def test_who_works_for_the_institution_and_advises_records_himself(cast: Cast) -> None:
    link = lins(cast)
    db.session.execute(
        Consultant.__table__.update()
        .where(Consultant.__table__.c.id == link.consultant_id)
        .values(user_id=cast.bella.id)
    )
    db.session.commit()
    db.session.expire_all()
    demand = at_state(post_demand(cast, affiliation_id=link.id), cast, S.READ)
    shown = {step.name for step in engine.allowed(demand, db.session.get(User, cast.bella.id))}
    assert "record_outcome" in shown
    assert "propose_outcome" not in shown
    assert link.status is AffiliationStatus.LINKED
