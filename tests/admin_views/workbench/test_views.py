"""The workbench, through the browser: demands, profile, colleagues, and nobody else's rows."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from admin_views.workbench.demand.cells import dialled
from core.clock import frozen, now
from core.database import db
from models import (
    Affiliation,
    AffiliationStatus,
    Confirmation,
    ConfirmationStatus,
    Consultant,
    ConsultantStatus,
    Demand,
    DemandStatus,
    Event,
    Institution,
    Invitation,
    InvitationStatus,
    Mail,
    Membership,
    MembershipRole,
    ProductStatus,
    ProfileChange,
    ProfileChangeStatus,
    TransactionStatus,
)
from tests.support.application import rows
from tests.support.applying import english, post, see
from tests.support.demands import PHONE, at_state, post_demand
from tests.support.products import product
from tests.support.reviews import opened
from tests.support.transactions import filed_deal
from workflows import engine

S = DemandStatus
ASK = "/workbench/demand/ask/"
PROFILE = {
    "introduction": "Contracts since 1998.",
    "address": "Lake Road 10",
    "website": "https://bridge.example",
    "contact_name": "Bella",
    "contact_mobile": "13900001111",
    "contact_phone": "0512-67068048",
    "contact_email": "reserved-bridge@example.com",
}


def details(key: int) -> str:
    return f"/workbench/demand/details/?id={key}"


def demand(key: int) -> Demand:
    return rows(sa.select(Demand).where(Demand.id == key))[0]


def events(name: str) -> list[Event]:
    return rows(sa.select(Event).where(Event.name == name).order_by(Event.id))


def mails(template: str) -> list[Mail]:
    return rows(sa.select(Mail).where(Mail.template == template))


def seen(row) -> str:
    return f"{row.id}:{row.version}"


@pytest.fixture
def asked(cast) -> Demand:
    """A new demand of Ann to Bridge."""
    row = post_demand(cast)
    db.session.commit()
    return row


# --- demand management ------------------------------------------------------------------------


def test_the_list_shows_who_asks(client, cast, asked):
    post_demand(cast, poster=cast.otto, title="Small question")
    db.session.commit()
    english(client, cast.bella)
    page = see(client, "/workbench/demand/").text
    assert "A contract" in page
    assert "Acme" in page
    assert re.search(r"Small question.*Ordinary user", page)
    assert PHONE not in page
    assert "A contract" not in see(client, "/workbench/demand/?status=accepted").text


def test_opening_reads_it_and_reveals_the_contact(client, cast, asked):
    english(client, cast.stan)
    page = see(client, details(asked.id)).text
    assert f'<a href="tel:{PHONE}">{PHONE}</a>' in page
    assert '<a href="mailto:ann@example.com">' in page
    assert demand(asked.id).status is S.READ
    look = events("contact_revealed")[0]
    assert (look.subject_id, look.actor_id) == (asked.id, cast.stan.id)


def test_a_reload_is_one_look_and_a_later_one_another(client, cast, asked):
    english(client, cast.bella)
    see(client, details(asked.id))
    see(client, details(asked.id))
    assert len(events("contact_revealed")) == 1
    assert len(events("read")) == 1
    with frozen(now() + timedelta(hours=1)):
        see(client, details(asked.id))
    assert len(events("contact_revealed")) == 2


def test_a_rival_finds_no_way_to_the_demand(client, cast, asked):
    english(client, cast.rita)
    assert see(client, details(asked.id)).status_code == 404
    assert "A contract" not in see(client, "/workbench/demand/").text
    for verb in ("accept", "decline", "record_outcome"):
        assert see(client, f"{ASK}?verb={verb}&ids={asked.id}").status_code == 404
        answer = post(client, ASK, verb=verb, ids=seen(asked), answered="1", reason="Ha.")
        assert answer.status_code == 404
    assert demand(asked.id).status is S.SUBMITTED
    assert [event.name for event in rows(sa.select(Event))] == ["post"]


@pytest.mark.parametrize("name", ["root", "vera", "ann", "otto", "sue", "dora"])
def test_the_workbench_is_for_institutions_alone(client, cast, asked, name):
    english(client, getattr(cast, name))
    for path in ("", "demand/", f"demand/details/?id={asked.id}", "profile/", "staff/"):
        assert see(client, f"/workbench/{path}").status_code == 403
    assert demand(asked.id).status is S.SUBMITTED


def test_accept_decline_and_many_at_once(client, cast, asked):
    second = post_demand(cast, title="Second")
    third = post_demand(cast, title="Third")
    db.session.commit()
    english(client, cast.bella)
    post(client, ASK, verb="accept", ids=seen(asked))
    assert demand(asked.id).status is S.ACCEPTED
    assert [mail.recipient for mail in mails("demand_accepted")] == ["ann@example.com"]
    ids = f"{seen(second)},{seen(third)}"
    data = {"verb": "decline", "ids": ids, "answered": "1", "reason": "No time."}
    post(client, ASK, **data)
    assert {demand(one.id).status for one in (second, third)} == {S.DECLINED}
    assert demand(second.id).reason == "No time."


def test_an_outcome_is_recorded_and_corrected_with_history(client, cast, asked):
    english(client, cast.bella)
    see(client, details(asked.id))
    first = {
        "verb": "record_outcome",
        "answered": "1",
        "outcome": "no_deal",
        "contacted_by": "phone",
        "contacted_on": "2026-01-02",
        "outcome_remark": "Nobody answered.",
    }
    post(client, ASK, **first, ids=seen(demand(asked.id)))
    assert demand(asked.id).status is S.OUTCOME
    form = see(client, f"{ASK}?verb=record_outcome&ids={asked.id}").text
    assert "Nobody answered." in form  # a correction starts from what stands
    second = first | {"outcome": "deal", "amount": "12,000.50", "outcome_remark": "Signed."}
    post(client, ASK, **second, ids=seen(demand(asked.id)))
    after = demand(asked.id)
    assert (after.outcome, str(after.amount)) == ("deal", "12000.50")
    page = see(client, details(asked.id)).text
    assert "Nobody answered." in page
    assert "Signed." in page
    assert "¥12,000.50" in page


def test_a_suspended_institution_finishes_what_it_accepted(client, cast, asked):
    taken = at_state(post_demand(cast, title="Taken"), cast, "accepted")
    engine.perform(Institution, "suspend", [cast.bridge.id], cast.root, reason="Complaints.")
    db.session.commit()
    english(client, cast.bella)
    home = see(client, "/workbench/").text
    assert "Your institution is suspended." in home
    assert "Complaints." in home
    answer = post(client, ASK, verb="accept", ids=seen(asked))
    assert "While suspended" in see(client, answer.location).text
    assert demand(asked.id).status is not S.ACCEPTED
    outcome = {
        "outcome": "deal",
        "contacted_by": "visit",
        "contacted_on": "2026-01-02",
        "verb": "record_outcome",
        "answered": "1",
    }
    post(client, ASK, **outcome, ids=seen(taken))
    assert demand(taken.id).status is S.OUTCOME


def test_the_contact_is_masked_once_it_is_over(client, cast, asked):
    at_state(asked, cast, "declined")
    db.session.commit()
    english(client, cast.bella)
    page = see(client, details(asked.id)).text
    assert "138****2222" in page
    assert PHONE not in page
    assert "ann@example.com" not in page


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("138 1234 5678", "13812345678"),
        ("+86-13812345678", "+8613812345678"),
        ("0512-67068048转801", "051267068048,801"),
        ("0512-67068048#12", "051267068048,12"),
        ("400-820-8820", "4008208820"),
    ],
)
def test_telephones_are_dialled(phone, number):
    assert dialled(phone) == number


def waiting(page: str) -> dict[str, int]:
    """What the front page counts: {pile: how many}."""
    found = re.findall(r'id="queue-\d+">([^<]+)</h2>\s*<p class="h2[^"]*">(\d+)</p>', page)
    return {name: int(count) for name, count in found}


def test_the_dashboard_says_what_waits(client, cast, asked):
    at_state(post_demand(cast, title="Taken"), cast, "accepted")
    at_state(post_demand(cast, title="Fight"), cast, "disputed")
    post_demand(cast, title="Elsewhere", institution_id=cast.rival.id)
    db.session.commit()
    english(client, cast.bella)
    page = see(client, "/workbench/").text
    assert waiting(page) == {
        "New demands": 1,
        "Accepted, outcome to record": 1,
        "Disputed outcomes": 1,
    }
    assert page.index("Disputed outcomes") < page.index("New demands")  # urgent ones first
    assert 'href="/workbench/demand/?status=read"' in page  # among what waits for nobody
    assert "Every demand was answered." in page
    assert "Fight" in page
    assert 'href="/workbench/demand/?status=disputed"' in page
    assert "Elsewhere" not in page


def test_the_dashboard_counts_deals_reviews_consultants_and_products(client, cast):
    at_state(post_demand(cast, title="Sold"), cast, "confirmed")
    deal = filed_deal(cast.bridge, cast.bella, cast.acme, status=TransactionStatus.RETURNED)
    draft = filed_deal(cast.bridge, cast.bella, cast.acme, status=TransactionStatus.DRAFT)
    denied = filed_deal(cast.bridge, cast.bella, cast.acme)
    db.session.add_all([deal, draft, denied])
    db.session.flush()
    db.session.add(
        Confirmation(transaction_id=denied.id, status=ConfirmationStatus.DENIED, due_at=now())
    )
    opened(cast)
    db.session.add_all(
        Affiliation(
            institution=cast.bridge,
            adder=cast.bella,
            status=state,
            consultant=Consultant(
                status=ConsultantStatus.UNCERTIFIED,
                name=f"Adviser {state}",
                mobile="13800000001",
                email=f"{state}@example.com",
            ),
        )
        for state in (AffiliationStatus.ADDED, AffiliationStatus.INVITED)
    )
    db.session.commit()
    product(cast, ProductStatus.RETURNED)
    english(client, cast.bella)
    page = see(client, "/workbench/").text
    assert waiting(page) == {
        "Demands that became a deal, to be filed": 1,
        "Deals returned for correction": 1,
        "Drafts of deals": 1,
        "Deals that an enterprise denies": 1,
        "Reviews to write": 1,
        "Consultants to invite": 1,
        "Invited, without an answer": 1,
        "Products returned for correction": 1,
    }
    for address in (
        "/workbench/transaction/new/",
        "/workbench/transaction/?status=returned",
        "/workbench/transaction/?status=draft",
        "/workbench/transaction/?answer=denied",
        "/workbench/review/",
        "/workbench/consultant/?status=added",
        "/workbench/product/?status=returned",
    ):
        assert f'href="{address}"' in page
        assert see(client, address).status_code == 200
    listed = see(client, "/workbench/transaction/?answer=denied").text
    assert f"id={denied.id}" in listed
    assert f"id={deal.id}" not in listed
    english(client, cast.rita)
    assert waiting(see(client, "/workbench/").text) == {}
    assert "Nothing waits for you." in see(client, "/workbench/").text


# --- the profile ------------------------------------------------------------------------------


def profile(cast, **values):
    row = cast.bridge
    return PROFILE | {"categories": [cast.law.id], "version": row.version} | values


def test_the_profile_changes_at_once_with_history(client, cast):
    key, data = cast.bridge.id, profile(cast)
    english(client, cast.bella)
    assert post(client, "/workbench/profile/", **data).status_code == 302
    row = rows(sa.select(Institution).where(Institution.id == key))[0]
    assert (row.address, row.name) == ("Lake Road 10", "Bridge Law")
    assert events("edit")[0].changes["address"] == ["Park Road 1", "Lake Road 10"]
    page = see(client, "/workbench/profile/").text
    assert "<del>Park Road 1</del> → <ins>Lake Road 10</ins>" in page


def test_a_bad_profile_is_refused_and_kept(client, cast):
    english(client, cast.bella)
    answer = post(client, "/workbench/profile/", **profile(cast, contact_email="nonsense"))
    assert answer.status_code == 200
    assert "Give an e-mail address" in answer.text
    assert "Lake Road 10" in answer.text
    assert events("edit") == []


def test_an_older_version_does_not_overwrite_a_newer(client, cast):
    data = profile(cast)
    engine.edit(cast.bridge, cast.bella, {"address": "Meanwhile 3"})
    db.session.commit()
    english(client, cast.bella)
    answer = post(client, "/workbench/profile/", **data)
    assert "Changed meanwhile" in answer.text
    assert cast.bridge.address == "Meanwhile 3"


def test_a_new_name_waits_for_its_review(client, cast):
    key, code = cast.bridge.id, "91320594MA1MXXXX1X"
    english(client, cast.bella)
    data = {"name": "Bridge & Sons", "credit_code": code}
    post(client, "/workbench/profile/propose/", **data)
    change = rows(sa.select(ProfileChange))[0]
    assert (change.institution_id, change.name) == (key, "Bridge & Sons")
    assert rows(sa.select(Institution).where(Institution.id == key))[0].name == "Bridge Law"
    page = see(client, "/workbench/profile/").text
    assert "<ins>Bridge &amp; Sons</ins>" in page
    post(client, "/workbench/profile/withdraw/")
    assert rows(sa.select(ProfileChange))[0].status is ProfileChangeStatus.WITHDRAWN


def test_colleagues_read_the_profile_only(client, cast):
    data = profile(cast)
    english(client, cast.stan)
    assert "Only owners change the profile." in see(client, "/workbench/profile/").text
    assert post(client, "/workbench/profile/", **data).status_code == 403
    assert post(client, "/workbench/profile/propose/", name="Mine").status_code == 403
    assert post(client, "/workbench/profile/withdraw/").status_code == 403
    assert cast.bridge.address == "Park Road 1"


# --- colleagues -------------------------------------------------------------------------------


def membership(user) -> Membership:
    return rows(sa.select(Membership).where(Membership.user_id == user.id))[0]


def test_an_owner_invites_and_revokes(client, cast):
    english(client, cast.bella)
    answer = post(client, "/workbench/staff/invite/", email="New@Example.com")
    assert answer.status_code == 302
    row = rows(sa.select(Invitation))[0]
    assert (row.email, row.status) == ("new@example.com", InvitationStatus.SENT)
    assert [mail.recipient for mail in mails("staff_invited")] == ["new@example.com"]
    assert "new@example.com" in see(client, "/workbench/staff/").text
    data = {"verb": "revoke", "ids": seen(row), "answered": "1"}
    post(client, "/workbench/invitation/ask/", **data)
    assert rows(sa.select(Invitation))[0].status is InvitationStatus.REVOKED


def test_a_senseless_address_is_refused(client, cast):
    english(client, cast.bella)
    answer = post(client, "/workbench/staff/invite/", email="nobody")
    assert answer.status_code == 200
    assert "Give an e-mail address" in answer.text
    assert rows(sa.select(Invitation)) == []


def test_only_owners_invite_and_remove(client, cast):
    owner = membership(cast.bella).id
    english(client, cast.stan)
    page = see(client, "/workbench/staff/").text
    assert "Invite a colleague" not in page
    assert "Make an owner" not in page
    assert post(client, "/workbench/staff/invite/", email="x@example.com").status_code == 403
    assert post(client, "/workbench/staff/remove/", id=owner).status_code == 403
    assert post(client, "/workbench/staff/promote/", id=owner).status_code == 403
    assert membership(cast.bella).active


def test_another_institutions_people_are_not_there(client, cast):
    owner = membership(cast.bella).id
    english(client, cast.rita)
    for act in ("remove", "promote"):
        assert post(client, f"/workbench/staff/{act}/", id=owner).status_code == 404
        assert post(client, f"/workbench/staff/{act}/", id="1,2").status_code == 404
    assert "Bella" not in see(client, "/workbench/staff/").text


def test_the_last_owner_stays(client, cast):
    bella, stan = membership(cast.bella).id, membership(cast.stan).id
    english(client, cast.bella)
    answer = post(client, "/workbench/staff/remove/", id=bella)
    assert answer.status_code == 302
    assert "The last owner stays." in see(client, "/workbench/staff/").text
    post(client, "/workbench/staff/promote/", id=stan)
    assert membership(cast.stan).role is MembershipRole.OWNER
    post(client, "/workbench/staff/remove/", id=bella)
    assert not membership(cast.bella).active
    assert see(client, "/workbench/").status_code == 403


def test_a_removed_colleague_is_out_at_once(client, cast):
    stan = membership(cast.stan).id
    english(client, cast.bella)
    post(client, "/workbench/staff/remove/", id=stan)
    english(client, cast.stan)
    assert see(client, "/workbench/demand/").status_code == 403
