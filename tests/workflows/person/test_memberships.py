"""The people of an enterprise: the first joins, others ask, and somebody of it says yes."""

from __future__ import annotations

import re

import pytest
from sqlalchemy.exc import IntegrityError

from core.database import db
from models import (
    AccountKind,
    Enterprise,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Event,
    Mail,
    Notification,
    ParkEnterprise,
    User,
)
from tests.support.application import rows, sign_in
from tests.support.cast import ACME_CODE
from workflows import engine
from workflows.person import entering
from workflows.person import process as person_process
from workflows.person import rules as person_rules

S = EnterpriseMembershipStatus
NANO = "91110000600037341L"


@pytest.fixture
def asked(cast) -> EnterpriseMembership:
    """Bob asks to join Acme."""
    row = entering.enter(cast.bob, ACME_CODE)
    db.session.commit()
    return row


def mails(recipient: str) -> list[str]:
    found = rows(db.select(Mail).filter_by(recipient=recipient).order_by(Mail.id))
    return [mail.template for mail in found]


def take(verb: str, row: EnterpriseMembership, actor: User, **answers) -> engine.Outcome:
    return engine.perform(EnterpriseMembership, verb, [row.id], actor, **answers)


def test_the_first_person_joins_and_the_enterprise_is_made(cast):
    db.session.add(ParkEnterprise(name="Nano Works", credit_code=NANO))
    row = entering.enter(cast.otto, NANO, remark="unusual")
    assert row.status is S.MEMBER
    assert (row.enterprise.name, row.enterprise.remark) == ("Nano Works", "unusual")
    assert cast.otto.kind is AccountKind.ENTERPRISE
    assert [event.name for event in engine.history(row)] == ["join"]


def test_an_enterprise_outside_the_register_has_no_people(cast):
    with pytest.raises(entering.NotInRegister):
        entering.enter(cast.otto, NANO)
    assert rows(db.select(Enterprise).filter_by(credit_code=NANO)) == []


def test_the_second_person_asks_and_the_members_hear(cast, asked):
    assert asked.status is S.REQUESTED
    assert mails("ann@example.com") == ["membership_requested"]
    assert mails("root@example.com") == []
    (bell,) = rows(db.select(Notification))
    assert (bell.user_id, bell.link) == (cast.ann.id, "/account/enterprise")


def test_reviewers_hear_where_no_member_can_sign_in(cast):
    cast.ann.active = False
    row = entering.enter(cast.bob, ACME_CODE)
    assert mails("root@example.com") == ["membership_requested"]
    bell, _other = rows(db.select(Notification).order_by(Notification.user_id))
    assert bell.link == f"/admin/enterprise_membership/details/?id={row.id}"
    assert mails("ann@example.com") == []


def test_a_known_enterprise_without_people_is_not_taken_over(cast):
    """Credit codes are public: who knows one gets no past demands for it."""
    (ann,) = cast.acme.memberships
    assert take("leave", ann, cast.ann).done
    assert entering.enter(cast.otto, ACME_CODE).status is S.REQUESTED


@pytest.mark.parametrize("name", ["ann", "root", "vera"])
def test_a_member_or_a_reviewer_agrees(cast, asked, name):
    cast.bob.kind = AccountKind.ORDINARY
    assert take("agree", asked, getattr(cast, name)).done == [asked.id]
    assert asked.status is S.MEMBER
    assert cast.bob.kind is AccountKind.ENTERPRISE
    assert mails("bob@example.com") == ["membership_agreed"]


@pytest.mark.parametrize("name", ["bob", "otto", "audrey", "bella"])
def test_nobody_else_agrees(cast, asked, name):
    outcome = take("agree", asked, getattr(cast, name))
    assert outcome.done == []
    assert asked.status is S.REQUESTED


def test_declining_takes_a_reason_that_the_person_reads(cast, asked):
    with pytest.raises(ValueError, match="decline"):
        take("decline", asked, cast.ann, reason="")
    assert take("decline", asked, cast.ann, reason="Not one of us").done
    assert (asked.status, asked.reason) == (S.DECLINED, "Not one of us")
    (mail,) = rows(db.select(Mail).filter_by(recipient="bob@example.com"))
    assert mail.template == "membership_declined"
    assert mail.context["reason"] == "Not one of us"


def test_an_answer_is_given_once(cast, asked):
    assert take("agree", asked, cast.ann).done
    assert take("agree", asked, cast.root).refused == {asked.id: engine.HANDLED}
    names = [e.name for e in rows(db.select(Event).order_by(Event.id))]
    assert names == ["request", "agree"]


def test_a_person_asks_one_enterprise_at_a_time(cast, asked):
    db.session.add(ParkEnterprise(name="Nano Works", credit_code=NANO))
    db.session.flush()
    with pytest.raises(IntegrityError) as conflict:
        entering.enter(cast.bob, NANO)
    words = engine.conflict_words(person_process.memberships["join"].conflicts, conflict.value)
    assert words == person_rules.ACTS_ALREADY


def test_who_withdrew_asks_again(cast, asked):
    assert take("withdraw", asked, cast.bob).done
    assert entering.enter(cast.bob, ACME_CODE).status is S.REQUESTED


def test_the_first_member_removes_others_and_not_the_other_way_round(cast, asked):
    take("agree", asked, cast.ann)
    (ann,) = [row for row in cast.acme.memberships if row.user_id == cast.ann.id]
    assert take("remove", ann, cast.bob, reason="mutiny").done == []
    assert take("remove", ann, cast.ann, reason="myself").done == []
    assert take("remove", asked, cast.ann, reason="left us").done
    assert mails("bob@example.com") == ["membership_agreed", "membership_removed"]
    assert cast.bob.kind is AccountKind.ORDINARY


# --- the page -----------------------------------------------------------------------------------


def page(client, user: User) -> str:
    client.post("/language", data={"locale": "en"})
    return sign_in(client, user).get("/account/enterprise").text


def test_the_page_shows_requests_with_buttons_to_members_only(client, cast, asked):
    url = f"/account/enterprise/{asked.id}"
    shown = page(client, cast.ann)
    assert "Bob" in shown
    assert f"{url}/agree" in shown
    assert f"{url}/decline" in shown
    own = page(client, cast.bob)
    assert "Ann" not in own.replace("Announcements", "")
    assert f"{url}/withdraw" in own
    assert f"{url}/agree" not in own


def test_a_member_agrees_on_the_page(client, cast, asked):
    sign_in(client, cast.ann)
    data = {"version": asked.version}
    assert client.post(f"/account/enterprise/{asked.id}/agree", data=data).status_code == 302
    assert rows(db.select(EnterpriseMembership).filter_by(id=asked.id))[0].status is S.MEMBER


def test_declining_shows_a_form_first(client, cast, asked):
    page(client, cast.ann)
    url = f"/account/enterprise/{asked.id}/decline"
    shown = client.get(url).text
    assert 'name="reason"' in shown
    version = re.search(r'name="version" value="(\d+)"', shown)[1]
    assert "Please fill this in." in client.post(url, data={"reason": " ", "version": version}).text
    data = {"reason": "Not one of us", "version": version}
    assert client.post(url, data=data).status_code == 302
    assert "Not one of us" in page(client, cast.bob)


@pytest.mark.parametrize("name", ["otto", "bella"])
def test_a_foreign_membership_is_not_there(client, cast, asked, name):
    sign_in(client, getattr(cast, name))
    for verb in ("agree", "decline", "remove", "withdraw"):
        url = f"/account/enterprise/{asked.id}/{verb}"
        assert client.post(url, data={"reason": "x"}).status_code == 404
    assert rows(db.select(EnterpriseMembership).filter_by(id=asked.id))[0].status is S.REQUESTED


def test_a_made_up_step_is_not_there(client, cast, asked):
    sign_in(client, cast.ann)
    for verb in ("join", "request", "explode"):
        assert client.post(f"/account/enterprise/{asked.id}/{verb}").status_code == 404


def test_an_ordinary_user_becomes_an_enterprise_user_by_code(client, cast):
    db.session.add(ParkEnterprise(name="Nano Works", credit_code=NANO))
    db.session.commit()
    assert "Become an enterprise user" in page(client, cast.otto)
    answer = client.post("/account/enterprise", data={"credit_code": "9111 0000 6000 3734 1l"})
    assert answer.status_code == 302
    assert "Nano Works" in page(client, cast.otto)
    again = client.post(
        "/account/enterprise", data={"credit_code": ACME_CODE}, follow_redirects=True
    )
    assert "You act for an enterprise already" in again.text


def test_an_unknown_code_is_said_to_be_unknown(client, cast):
    page(client, cast.otto)
    answer = client.post("/account/enterprise", data={"credit_code": NANO})
    assert "register has no enterprise with this credit code" in answer.text
    assert NANO in answer.text


def test_the_page_takes_signing_in(client, cast):
    assert client.get("/account/enterprise").location == "/login?next=/account/enterprise"
