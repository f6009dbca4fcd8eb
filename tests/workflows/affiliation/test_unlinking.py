"""The end of a link: by the institution, by the consultant, with what it stood on."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient

import access
from core.database import db
from models import (
    Affiliation,
    AffiliationStatus,
    Consultant,
    ConsultantStatus,
    Demand,
    DemandStatus,
    Event,
    FeaturedProduct,
    Institution,
    Mail,
    ProductStatus,
    Qualification,
    product_affiliation,
)
from tests.admin_views.workbench.test_consultants import his, lins, mei
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from tests.support.demands import at_state, post_demand
from tests.support.versions import ids_of
from workflows import engine

S = AffiliationStatus


def told() -> set[tuple[str, str]]:
    return {(one.template, one.recipient) for one in rows(db.select(Mail))}


def unlink(client: FlaskClient, ids: list[int] | str, successor: int = 0, reason: str = ""):
    seen = ids if isinstance(ids, str) else ids_of(Affiliation, ids)
    sent = {"verb": "unlink", "ids": seen, "answered": "1",
            "hand_over_to": str(successor), "reason": reason}  # fmt: skip
    return client.post("/workbench/consultant/ask/", data=sent)


def status_of(id: int) -> AffiliationStatus:
    (row,) = rows(db.select(Affiliation).where(Affiliation.id == id))
    return row.status


def test_the_preview_names_what_it_touches(client: FlaskClient, cast: Cast) -> None:
    open_one = his(cast, title="A lease")
    at_state(his(cast, title="A will"), cast, DemandStatus.DECLINED)
    db.session.commit()
    number, link, other = open_one.number, lins(cast).id, mei(cast).id
    url = f"/workbench/consultant/ask/?verb=unlink&ids={link}"
    page = sign_in(client, cast.bella).get(url).text
    assert f"{number} A lease" in page
    assert "A will" not in page
    assert f'<option value="{other}">Otto</option>' in page
    assert f'<option value="{link}"' not in page
    assert status_of(link) is S.LINKED


def test_unlinked_without_a_successor(client: FlaskClient, cast: Cast) -> None:
    demand, link = his(cast), lins(cast).id
    closed = at_state(his(cast), cast, DemandStatus.DECLINED).id
    db.session.commit()
    id = demand.id
    assert unlink(sign_in(client, cast.bella), [link], reason="We part.").status_code == 302
    (row,) = rows(db.select(Affiliation).where(Affiliation.id == link))
    assert (row.status, row.reason) == (S.UNLINKED, "We part.")
    assert row.unlinked_at is not None
    (demand,) = rows(db.select(Demand).where(Demand.id == id))
    assert (demand.institution_id, demand.affiliation_id) == (cast.bridge.id, None)
    assert demand.status is DemandStatus.SUBMITTED
    (past,) = rows(db.select(Demand).where(Demand.id == closed))
    assert past.affiliation_id == link
    assert ("consultant_unlinked", "lin@example.com") in told()
    assert ("demand_handed_over", "ann@example.com") in told()
    seen = sign_in(client, cast.ann).get(f"/account/demands/{id}").text
    assert "Lin" in seen
    assert "Bridge Law" in seen


def test_unlinked_with_a_successor(client: FlaskClient, cast: Cast) -> None:
    demand, link, other = his(cast), lins(cast).id, mei(cast).id
    id = demand.id
    unlink(sign_in(client, cast.bella), [link], other)
    (demand,) = rows(db.select(Demand))
    assert demand.affiliation_id == other
    assert {("demand_assigned", "otto@example.com"), ("demand_handed_over", "ann@example.com")} <= (
        told()
    )
    (event,) = rows(db.select(Event).where(Event.name == "hand_over"))
    assert event.actor_id is None
    assert event.changes == {"in_charge": "Otto", "formerly_in_charge": "Lin"}
    seen = sign_in(client, cast.ann).get(f"/account/demands/{id}").text
    assert "Lin" in seen
    assert "Otto" in seen


def test_his_access_ends_with_his_next_request(client: FlaskClient, cast: Cast, app: Flask) -> None:
    id, link = his(cast).id, lins(cast).id
    his_browser = sign_in(app.test_client(), cast.lin)
    assert his_browser.get(f"/workbench/demand/details/?id={id}").status_code == 200
    unlink(sign_in(client, cast.bella), [link])
    sign_in(his_browser, cast.lin)
    for address in ("/workbench/", "/workbench/demand/", f"/workbench/demand/details/?id={id}"):
        assert his_browser.get(address).status_code == 403, address


def test_his_open_form_is_refused_and_nothing_changes(
    client: FlaskClient, cast: Cast, app: Flask
) -> None:
    id, link = his(cast).id, lins(cast).id
    his_browser = sign_in(app.test_client(), cast.lin)
    form = his_browser.get(f"/workbench/demand/ask/?verb=log_contact&ids={id}")
    assert form.status_code in (200, 403)  # 403 while it is new: a contact is logged once read
    unlink(sign_in(client, cast.bella), [link])
    before = rows(db.select(Event).where(Event.subject_type == "demand"))
    sign_in(his_browser, cast.lin)
    for sent in (
        {"verb": "accept", "ids": f"{id}:1"},
        {"verb": "log_contact", "ids": f"{id}:1", "answered": "1", "contacted_by": "phone",
         "contacted_on": "2026-01-02"},
        {"verb": "propose_outcome", "ids": f"{id}:1", "answered": "1", "outcome": "no_deal",
         "contacted_by": "phone", "contacted_on": "2026-01-02"},
    ):  # fmt: skip
        assert his_browser.post("/workbench/demand/ask/", data=sent).status_code == 403
    (demand,) = rows(db.select(Demand))
    assert (demand.status, demand.proposal) == (DemandStatus.SUBMITTED, None)
    assert len(rows(db.select(Event).where(Event.subject_type == "demand"))) == len(before)


def test_many_are_unlinked_at_once_with_a_hand_over(client: FlaskClient, cast: Cast) -> None:
    from tests.support.cast import link_consultant

    first, second = his(cast), mei(cast)
    post_demand(cast, affiliation_id=second.id)
    db.session.commit()
    link_consultant(cast.bob, cast.bridge, cast.bella)
    db.session.commit()
    lin_id, mei_id = lins(cast).id, second.id
    (bob,) = rows(db.select(Affiliation).join(Consultant).where(Consultant.user_id == cast.bob.id))
    bob_id = bob.id
    unlink(sign_in(client, cast.bella), [lin_id, mei_id], bob_id)
    assert [status_of(one) for one in (lin_id, mei_id, bob_id)] == [
        S.UNLINKED, S.UNLINKED, S.LINKED,
    ]  # fmt: skip
    assert {one.affiliation_id for one in rows(db.select(Demand))} == {bob_id}
    assert first is not None


def test_a_successor_who_goes_too_is_refused(client: FlaskClient, cast: Cast) -> None:
    his(cast)
    lin_id, mei_id = lins(cast).id, mei(cast).id
    unlink(sign_in(client, cast.bella), [lin_id, mei_id], mei_id)
    assert (status_of(lin_id), status_of(mei_id)) == (S.LINKED, S.LINKED)


@pytest.mark.parametrize("successor", ["99999", "x", ""])
def test_a_successor_who_is_nobody_is_refused(
    client: FlaskClient, cast: Cast, successor: str
) -> None:
    his(cast)
    link = lins(cast).id
    unlink(sign_in(client, cast.bella), [link], successor)
    assert status_of(link) is S.LINKED


def test_a_successor_of_the_rival_is_refused(client: FlaskClient, cast: Cast) -> None:
    from tests.support.cast import link_consultant

    his(cast)
    link = lins(cast).id
    link_consultant(cast.otto, cast.rival, cast.rita)
    db.session.commit()
    (foreign,) = rows(db.select(Affiliation).where(Affiliation.institution_id == cast.rival.id))
    unlink(sign_in(client, cast.bella), [link], foreign.id)
    assert status_of(link) is S.LINKED


@pytest.mark.parametrize(("person", "code"), [("stan", 403), ("rita", 404), ("lin", 403)])
def test_the_institution_alone_decides(
    client: FlaskClient, cast: Cast, person: str, code: int
) -> None:
    link = lins(cast).id
    assert unlink(sign_in(client, getattr(cast, person)), [link]).status_code == code
    assert status_of(link) is S.LINKED


def two_owners(app: Flask, cast: Cast) -> tuple[list[int], list[str]]:
    """Let Bella and a second owner each unlink one consultant, handing over to the other's."""
    lin_id, mei_id = lins(cast).id, mei(cast).id
    post_demand(cast, affiliation_id=lin_id)
    post_demand(cast, affiliation_id=mei_id)
    held = next(one for one in cast.bridge.memberships if one.user_id == cast.stan.id)
    held.role = type(held.role)("owner")
    owners = [sign_in(app.test_client(), user) for user in (cast.bella, cast.stan)]
    seen = {link: ids_of(Affiliation, link) for link in (lin_id, mei_id)}
    db.session.remove()
    gate, codes = threading.Barrier(2), []

    def act(mine: FlaskClient, link: int, successor: int) -> None:
        gate.wait()
        codes.append(unlink(mine, seen[link], successor).status_code)

    acts = [
        threading.Thread(target=act, args=(owners[0], lin_id, mei_id)),
        threading.Thread(target=act, args=(owners[1], mei_id, lin_id)),
    ]
    for one in acts:
        one.start()
    for one in acts:
        one.join()
    assert sorted(codes) in ([200, 302], [302, 302])  # the later one reads why, or starts anew
    return [lin_id, mei_id], owners


def one_stays_in_charge(links: list[int]) -> None:
    states = [status_of(one) for one in links]
    assert sorted(states) == [S.LINKED, S.UNLINKED]
    stays = links[states.index(S.LINKED)]
    assert {one.affiliation_id for one in rows(db.select(Demand))} == {stays}


@pytest.mark.connections
def test_two_owners_at_once_leave_no_demand_with_nobody_s_consultant(
    app: Flask, cast: Cast
) -> None:
    one_stays_in_charge(two_owners(app, cast)[0])


@pytest.mark.postgres
def test_two_owners_at_once_on_postgresql(pg_app: Flask) -> None:
    one_stays_in_charge(two_owners(pg_app, Cast())[0])


def test_the_same_link_is_ended_once(cast: Cast) -> None:
    link = lins(cast).id
    first = engine.perform(Affiliation, "unlink", [link], cast.bella, hand_over_to=0)
    second = engine.perform(Affiliation, "unlink", [link], cast.bella, hand_over_to=0)
    assert (first.done, list(second.refused)) == ([link], [link])
    assert len(rows(db.select(Mail).where(Mail.template == "consultant_unlinked"))) == 1


def test_he_is_in_charge_of_no_product_any_more(cast: Cast) -> None:
    link = lins(cast)
    product = FeaturedProduct(
        status=ProductStatus.LISTED, institution_id=cast.bridge.id, author_id=cast.bella.id,
        category_id=cast.law.id, name="Lease check",
    )  # fmt: skip
    db.session.add(product)
    db.session.flush()
    values = {"product_id": product.id, "affiliation_id": link.id, "institution_id": cast.bridge.id}
    db.session.execute(product_affiliation.insert().values(**values))
    engine.perform(Affiliation, "unlink", [link.id], cast.bella, hand_over_to=0)
    assert db.session.execute(db.select(product_affiliation)).all() == []


def test_a_suspended_institution_unlinks_too(client: FlaskClient, cast: Cast) -> None:
    his(cast)
    link = lins(cast).id
    engine.perform(Institution, "suspend", [cast.bridge.id], cast.root, reason="A complaint.")
    db.session.commit()
    unlink(sign_in(client, cast.bella), [link])
    assert status_of(link) is S.UNLINKED


def test_a_revoked_institution_speaks_through_nobody(cast: Cast) -> None:
    demand, link = at_state(his(cast), cast, DemandStatus.ACCEPTED), lins(cast).id
    db.session.commit()
    engine.perform(Institution, "revoke", [cast.bridge.id], cast.root, reason="Fraud.")
    assert status_of(link) is S.UNLINKED
    assert demand.status is DemandStatus.DECLINED  # over, with the name of who had it in hand
    assert ("consultant_ended", "lin@example.com") in told()
    assert rows(access.visible(cast.lin, Demand)) == []


def test_the_platform_withdraws_a_certification(cast: Cast) -> None:
    demand, link = his(cast), lins(cast)
    consultant, link_id = link.consultant_id, link.id
    for nobody in (cast.vera, cast.audrey, cast.bella, cast.lin):
        refused = engine.perform(Consultant, "withdraw", [consultant], nobody, reason="x")
        assert refused.done == []
    outcome = engine.perform(Consultant, "withdraw", [consultant], cast.root, reason="Disbarred.")
    assert outcome.done == [consultant]
    row = db.session.get_one(Consultant, consultant)
    assert (row.status, row.reason) == (ConsultantStatus.WITHDRAWN, "Disbarred.")
    assert status_of(link_id) is S.UNLINKED
    assert demand.affiliation_id is None
    assert {
        ("consultant_withdrawn", "lin@example.com"),
        ("consultant_lost", "reserved-bridge@example.com"),
        ("demand_handed_over", "ann@example.com"),
    } <= told()
    assert "consultant_ended" not in {template for template, _recipient in told()}


def test_a_reason_is_asked_of_the_platform(cast: Cast) -> None:
    with pytest.raises(ValueError, match="reason"):
        engine.perform(Consultant, "withdraw", [lins(cast).consultant_id], cast.root, reason="")


def test_who_left_keeps_his_papers_to_himself(client: FlaskClient, cast: Cast) -> None:
    link, person = lins(cast), lins(cast).consultant
    paper = Qualification(consultant_id=person.id, name="Bar exam", number="A1")
    db.session.add(paper)
    db.session.commit()
    mine = access.visible(cast.bella, Qualification)
    assert [one.name for one in rows(mine)] == ["Bar exam"]
    unlink(sign_in(client, cast.bella), [link.id])
    assert rows(mine) == []
    assert [one.name for one in rows(access.visible(cast.lin, Qualification))] == ["Bar exam"]
    assert [one.name for one in rows(access.visible(cast.root, Qualification))] == ["Bar exam"]
    page = sign_in(client, cast.bella).get(f"/workbench/consultant/details/?id={link.id}").text
    assert "Lin" in page  # history keeps his name
    assert "Bar exam" not in page
