"""Colleagues: the link, its limits, and the people of a workbench."""

from __future__ import annotations

import hashlib
import re
import threading
from datetime import timedelta

import pytest

import access
from core.clock import frozen, now
from core.database import db
from models import (
    Institution,
    Invitation,
    InvitationStatus,
    Mail,
    Membership,
    MembershipRole,
    Notification,
    User,
)
from tests.support.applying import english, forget, post, see
from workflows import engine
from workflows.institution import staff
from workflows.invitation import rules as invitation_rules
from workflows.invitation import sending

S = InvitationStatus


def link(email: str) -> str:
    """The path in the newest mail to `email`."""
    forget()
    mails = db.session.query(Mail).filter_by(recipient=email).order_by(Mail.id.desc())
    return mails.first().link


@pytest.fixture
def invited(app, cast) -> str:
    """Bella has invited Otto, writing his address her own way."""
    sending.invite(cast.bridge, " Otto@Example.COM ", cast.bella)
    db.session.commit()
    return link("otto@example.com")


def held(user: User) -> Membership | None:
    forget()
    return db.session.query(Membership).filter_by(user_id=user.id).one_or_none()


def status() -> InvitationStatus:
    forget()
    return db.session.query(Invitation).order_by(Invitation.id.desc()).first().status


def test_only_the_hash_of_the_token_is_stored(invited):
    token = invited.removeprefix("/invitations/")
    assert re.fullmatch(r"[\w-]{43}", token)
    row = db.session.query(Invitation).one()
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert row.expires_at > now() + timedelta(days=13)
    assert db.session.query(Notification).count() == 0  # the link stands in the mail alone


def test_looking_uses_nothing_up_and_accepting_opens_the_workbench(client, cast, invited):
    english(client, cast.otto)
    for _ in range(3):
        page = see(client, invited)
        assert page.status_code == 200
        assert "Bridge Law" in page.text
        assert "Accept the invitation" in page.text
    assert status() is S.SENT
    answer = post(client, invited)
    assert answer.location == "/workbench/"
    row = held(cast.otto)
    assert (row.active, row.role, row.institution.name) == (
        True,
        MembershipRole.STAFF,
        "Bridge Law",
    )
    assert status() is S.ACCEPTED
    assert "You accepted this invitation." in see(client, invited).text
    assert engine.history(cast.bridge)[-1].changes == {"staff": [None, "Otto"]}


def test_the_link_works_once(client, cast, invited):
    english(client, cast.otto)
    post(client, invited)
    staff.remove(held(cast.otto), cast.bella)
    db.session.commit()
    post(client, invited)  # the same link again
    assert held(cast.otto).active is False
    english(client, cast.ann)
    assert "used already" in see(client, invited).text


def test_a_visitor_is_shown_the_way_and_comes_back(client, invited):
    page = see(english(client), invited)
    assert page.status_code == 200
    assert "o***@example.com" in page.text
    assert "otto@example.com" not in page.text
    assert 'name="register"' not in page.text.partition("<main")[2]  # the address has an account
    # the way to sign in is without the secret
    assert post(client, f"{invited}/open").location == "/login?next=/invitations/"
    assert post(client, invited).location == invited  # which shows the way to sign in
    assert status() is S.SENT
    assert client.get("/invitations/").location == invited  # this browser opened it
    assert client.get("/invitations/").location == "/account/"  # asked for once


def test_another_account_is_refused_with_an_explanation(client, cast, invited):
    english(client, cast.ann)
    page = see(client, invited).text
    assert "another address" in page
    assert "Accept the invitation" not in page
    answer = post(client, invited)
    assert answer.location == invited  # where it says why
    assert held(cast.ann) is None
    assert status() is S.SENT


def test_an_invitation_expires(client, cast, invited):
    english(client, cast.otto)
    with frozen(now() + timedelta(days=14, minutes=1)):
        assert "has expired" in see(client, invited).text
        post(client, invited)
        assert held(cast.otto) is None
    with frozen(now() + timedelta(days=13)):
        post(client, invited)
        assert held(cast.otto).active


def test_a_new_invitation_revokes_the_old(client, cast, invited):
    sending.invite(cast.bridge, "otto@example.com", cast.bella)
    db.session.commit()
    newer = link("otto@example.com")
    assert newer != invited
    english(client, cast.otto)
    assert "taken back" in see(client, invited).text
    post(client, invited)
    assert held(cast.otto) is None
    post(client, newer)
    assert held(cast.otto).active


def test_a_revoked_invitation_opens_nothing(client, cast, invited):
    row = db.session.query(Invitation).one()
    assert [s.name for s in engine.allowed(row, cast.bella)] == ["revoke"]
    assert engine.perform(Invitation, "revoke", [row.id], cast.rita).missing == [row.id]
    assert engine.perform(Invitation, "revoke", [row.id], cast.bella).done == [row.id]
    db.session.commit()
    post(english(client, cast.otto), invited)
    assert held(cast.otto) is None


def test_unknown_links(client, cast):
    english(client, cast.otto)
    for path in ("/invitations/19", "/invitations/x" * 3, "/invitations/" + "a" * 4000):
        assert see(client, path).status_code == 404
        assert post(client, path).status_code == 404


def test_who_works_elsewhere_is_told_to_leave_first(client, cast):
    sending.invite(cast.bridge, "rita@example.com", cast.bella)
    db.session.commit()
    path = link("rita@example.com")
    english(client, cast.rita)
    assert "Leave that one" in see(client, path).text
    post(client, path)
    assert held(cast.rita).institution.name == "Rival Tax"
    assert status() is S.SENT


def test_who_may_invite_and_whom(app, cast):
    for stranger in (cast.stan, cast.rita, cast.vera, cast.otto):
        with pytest.raises(PermissionError):
            sending.invite(cast.bridge, "x@example.com", stranger)
    with pytest.raises(ValueError, match=str(invitation_rules.HERE_ALREADY)):
        sending.invite(cast.bridge, "STAN@example.com", cast.bella)


def test_a_suspended_institution_still_takes_its_people_and_a_revoked_none(client, cast, invited):
    bridge = cast.bridge
    engine.perform(Institution, "suspend", [bridge.id], cast.root, reason="A complaint.")
    db.session.commit()
    english(client, cast.otto)
    assert "Accept the invitation" in see(client, invited).text
    forget()
    engine.perform(Institution, "revoke", [bridge.id], cast.root, reason="It was true.")
    db.session.commit()
    assert "taken back" in see(client, invited).text
    post(client, invited)
    assert held(cast.otto) is None


@pytest.mark.connections
def test_of_two_who_press_at_once_one_joins(app, cast, invited):
    user_id, row_id = cast.otto.id, db.session.query(Invitation).one().id
    forget()
    db.session.remove()
    gate, outcomes = threading.Barrier(2), []

    def accept() -> None:
        with app.app_context():
            user = db.session.get(User, user_id)
            db.session.rollback()
            gate.wait()
            outcome = engine.perform(Invitation, "accept", [row_id], user)
            db.session.commit()
            outcomes.append((outcome.done, [str(w) for w in outcome.refused.values()]))
            db.session.remove()

    threads = [threading.Thread(target=accept) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done for done, _why in outcomes) == [[], [row_id]]
    assert db.session.query(Membership).filter_by(user_id=user_id).count() == 1


def test_the_last_owner_stays(app, cast):
    bella, stan = held(cast.bella), held(cast.stan)
    assert str(staff.remove(bella, cast.bella)) == str(staff.LAST_OWNER)
    assert str(staff.remove(bella, cast.stan)) == str(engine.NOT_YOURS)
    assert str(staff.promote(stan, cast.stan)) == str(engine.NOT_YOURS)
    assert str(staff.promote(stan, cast.rita)) == str(engine.NOT_YOURS)
    assert staff.promote(stan, cast.bella) is None
    assert str(staff.promote(stan, cast.bella)) == str(staff.OWNER_ALREADY)
    assert staff.remove(bella, cast.stan) is None
    assert str(staff.remove(stan, cast.stan)) == str(staff.LAST_OWNER)
    names = [event.name for event in engine.history(cast.bridge)]
    assert names == ["owner_made", "staff_removed", "edit"]


def test_who_is_removed_sees_nothing_more_even_if_he_once_applied(client, cast):
    bella, stan = held(cast.bella), held(cast.stan)
    staff.promote(stan, cast.bella)
    staff.remove(bella, cast.stan)
    db.session.commit()
    forget()
    assert cast.bridge.applicant.name == "Stan"
    assert access.institution_ids(cast.bella) == frozenset()
    query = access.visible(cast.bella, Institution).where(Institution.id == cast.bridge.id)
    assert db.session.scalar(query) is None
    assert "You work for" not in see(english(client, cast.bella)).text


def test_staff_may_leave_and_be_invited_again(client, cast):
    stan = held(cast.stan)
    assert staff.remove(stan, cast.stan) is None
    assert str(staff.remove(stan, cast.bella)) == str(engine.GONE)
    sending.invite(cast.bridge, "stan@example.com", cast.bella)
    db.session.commit()
    post(english(client, cast.stan), link("stan@example.com"))
    assert held(cast.stan).active
