"""Whoever registers the address of somebody else first gets nothing out of it.

Seen: the link in the mail confirmed by GET and by HEAD; and the owner's own registration silently
dropped their password, so that their click activated the account of whoever came before.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from core import clock
from core.database import db
from models import Consent, Enterprise, Mail, ParkEnterprise, PlatformRole, Registration, User
from tests.support.application import rows
from workflows.person import registering

ADDRESS = "owner@firm.example"
THEIRS, OWN = "password of somebody else", "password of the owner"
NANO = "91110000600037341L"


@pytest.fixture
def visitor(client, cast):
    client.post("/language", data={"locale": "en"})
    db.session.add(ParkEnterprise(name="Nano Works", credit_code=NANO))
    db.session.commit()
    return client


def register(client, password: str, **changes: str):
    data = {
        "kind": "ordinary", "name": "Somebody", "email": ADDRESS, "phone": "13812345678",
        "password": password, "password_confirm": password, "consent": "y",
    }  # fmt: skip
    return client.post("/register", data=data | changes)


def links() -> list[str]:
    query = sa.select(Mail).where(Mail.recipient == ADDRESS, Mail.template == "confirm_email")
    return [mail.link for mail in rows(query.order_by(Mail.id))]


def found() -> User | None:
    return next(iter(rows(sa.select(User).where(User.email == ADDRESS))), None)


def test_opening_the_link_confirms_nothing(visitor):
    register(visitor, THEIRS)
    (link,) = links()
    for method in ("GET", "HEAD"):
        assert visitor.open(link, method=method).status_code == 200
        assert found().confirmed_at is None
    assert visitor.post(link).status_code == 200  # without the password
    assert visitor.post(link, data={"password": "guessed it"}).status_code == 200
    assert found().confirmed_at is None
    assert visitor.get("/account/").status_code == 302


def test_the_button_confirms_after_the_password_and_signs_in(visitor):
    register(visitor, OWN)
    (link,) = links()
    assert "the one that you chose" in visitor.get(link).text.lower()
    assert visitor.post(link, data={"password": OWN}).location == "/account/"
    assert found().confirmed_at is not None
    assert visitor.get("/account/").status_code == 200
    assert visitor.get(link).location == "/login"  # once


def test_the_owner_replaces_what_a_stranger_registered(visitor):
    register(visitor, THEIRS, kind="enterprise", credit_code=NANO, enterprise_name="Nano Works")
    (former,) = links()
    stranger = found().id
    assert len(rows(sa.select(Registration))) == 1

    answer = register(visitor, OWN, name="Olga Owner", phone="13900001111")
    assert (answer.status_code, answer.location) == (302, "/login")
    owner = found()
    assert (owner.name, owner.phone) == ("Olga Owner", "13900001111")
    assert rows(sa.select(Registration)) == []  # nor do they join what the stranger named
    assert len(rows(sa.select(Consent).where(Consent.user_id == owner.id))) == 2
    assert len(rows(sa.select(User).where(User.email == ADDRESS))) == 1

    _, latest = links()
    assert visitor.get(former).location == "/confirm"  # the old link is void
    assert visitor.post(former, data={"password": THEIRS}).location == "/confirm"
    assert visitor.post(latest, data={"password": THEIRS}).status_code == 200
    assert found().confirmed_at is None
    assert visitor.post(latest, data={"password": OWN}).location == "/account/"
    assert rows(sa.select(Enterprise).where(Enterprise.credit_code == NANO)) == []
    assert stranger  # and their row is gone
    data = {"email": ADDRESS, "password": THEIRS}
    visitor.post("/logout")
    assert visitor.post("/login", data=data).status_code == 200


def test_a_stranger_does_not_replace_who_confirmed(visitor):
    register(visitor, OWN)
    visitor.post(links()[0], data={"password": OWN})
    visitor.post("/logout")
    register(visitor, THEIRS, name="Mallory")
    assert found().name == "Somebody"
    assert len(links()) == 1
    assert visitor.post("/login", data={"email": ADDRESS, "password": OWN}).status_code == 302


def test_the_answer_to_strangers_is_the_same_as_ever(visitor):
    pages = set()
    for email in (ADDRESS, ADDRESS, "ann@example.com", "nobody@firm.example"):
        answer = register(visitor, THEIRS, email=email)
        pages.add((answer.status_code, answer.location, answer.text.replace(email, "")))
        said = visitor.get("/login").text  # shows what registering said
        pages.add(said.partition("<main")[2].partition("<form")[0].replace(email, ""))
    assert len(pages) == 2


def test_unconfirmed_accounts_are_forgotten_after_five_days(visitor, cast):
    register(visitor, THEIRS)
    kept = User(
        email="staff@park.example", name="Staff", fs_uniquifier="s" * 32, active=True,
        role=PlatformRole.REVIEWER,
    )  # fmt: skip
    db.session.add(kept)
    db.session.commit()
    at = clock.now()
    assert registering.forget_overdue(at + timedelta(days=4, hours=23)) == 0
    assert found() is not None
    assert registering.forget_overdue(at + timedelta(days=5, minutes=1)) == 1
    assert found() is None
    assert rows(sa.select(Mail).where(Mail.recipient == ADDRESS)) == []
    assert {"ann@example.com", "staff@park.example"} <= {one.email for one in rows(sa.select(User))}


def test_one_who_stands_in_the_journal_stays_there_without_a_name(visitor, cast):
    register(visitor, THEIRS)
    from models import EventName
    from workflows import engine

    user = found()
    engine.note(user, EventName.IDENTITY_LINKED, user)
    db.session.commit()
    id = user.id
    assert registering.forget_overdue(clock.now() + timedelta(days=6)) == 1
    (left,) = rows(sa.select(User).where(User.id == id))
    assert (left.name, left.password, left.active) == ("***", None, False)
    assert ADDRESS not in left.email
    register(visitor, OWN)
    assert found().id != id
