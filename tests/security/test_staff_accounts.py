"""Accounts of staff: invited with a link of 72 hours, renewed, signed out and disabled on record.

Seen before: there was no way to make one in the interface; somebody registered as a customer first.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from core import clock
from core.database import db
from models import Duty, Event, Mail, PlatformRole, StaffInvitation, User
from tests.support.application import rows, sign_in
from tests.support.applying import english, forget, post, see
from tests.support.cast import Cast
from tests.support.staff import holder
from workflows.person import leaving, roles, staff_accounts

GOOD = "violet anchor tidy gravel"
INVITE = "/admin/user/invite/"


def invited(cast: Cast, role: PlatformRole = PlatformRole.REVIEWER) -> User:
    user = staff_accounts.invite("New@Example.com", "Nan", role, cast.root)
    db.session.commit()
    return user


def link() -> str:
    """Return the path in the newest invitation by mail."""
    mails = rows(sa.select(Mail).filter_by(template="staff_account").order_by(Mail.id.desc()))
    return str(mails[0].link)


def names(user: User) -> list[str]:
    found = sa.select(Event).filter_by(subject_type="user", subject_id=user.id).order_by(Event.id)
    return [event.name for event in rows(found)]


def test_an_administrator_invites_and_the_person_chooses_a_password(
    client: Any, cast: Cast
) -> None:
    english(client, cast.root)
    answer = post(client, INVITE, email="New@Example.com", name="Nan", role="reviewer")
    assert answer.status_code == 302
    (user,) = rows(sa.select(User).filter_by(email="new@example.com"))
    assert (user.role, user.password, user.confirmed_at) == (PlatformRole.REVIEWER, None, None)
    page = see(client, answer.location).text
    assert "No password was chosen yet" in page
    client.post("/logout")
    forget()
    english(client)
    path = link()
    assert "Choose your password" in see(client, path).text
    assert client.head(path).status_code == 200
    (user,) = rows(sa.select(User).filter_by(email="new@example.com"))
    assert (user.password, user.confirmed_at) == (None, None)  # looking changes nothing
    short = post(client, path, password="short", password_confirm="short")
    assert "at least 12 characters" in short.text
    assert (
        "The two passwords differ."
        in post(client, path, password=GOOD, password_confirm="other").text
    )
    assert post(client, path, password=GOOD, password_confirm=GOOD).location.startswith("/login")
    assert "This link is no longer valid" in see(client, path).text
    entered = client.post("/login", data={"email": "new@example.com", "password": GOOD})
    assert entered.status_code == 302
    assert names(user)[:4] == ["create", "edit", "staff_invited", "staff_accepted"]


@pytest.mark.parametrize("name", ["vera", "audrey", "ann"])
def test_nobody_else_invites_renews_disables_or_signs_out(
    client: Any, cast: Cast, name: str
) -> None:
    user = invited(cast)
    english(client, getattr(cast, name))
    assert see(client, INVITE).status_code == 403
    assert see(client, f"/admin/user/disable/?id={user.id}").status_code == 403
    for action in ("invite", "renew", "disable", "enable", "end-sessions"):
        sent = {"id": user.id, "email": "x@example.com", "name": "x", "role": "administrator"}
        assert post(client, f"/admin/user/{action}/", **sent).status_code == 403, action
    assert rows(sa.select(User).filter_by(email="x@example.com")) == []


def test_a_known_address_is_refused_in_words(client: Any, cast: Cast) -> None:
    english(client, cast.root)
    answer = post(client, INVITE, email="otto@example.com", name="Otto", role="reviewer")
    assert "This address has an account already" in answer.text
    assert cast.otto.role is None
    assert "Choose a role." in post(client, INVITE, email="a@example.com", name="A").text
    assert (
        "Give an e-mail address" in post(client, INVITE, email="x", name="A", role="reviewer").text
    )


def test_the_link_ends_after_72_hours_and_can_be_renewed(client: Any, cast: Cast) -> None:
    user = invited(cast)
    old = link()
    (row,) = rows(sa.select(StaffInvitation))
    assert row.expires_at - row.sent_at == timedelta(hours=72)
    row.expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    english(client)
    assert "This link is no longer valid" in see(client, old).text
    assert "no longer valid" in post(client, old, password=GOOD, password_confirm=GOOD).text
    english(client, cast.root)
    assert "the link has expired" in see(client, f"/admin/user/details/?id={user.id}").text
    post(client, "/admin/user/renew/", id=user.id)
    new = link()
    assert new != old
    assert "Choose your password" in see(client, new).text
    assert "This link is no longer valid" in see(client, old).text


@pytest.mark.parametrize("change", ["role", "disable"])
def test_the_link_is_worth_nothing_once_the_role_is_taken_back(
    client: Any, cast: Cast, change: str
) -> None:
    user = invited(cast)
    if change == "role":
        roles.set_role(user, None, cast.root)
    else:
        roles.disable(user, cast.root)
    db.session.commit()
    answer = post(english(client), link(), password=GOOD, password_confirm=GOOD)
    assert "This link is no longer valid" in answer.text
    assert rows(sa.select(User.password).filter_by(id=user.id)) == [None]


def test_the_token_stands_nowhere(client: Any, cast: Cast) -> None:
    invited(cast)
    token = link().rpartition("/")[2]
    (row,) = rows(sa.select(StaffInvitation))
    assert token not in repr(vars(row))
    english(client, cast.root)
    for page in ("/admin/user/", "/admin/mail/", "/admin/event/"):
        assert token not in see(client, page).text


def test_sessions_are_ended_on_record(app: Any, client: Any, cast: Cast) -> None:
    theirs = sign_in(app.test_client(), cast.vera)
    assert theirs.get("/admin/").status_code == 200
    english(client, cast.root)
    post(client, "/admin/user/end-sessions/", id=cast.vera.id)
    forget()
    assert theirs.get("/admin/").status_code == 302
    assert names(cast.vera) == ["sessions_ended"]


def test_what_waits_is_shown_before_an_account_is_disabled(client: Any, cast: Cast) -> None:
    english(client, cast.root)
    page = see(client, f"/admin/user/disable/?id={cast.vera.id}").text
    assert "Nothing that nobody else would do." in page
    page = re.sub(r"\s+", " ", see(client, f"/admin/user/disable/?id={cast.bella.id}").text)
    assert "Institutions of which they are the only owner" in page
    assert rows(sa.select(User.active).filter_by(id=cast.bella.id)) == [True]
    keeper = holder(Duty.PEOPLE)
    found = [str(row.what) for row in leaving.waiting(cast.root)]
    assert len(found) == 3  # content, system, sanctions; others hold the rest
    assert not any("人员" in words for words in found)
    assert leaving.waiting(keeper) == []
