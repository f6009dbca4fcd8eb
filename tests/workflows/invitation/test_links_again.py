"""Links that are old, replayed or written otherwise; invitations of whoever is active elsewhere."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.database import db
from models import Affiliation, Mail, User
from tests.support.applying import english, forget, post, see
from tests.support.cast import Cast
from tests.support.consulting import add, agree, fill_in, invitation_of, link_to, state, step
from tests.support.versions import ids_of

NEWCOMER = {
    "name": "Mo Wen", "password": "a long enough one",
    "password_confirm": "a long enough one", "consent": "y",
}  # fmt: skip
LIST, OWN = "/workbench/consultant/", "/account/consultant"


@pytest.fixture
def unlinked(cast: Cast) -> tuple[int, str]:
    """Otto was certified and unlinked; his affiliation, and the link that he once followed."""
    row_id = add(cast.bridge, cast.bella, "otto@example.com", "Otto")
    assert step("invite", row_id, cast.bella) == ""
    link = link_to("otto@example.com")
    assert agree(link, cast.otto) == ""
    fill_in(cast.otto, cast.law)
    assert step("submit", row_id, cast.otto) == ""
    assert step("approve", row_id, cast.vera) == ""
    assert step("unlink", row_id, cast.bella, hand_over_to=0) == ""
    return row_id, link


def test_the_old_link_links_nobody_after_an_unlink(
    client: FlaskClient, cast: Cast, unlinked: tuple[int, str]
) -> None:
    row_id, old = unlinked
    english(client, cast.otto)
    assert "Accept the invitation" not in see(client, old).text
    assert post(client, old).location == old
    assert "Already handled." in see(client, old).text
    assert state(row_id) == "unlinked"


def test_linked_again_by_a_new_link_and_a_single_yes(
    client: FlaskClient, cast: Cast, unlinked: tuple[int, str]
) -> None:
    row_id, old = unlinked
    assert step("invite", row_id, cast.bella) == ""
    new = link_to("otto@example.com")
    assert new != old
    english(client, cast.otto)
    post(client, old)
    assert state(row_id) == "invited"  # the old one is as dead as before
    assert "not reviewed again" in see(client, new).text
    assert post(client, new).location == OWN
    assert state(row_id) == "linked"  # no form, no review: his certification stands
    forget()
    mails = db.session.query(Mail).filter_by(template="consultant_linked")
    assert {mail.recipient for mail in mails} == {"otto@example.com", "reserved-bridge@example.com"}
    post(client, new)  # replayed
    forget()
    assert db.session.query(Mail).filter_by(template="consultant_linked").count() == 2


def test_a_refused_invitation_after_an_unlink_leaves_him_unlinked(
    client: FlaskClient, cast: Cast, unlinked: tuple[int, str]
) -> None:
    row_id, _old = unlinked
    step("invite", row_id, cast.bella)
    new = link_to("otto@example.com")
    assert step("revoke_return", row_id, cast.bella) == ""
    assert state(row_id) == "unlinked"
    english(client, cast.otto)
    post(client, new)
    assert state(row_id) == "unlinked"


def test_an_address_that_differs_by_case_is_the_same_person(
    client: FlaskClient, app: Flask, cast: Cast
) -> None:
    note = {"name": "Otto", "email": "OTTO@Example.COM", "specialities": [cast.law.id]}
    bella = english(client, cast.bella)
    post(bella, f"{LIST}new/", **note)
    row = db.session.query(Affiliation).order_by(Affiliation.id.desc()).first()
    assert row is not None
    row_id = row.id
    assert (
        "in your list already"
        in post(bella, f"{LIST}new/", **note | {"email": "otto@example.com"}).text
    )
    post(bella, f"{LIST}ask/", verb="invite", ids=ids_of(Affiliation, row_id))
    link = link_to("otto@example.com")
    visitor = english(app.test_client())
    assert "has an account" in see(visitor, link).text  # no second account is offered
    assert post(visitor, f"{link}/register", **NEWCOMER).location == link
    assert post(english(client, cast.otto), link).location == OWN
    assert state(row_id) == "accepted"


def test_who_registers_by_the_link_signs_in_however_he_writes_his_address(
    client: FlaskClient, app: Flask, cast: Cast
) -> None:
    row_id = add(cast.bridge, cast.bella, "mo@example.com")
    step("invite", row_id, cast.bella)
    post(english(client), f"{link_to('mo@example.com')}/register", **NEWCOMER)
    forget()
    assert db.session.query(User).filter_by(email="mo@example.com").count() == 1
    fresh = app.test_client()
    answer = post(fresh, "/login", email="Mo@EXAMPLE.com", password=NEWCOMER["password"])
    assert answer.status_code == 302
    assert see(fresh, OWN).status_code == 200


def test_inviting_the_rivals_consultant_looks_like_inviting_anybody(
    client: FlaskClient, cast: Cast
) -> None:
    """Lin speaks for Bridge. Rita of Rival adds and invites Lin, and somebody unknown."""
    rita = english(client, cast.rita)
    seen = [added_and_invited(rita, one) for one in ("lin@example.com", "nobody@example.com")]
    assert seen[0] == seen[1]
    assert "Bridge" not in str(seen)


def added_and_invited(rita: FlaskClient, address: str) -> list[str]:
    """Return all that Rita reads, without what must differ: the address and numbers."""
    answers = [post(rita, f"{LIST}new/", name="Zoe", email=address)]
    row = db.session.query(Affiliation).order_by(Affiliation.id.desc()).first()
    assert row is not None
    id = str(row.id)
    ids = ids_of(Affiliation, row.id)
    answers.append(post(rita, f"{LIST}ask/", verb="invite", ids=ids, from_list="1"))
    pages = [see(rita, f"{LIST}details/?id={id}"), see(rita, f"{LIST}?q={address}")]
    found = [*(one.location or "" for one in answers), *(told(one.text) for one in pages)]
    unlike = rf'{address}|{quote(address)}|\d+|value="[^"]{{30,}}"'
    return [re.sub(unlike, "#", text) for text in found]


def told(page: str) -> str:
    return page.partition("<main")[2].partition("</main>")[0]


def test_he_is_told_why_and_nobody_else_is(client: FlaskClient, app: Flask, cast: Cast) -> None:
    row_id = add(cast.rival, cast.rita, "lin@example.com", "Lin")
    step("invite", row_id, cast.rita)
    link = link_to("lin@example.com")
    before = db.session.query(Mail).count()
    lin = english(client, cast.lin)
    post(lin, link)
    page = see(lin, link).text
    assert "You speak for another institution at present" in page
    assert "Bridge" not in told(page)
    forget()
    assert db.session.query(Mail).count() == before  # neither institution hears of it
    assert state(row_id) == "invited"
    assert invitation_of(link).status == "sent"  # he may leave, and open it again
    assert step("leave", cast.lins_link.id, cast.lin) == ""
    assert post(english(client, cast.lin), link).location == OWN
    assert state(row_id) == "linked"
