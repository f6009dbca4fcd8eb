"""Registering: ordinary and enterprise users, the mails, and what an outsider can learn."""

from __future__ import annotations

import pytest

from core.database import db
from models import (
    AccountKind,
    Enterprise,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Event,
    Mail,
    ParkEnterprise,
    User,
)
from tests.support.application import rows
from tests.support.cast import ACME_CODE, PASSWORD

NANO = "91110000600037341L"
STRANGER = "A1320594MA1WC8LJ70"


@pytest.fixture
def english(client, cast):
    client.post("/language", data={"locale": "en"})
    db.session.add(ParkEnterprise(name="Nano Works", credit_code=NANO))
    db.session.commit()
    return client


def typed(**changes) -> dict[str, str]:
    return {
        "kind": "ordinary",
        "name": "Nina",
        "email": "Nina@Example.com",
        "phone": "13812345678",
        "password": PASSWORD,
        "password_confirm": PASSWORD,
        "consent": "y",
    } | changes


def enterprise(**changes) -> dict[str, str]:
    return typed(kind="enterprise", credit_code=NANO, enterprise_name="Nano Works") | changes


def mails(recipient: str) -> list[Mail]:
    return rows(db.select(Mail).filter_by(recipient=recipient).order_by(Mail.id))


def find(email: str = "nina@example.com") -> User | None:
    return next(iter(rows(db.select(User).filter_by(email=email))), None)


def confirm(client, email: str = "nina@example.com", password: str = PASSWORD) -> None:
    """Open the latest link that was mailed to `email`, and confirm there."""
    answer = client.post(mails(email)[-1].link, data={"password": password})
    assert answer.status_code == 302, answer.text


def membership(user: User) -> EnterpriseMembership:
    (row,) = rows(db.select(EnterpriseMembership).filter_by(user_id=user.id))
    return row


def test_an_ordinary_user_confirms_by_mail_and_signs_in(english):
    answer = english.post("/register", data=typed())
    assert (answer.status_code, answer.location) == (302, "/login")
    nina = find()
    assert (nina.name, nina.phone, nina.kind) == ("Nina", "13812345678", AccountKind.ORDINARY)
    assert nina.locale == "en"
    assert nina.confirmed_at is None
    (mail,) = mails("nina@example.com")
    assert mail.template == "confirm_email"
    assert mail.link.startswith("/confirm/")
    assert mail.locale == "en"
    sign_in = {"email": "nina@example.com", "password": PASSWORD}
    assert english.post("/login", data=sign_in).status_code == 200

    page = english.get(mail.link)
    assert page.status_code == 200
    assert "nina@example.com" in page.text
    assert find().confirmed_at is None
    assert english.post(mail.link, data={"password": PASSWORD}).location == "/account/"
    assert find().confirmed_at is not None
    assert [m.template for m in mails("nina@example.com")] == ["confirm_email", "welcome"]
    assert english.get("/account/profile").status_code == 200  # whoever confirmed is signed in
    english.post("/logout")
    assert english.post("/login", data=sign_in).status_code == 302
    assert english.get("/account/profile").status_code == 200


def test_a_confirmation_link_works_once_and_a_bent_one_never(english):
    english.post("/register", data=typed())
    (mail,) = mails("nina@example.com")
    assert english.get(mail.link + "x").location == "/confirm"
    assert find().confirmed_at is None
    english.post(mail.link, data={"password": PASSWORD})
    assert english.get(mail.link).location == "/login"
    assert english.post(mail.link, data={"password": PASSWORD}).location == "/login"


def test_another_confirmation_link_can_be_had_and_tells_nothing(english):
    english.post("/register", data=typed())
    english.get("/login")  # shows what registering said
    pages = set()
    for email in ("nina@example.com", "nobody@example.com", "ann@example.com"):
        answer = english.post("/confirm", data={"email": email})
        assert answer.status_code == 200
        pages.add(answer.text.replace(email, ""))
    assert len(pages) == 1
    assert mails("nobody@example.com") == mails("ann@example.com") == []


def test_the_first_person_of_an_enterprise_is_a_member_once_they_confirmed(english):
    answer = english.post("/register", data=enterprise())
    assert answer.location == "/login"
    assert rows(db.select(EnterpriseMembership).filter_by(user_id=find().id)) == []
    assert db.session.scalar(db.select(Enterprise).filter_by(credit_code=NANO)) is None
    confirm(english)
    nina = find()
    assert nina.kind is AccountKind.ENTERPRISE
    joined = membership(nina)
    assert joined.status is EnterpriseMembershipStatus.MEMBER
    assert (joined.enterprise.name, joined.enterprise.credit_code) == ("Nano Works", NANO)
    assert joined.enterprise.remark is None
    events = rows(db.select(Event).filter_by(subject_type="enterprise_membership"))
    assert [(e.name, e.actor_id) for e in events] == [("join", nina.id)]


def test_a_code_typed_wide_and_low_finds_the_enterprise(english):
    english.post("/register", data=enterprise(credit_code=" ９１１１００００６０００３７３４１ｌ "))
    confirm(english)
    assert find().kind is AccountKind.ENTERPRISE


def test_an_unusual_code_and_another_name_are_remarked(english):
    db.session.add(ParkEnterprise(name="Village Farm", credit_code=STRANGER))
    db.session.commit()
    english.post("/register", data=enterprise(credit_code=STRANGER, enterprise_name="The Farm"))
    confirm(english)
    made = db.session.scalar(db.select(Enterprise).filter_by(credit_code=STRANGER))
    assert made.name == "Village Farm"
    assert len(made.remark.splitlines()) == 2
    assert "The Farm" in made.remark


def test_a_second_person_waits_and_the_members_hear_of_it(english, cast):
    english.post("/register", data=enterprise(credit_code=ACME_CODE, enterprise_name="Acme"))
    assert mails("ann@example.com") == []  # of an address that may be anybody's
    confirm(english)
    nina = find()
    assert nina.kind is AccountKind.ORDINARY
    asked = membership(nina)
    assert asked.status is EnterpriseMembershipStatus.REQUESTED
    assert [m.template for m in mails("ann@example.com")] == ["membership_requested"]
    assert mails("root@example.com") == []


def test_an_enterprise_outside_the_park_goes_on_as_an_ordinary_user(english):
    answer = english.post("/register", data=enterprise(credit_code=STRANGER))
    assert answer.status_code == 200
    assert "register has no enterprise with this credit code" in answer.text
    assert 'name="as_ordinary"' in answer.text
    for kept in ("Nina", "Nina@Example.com".lower(), "13812345678"):
        assert f'value="{kept}"' in answer.text
    assert find() is None

    answer = english.post("/register", data=enterprise(credit_code=STRANGER, as_ordinary="1"))
    assert answer.location == "/login"
    assert find().kind is AccountKind.ORDINARY
    assert db.session.scalar(db.select(Enterprise).filter_by(credit_code=STRANGER)) is None


def test_a_known_address_looks_like_a_new_one_and_its_owner_is_told(english, cast):
    before = cast.ann.name
    new = english.post("/register", data=typed())
    known = english.post("/register", data=typed(email="Ann@example.com"))
    assert (known.status_code, known.location) == (new.status_code, new.location)
    assert known.text == new.text
    assert [m.template for m in mails("ann@example.com")] == ["already_registered"]
    assert mails("ann@example.com")[0].link == "/login"
    assert cast.ann.name == before


def test_a_known_address_does_not_join_an_enterprise(english, cast):
    english.post("/register", data=enterprise(email="otto@example.com"))
    assert db.session.scalar(db.select(Enterprise).filter_by(credit_code=NANO)) is None
    assert cast.otto.kind is AccountKind.ORDINARY


def test_who_never_confirmed_registers_anew(english):
    english.post("/register", data=typed())
    english.post(
        "/register", data=typed(password="a different one", password_confirm="a different one")
    )
    assert {m.template for m in mails("nina@example.com")} == {"confirm_email"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"password": "short", "password_confirm": "short"}, "at least 10 characters"),
        ({"password_confirm": "another one"}, "The two passwords differ."),
        ({"email": "nina"}, "Give an e-mail address"),
        ({"email": ""}, "Please give your e-mail address."),
        ({"name": ""}, "Please fill this in."),
        ({"phone": "12"}, "Give a mobile or telephone number"),
        ({"consent": ""}, "Registering needs your consent."),
        ({"kind": "enterprise", "credit_code": "123", "enterprise_name": "X"}, "18 characters"),
        (
            {"kind": "enterprise", "credit_code": NANO, "enterprise_name": ""},
            "Please fill this in.",
        ),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(english, changes, told):
    if changes.get("consent") == "":
        data = typed()
        del data["consent"]
    else:
        data = typed(**changes)
    answer = english.post("/register", data=data)
    assert answer.status_code == 200
    assert told in answer.text
    assert data["name"] in answer.text
    assert find() is None


def test_a_role_cannot_be_typed(english):
    english.post(
        "/register", data=typed(role="administrator", active="1", confirmed_at="2020-01-01")
    )
    assert find().role is None
    assert find().confirmed_at is None


def test_a_password_longer_than_the_hasher_reads_is_refused(english):
    answer = english.post("/register", data=typed(password="x" * 5000, password_confirm="x" * 5000))
    assert "A password has at most 128 characters" in answer.text
    assert find() is None


def test_the_first_sign_in_leads_to_where_the_person_was_going(english):
    going = "/demands/new?institution=1"
    english.post("/register", data=typed(next=going))
    answer = english.post(mails("nina@example.com")[0].link, data={"password": PASSWORD})
    assert answer.location == going
    english.post("/logout")
    answer = english.post("/login", data={"email": "nina@example.com", "password": PASSWORD})
    assert answer.location == "/"  # once


@pytest.mark.parametrize("email", ["nina@example.com", "ann@example.com"])
def test_the_way_tells_no_known_address_and_leads_nowhere_else(english, email):
    english.post("/register", data=typed(email=email, next="/ranking"))
    with english.session_transaction() as session:
        assert session["wanted"] == "/ranking"
        session.pop("wanted")
    english.post("/register", data=typed(email=email, next="https://evil.example/"))
    with english.session_transaction() as session:
        assert "wanted" not in session
