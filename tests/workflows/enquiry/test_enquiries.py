"""Undirected demands: asked once, shortlisted by the platform, answered, picked once."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

import access
from core.clock import frozen
from core.database import db
from models import (
    CandidateStatus,
    Category,
    Demand,
    Enquiry,
    EnquiryCandidate,
    EnquiryStatus,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Institution,
    InstitutionScore,
    InstitutionStatus,
    Mail,
    User,
)
from tests.support.application import rows, sign_in
from tests.support.cast import Cast, verified
from tests.support.demands import post_demand
from workflows import engine
from workflows.enquiry.pick import pick
from workflows.enquiry.suggestions import shortlist, suggestions
from workflows.person.closing import close

PHONE = "13844445555"
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def typed(cast: Cast, **values: object) -> dict[str, object]:
    return {
        "undirected": "1",
        "form_key": str(uuid.uuid4()),
        "title": "Patents abroad",
        "category_id": cast.law.id,
        "description": "Four of them.",
        "budget": "80000",
        "wanted_by": "",
        "contact_name": "Ann",
        "contact_phone": PHONE,
        "contact_email": "ann@example.com",
        "consent": "y",
    } | values


def ask(cast: Cast, poster: User | None = None, **values: object) -> Enquiry:
    """Post an enquiry, of Ann for Acme unless said otherwise; not committed."""
    poster = poster or cast.ann
    acts_for = next(iter(poster.enterprise_memberships), None)
    data = {
        "form_key": str(uuid.uuid4()),
        "poster_id": poster.id,
        "enterprise_id": acts_for.enterprise_id if acts_for else None,
        "category_id": cast.law.id,
        "title": "Patents abroad",
        "description": "Four of them.",
        "contact_name": "Ann",
        "contact_phone": PHONE,
        "contact_email": "ann@example.com",
        "consented_at": MONDAY,
    }
    return engine.create(Enquiry(**data | values), "post", poster)


def take(row, verb: str, actor, **answers: object):
    """Take a step that has to succeed, and commit it."""
    outcome = engine.perform(type(row), verb, [row.id], actor, **answers)
    assert outcome.done == [row.id], outcome
    db.session.commit()


def offered(cast: Cast, *, asked: bool = True) -> Enquiry:
    """An enquiry with bridge and rival on its shortlist, and asked."""
    row = ask(cast)
    take(row, "shortlist", cast.root, institution_ids=[cast.bridge.id, cast.rival.id])
    if asked:
        take(row, "let_answer", cast.ann)
    return row


def place(row: Enquiry, institution: Institution) -> EnquiryCandidate:
    query = sa.select(EnquiryCandidate).filter_by(enquiry_id=row.id, institution_id=institution.id)
    return rows(query)[0]


def mails(template: str) -> list[str]:
    return sorted(one.recipient for one in rows(sa.select(Mail).filter_by(template=template)))


# --- asking -------------------------------------------------------------------------------------


def test_without_a_target_both_ways_are_offered(client: FlaskClient, cast: Cast) -> None:
    page = sign_in(client, cast.ann).get("/demands/new")
    assert page.status_code == 200
    assert "/demands/new?undirected=1" in page.text
    assert 'href="/institutions"' in page.text


def test_asking_gives_a_number_and_says_until_when(client: FlaskClient, cast: Cast) -> None:
    sign_in(client, cast.ann)
    assert 'name="undirected"' in client.get("/demands/new?undirected=1").text
    with frozen(MONDAY):
        answer = client.post("/demands/new", data=typed(cast))
        page = client.get(answer.location).text
    row = rows(sa.select(Enquiry))[0]
    assert (row.status, row.enterprise_id) == (EnquiryStatus.OPEN, cast.acme.id)
    assert row.number == f"BZ20261123{row.id:05d}"
    assert row.number in page
    assert "2026-11-25" in page
    assert mails("enquiry_waiting") == ["root@example.com", "vera@example.com"]
    assert mails("enquiry_posted") == ["ann@example.com"]


def test_a_double_click_asks_once(client: FlaskClient, cast: Cast) -> None:
    form = typed(cast)
    sign_in(client, cast.ann)
    first, second = (client.post("/demands/new", data=form) for _ in range(2))
    assert first.location == second.location
    assert len(rows(sa.select(Enquiry))) == 1


def test_typing_errors_keep_what_was_typed(client: FlaskClient, cast: Cast) -> None:

    sign_in(client, cast.ann)
    answer = client.post("/demands/new", data=typed(cast, consent="", budget="NaN"))
    assert answer.status_code == 200
    assert "Four of them." in answer.text
    assert answer.text.count("field-error") >= 2
    assert rows(sa.select(Enquiry)) == []


@pytest.mark.parametrize("person", ["root", "vera", "audrey"])
def test_the_staff_do_not_ask(client: FlaskClient, cast: Cast, person: str) -> None:
    sign_in(client, getattr(cast, person))
    assert client.post("/demands/new", data=typed(cast)).status_code == 403
    assert rows(sa.select(Enquiry)) == []


# --- the shortlist --------------------------------------------------------------------------------


def firms(cast: Cast, count: int) -> list[int]:
    """Certified institutions of the category law, beside bridge."""
    found = [
        Institution(
            status=InstitutionStatus.CERTIFIED,
            applicant_id=cast.otto.id,
            name=f"Firm {number}",
            credit_code=f"3132{number:014d}",
            contact_email=f"firm{number}@example.com",
            contact_mobile="13900001111",
            certified_at=MONDAY,
            categories=[cast.law],
        )
        for number in range(count)
    ]
    db.session.add_all(found)
    db.session.commit()
    return [one.id for one in found]


def test_a_high_score_comes_first_and_a_load_takes_it_back(cast: Cast) -> None:
    first, second, third = firms(cast, 3)
    for id, score in ((first, 55.0), (second, 72.0), (third, 55.0)):
        db.session.add(InstitutionScore(institution_id=id, score=score))
    row = ask(cast)
    db.session.commit()
    assert suggestions(row)[0].id == second
    for _ in range(3):  # 7 steps of score less 3 open demands is less than 5
        post_demand(cast, institution_id=second)
    db.session.commit()
    order = [one.id for one in suggestions(row)]
    assert set(order[:2]) == {first, third}
    assert order[2:] == [second, cast.bridge.id]
    assert cast.rival.id not in order  # of another category


def test_equals_take_turns(cast: Cast) -> None:
    firms(cast, 4)
    row = ask(cast)
    db.session.commit()
    seen = {}
    for day in range(1, 31):
        with frozen(datetime(2026, 11, day, 4, tzinfo=UTC)):
            ones = [one.id for one in suggestions(row)]
            assert ones == [one.id for one in suggestions(row)]  # fixed for the day
            seen.setdefault(ones[0], 0)
            seen[ones[0]] += 1
    assert len(seen) == 5
    assert max(seen.values()) <= 14


def test_a_child_category_finds_those_of_its_parent(cast: Cast) -> None:
    child = Category(slug="ip", name="知识产权", name_en="IP", parent_id=cast.law.id, position=1)
    db.session.add(child)
    db.session.flush()
    row = ask(cast, category_id=child.id)
    db.session.commit()
    assert [one.name for one in shortlist(suggestions(row))] == ["Bridge Law"]


def test_one_click_sends_the_suggestion(client: FlaskClient, cast: Cast) -> None:
    row = ask(cast)
    db.session.commit()
    page = sign_in(client, cast.root).get(f"/admin/enquiry/details/?id={row.id}").text
    assert "Bridge Law" in page
    assert PHONE not in page
    assert "ann@example.com" not in page
    sent = {"verb": "shortlist", "ids": f"{row.id}:1", "answered": "1",
            "institution_ids": [cast.bridge.id]}  # fmt: skip
    assert client.post("/admin/enquiry/ask/", data=sent).status_code == 302
    assert rows(sa.select(Enquiry))[0].status is EnquiryStatus.SHORTLISTED
    assert place(row, cast.bridge).status is CandidateStatus.PROPOSED
    assert mails("enquiry_shortlisted") == ["ann@example.com"]
    assert mails("enquiry_for_you") == []  # the enterprise has not let them answer


@pytest.mark.parametrize("ids", [[], ["1", "2", "3", "4"], ["999"], ["x"], ["3"]])
def test_a_wrong_shortlist_is_refused(client: FlaskClient, cast: Cast, ids: list[str]) -> None:
    """None, four, one that is not there, no number, one that is not certified."""
    row = ask(cast)
    db.session.commit()
    sent = {"verb": "shortlist", "ids": f"{row.id}:1", "answered": "1", "institution_ids": ids}
    answer = sign_in(client, cast.root).post("/admin/enquiry/ask/", data=sent)
    assert answer.status_code == 200
    assert "field-error" in answer.text
    assert rows(sa.select(EnquiryCandidate)) == []


def test_a_changed_shortlist_drops_and_asks(cast: Cast) -> None:
    row = offered(cast)
    new = firms(cast, 1)[0]
    take(row, "shortlist", cast.root, institution_ids=[cast.rival.id, new])
    assert place(row, cast.bridge).status is CandidateStatus.DROPPED
    assert place(row, cast.rival).status is CandidateStatus.PROPOSED
    assert mails("enquiry_over") == ["reserved-bridge@example.com"]
    assert mails("enquiry_for_you") == [
        "firm0@example.com", "reserved-bridge@example.com", "reserved-rival@example.com",
    ]  # fmt: skip
    take(row, "shortlist", cast.root, institution_ids=[cast.bridge.id])
    assert place(row, cast.bridge).status is CandidateStatus.PROPOSED


def test_the_administrator_closes_with_a_reason(client: FlaskClient, cast: Cast) -> None:
    row = offered(cast)
    take(row, "close", cast.root, reason="Nobody does this.")
    assert place(row, cast.bridge).status is CandidateStatus.DROPPED
    assert mails("enquiry_closed") == ["ann@example.com"]
    page = sign_in(client, cast.ann).get(f"/account/enquiries/{row.id}").text
    assert "Nobody does this." in page
    assert "/pick/" not in page


def test_the_queue_counts_what_has_no_shortlist(client: FlaskClient, cast: Cast) -> None:
    open_one, other = ask(cast), offered(cast)
    url = "/admin/enquiry/"
    page = sign_in(client, cast.root).get(url).text
    assert open_one.number in page
    assert other.number not in page
    for name, user in (("bridge", cast.bella), ("rival", cast.rita)):
        take(place(other, getattr(cast, name)), "decline", user, reason="Too busy.")
    assert other.number in client.get(url).text


# --- answers ----------------------------------------------------------------------------------


def test_who_was_not_asked_sees_nothing(client: FlaskClient, cast: Cast) -> None:
    row = offered(cast, asked=False)
    id = place(row, cast.bridge).id
    sign_in(client, cast.bella)
    assert row.number not in client.get("/workbench/enquiries/").text
    assert client.get(f"/workbench/enquiries/details/?id={id}").status_code == 404


def test_who_was_asked_answers_and_sees_no_contact(client: FlaskClient, cast: Cast) -> None:
    row = offered(cast)
    number, id, other = row.number, place(row, cast.bridge).id, place(row, cast.rival).id
    sign_in(client, cast.bella)
    listed = client.get("/workbench/enquiries/").text
    page = client.get(f"/workbench/enquiries/details/?id={id}").text
    for text in (listed, page):
        assert number in text
        for secret in (PHONE, "138****5555", "ann@example.com", "Acme"):
            assert secret not in text
    assert client.get(f"/workbench/enquiries/details/?id={other}").status_code == 404
    sent = {"verb": "willing", "ids": f"{id}:2", "answered": "1", "note": "Ten days."}
    assert client.post("/workbench/enquiries/ask/", data=sent).status_code == 302
    assert mails("enquiry_willing") == ["ann@example.com"]
    assert "Ten days." in sign_in(client, cast.ann).get(f"/account/enquiries/{row.id}").text


def test_a_suspended_institution_drops_out_and_comes_back(client: FlaskClient, cast: Cast) -> None:
    row = offered(cast)
    one = place(row, cast.bridge)
    take(cast.bridge, "suspend", cast.root, reason="A complaint.")
    refused = engine.perform(EnquiryCandidate, "willing", [one.id], cast.bella, note="")
    assert list(refused.refused) == [one.id]
    db.session.commit()
    url = f"/account/enquiries/{row.id}"
    assert f"{url}/pick/{one.id}" not in sign_in(client, cast.ann).get(url).text
    client.post(f"{url}/pick/{one.id}", data={"version": row.version})
    assert rows(sa.select(Demand)) == []
    assert rows(sa.select(Enquiry))[0].status is EnquiryStatus.SHORTLISTED
    take(cast.bridge, "lift", cast.root, reason="Settled.")
    assert f"{url}/pick/{one.id}" in sign_in(client, cast.ann).get(url).text


# --- the pick ---------------------------------------------------------------------------------


def test_a_pick_becomes_a_demand_with_the_same_data(client: FlaskClient, cast: Cast) -> None:
    row = ask(cast, budget=80000, wanted_by=date(2027, 1, 1))
    take(row, "shortlist", cast.root, institution_ids=[cast.bridge.id, cast.rival.id])
    url = f"/account/enquiries/{row.id}"
    chosen, other = place(row, cast.bridge), place(row, cast.rival)
    sign_in(client, cast.ann)
    answer = client.post(f"{url}/pick/{chosen.id}", data={"version": row.version})
    demand = rows(sa.select(Demand))[0]
    assert answer.location == f"/demands/{demand.id}/receipt"
    assert (demand.institution_id, demand.contact_phone, demand.budget, demand.wanted_by) == (
        cast.bridge.id, PHONE, 80000, date(2027, 1, 1),
    )  # fmt: skip
    assert demand.title == "Patents abroad"
    again = rows(sa.select(Enquiry))[0]
    assert (again.status, again.demand_id) == (EnquiryStatus.SETTLED, demand.id)
    assert place(row, cast.bridge).status is CandidateStatus.PICKED
    assert place(row, cast.rival).status is CandidateStatus.DROPPED
    assert mails("demand_new") == ["reserved-bridge@example.com"]
    client.post(f"{url}/pick/{other.id}", data={"version": again.version})
    assert len(rows(sa.select(Demand))) == 1
    assert demand.number in client.get(url).text


@pytest.mark.connections
def test_two_picks_at_once_make_one_demand(app: Flask, cast: Cast) -> None:
    row = offered(cast)
    url, version = f"/account/enquiries/{row.id}", row.version
    ids = [place(row, firm).id for firm in (cast.bridge, cast.rival)]
    browsers = [sign_in(app.test_client(), cast.ann) for _ in ids]
    db.session.remove()
    gate, locations = threading.Barrier(2), []

    def click(mine: FlaskClient, id: int) -> None:
        gate.wait()
        locations.append(mine.post(f"{url}/pick/{id}", data={"version": version}).location)

    clicks = [threading.Thread(target=click, args=pair) for pair in zip(browsers, ids, strict=True)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert len(rows(sa.select(Demand))) == 1
    assert sorted(location.endswith("/receipt") for location in locations) == [False, True]
    states = sorted(one.status.value for one in rows(sa.select(EnquiryCandidate)))
    assert states == ["dropped", "picked"]


def test_a_colleague_picks_and_posts(cast: Cast) -> None:
    row = offered(cast)
    db.session.add(
        EnterpriseMembership(
            user=cast.bob,
            enterprise=cast.acme,
            status=EnterpriseMembershipStatus.MEMBER,
            **verified(),
        )
    )
    db.session.commit()
    found = pick(place(row, cast.bridge), cast.bob, row.version)
    assert isinstance(found, Demand)
    assert (found.poster_id, found.contact_phone) == (cast.bob.id, PHONE)


def test_withdrawing_tells_who_was_asked(client: FlaskClient, cast: Cast) -> None:
    row = offered(cast)
    url = f"/account/enquiries/{row.id}/withdraw"
    sign_in(client, cast.ann)
    assert 'name="reason"' in client.get(url).text
    answer = client.post(url, data={"version": row.version, "reason": "Solved."})
    assert answer.status_code == 302
    assert rows(sa.select(Enquiry))[0].status is EnquiryStatus.WITHDRAWN
    assert mails("enquiry_over") == ["reserved-bridge@example.com", "reserved-rival@example.com"]


@pytest.mark.parametrize("person", ["bob", "otto", "bella", "rita", "root"])
def test_it_is_nobody_elses(client: FlaskClient, cast: Cast, person: str) -> None:
    row = offered(cast)
    stem, candidate = f"/account/enquiries/{row.id}", place(row, cast.bridge).id
    sign_in(client, getattr(cast, person))
    for address in (stem, f"{stem}/withdraw", f"/enquiries/{row.id}/receipt"):
        assert client.get(address).status_code == 404, address
    for deed in ("withdraw", "let_answer", f"pick/{candidate}"):
        answer = client.post(f"{stem}/{deed}", data={"version": row.version, "reason": "x"})
        assert answer.status_code == 404, deed
    assert row.number not in client.get("/account/enquiries").text
    assert rows(sa.select(Demand)) == []


def test_the_policy_of_enquiries(cast: Cast) -> None:
    offered(cast)
    people = ("root", "vera", "audrey", "ann", "bob", "otto", "bella", "stan", "lin", "rita")

    def seen(model: type) -> dict[str, int]:
        found = {name: len(rows(access.visible(getattr(cast, name), model))) for name in people}
        return {name: count for name, count in found.items() if count}

    staff = {"root", "vera", "audrey"}
    assert seen(Enquiry) == dict.fromkeys(staff | {"ann", "bella", "stan", "rita"}, 1)
    assert seen(EnquiryCandidate) == dict.fromkeys(staff | {"ann"}, 2) | {
        "bella": 1, "stan": 1, "rita": 1,
    }  # fmt: skip


def test_the_account_waits_for_the_pick(client: FlaskClient, cast: Cast) -> None:
    row = ask(cast)
    db.session.commit()
    sign_in(client, cast.ann)
    assert row.number not in client.get("/account/").text
    take(row, "shortlist", cast.root, institution_ids=[cast.bridge.id])
    assert row.number in client.get("/account/").text
    assert row.number in client.get("/account/enquiries").text


def test_a_closed_account_leaves_no_contact(cast: Cast) -> None:
    row = offered(cast)
    close(cast.ann, "Gone.")
    db.session.commit()
    again = rows(sa.select(Enquiry).filter_by(id=row.id))[0]
    assert again.status is EnquiryStatus.WITHDRAWN
    assert {again.contact_name, again.contact_phone, again.contact_email} == {"***"}


@pytest.fixture
def pg_cast(pg_app: Flask) -> Cast:
    return Cast()


@pytest.mark.postgres
def test_a_pick_on_postgresql(pg_cast: Cast) -> None:
    row = offered(pg_cast)
    assert [one.name for one in suggestions(row)] == ["Bridge Law"]
    found = pick(place(row, pg_cast.bridge), pg_cast.ann, row.version)
    assert isinstance(found, Demand)
    assert str(pick(place(row, pg_cast.rival), pg_cast.ann, row.version))
    db.session.commit()
    assert len(rows(sa.select(Demand))) == 1
