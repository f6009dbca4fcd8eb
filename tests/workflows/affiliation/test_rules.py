"""The way of a consultant to an institution, by the rules alone."""

from __future__ import annotations

import pytest

from core.database import db
from models import Affiliation, Consultant, ConsultantStatus, Institution, Invitation, Mail
from tests.support.applying import forget
from tests.support.consulting import add, agree, fill_in, invitation_of, link_to, state, step


@pytest.fixture
def invited(app, cast) -> int:
    """Bella has invited Otto, whom she wrote down with an address of her own spelling."""
    row_id = add(cast.bridge, cast.bella, "Otto@Example.COM".lower())
    assert step("invite", row_id, cast.bella) == ""
    return row_id


def test_the_whole_way(cast, invited):
    assert state(invited) == "invited"
    assert agree(link_to("otto@example.com"), cast.otto) == ""
    assert state(invited) == "accepted"
    assert "marked as required" in step("submit", invited, cast.otto)
    fill_in(cast.otto, cast.law)
    assert step("submit", invited, cast.otto) == ""
    assert step("return", invited, cast.vera, reason="A scan.", remarks={"photo": "Dark."}) == ""
    assert step("submit", invited, cast.otto) == ""
    assert step("approve", invited, cast.vera) == ""
    assert state(invited) == "linked"
    row = db.session.get_one(Affiliation, invited)
    assert row.linked_at is not None
    assert row.consultant.status is ConsultantStatus.CERTIFIED
    assert row.consultant.user_id == cast.otto.id
    told = [(mail.template, mail.recipient) for mail in db.session.query(Mail).order_by(Mail.id)]
    assert told == [
        ("consultant_invited", "otto@example.com"),
        ("consultant_accepted", "reserved-bridge@example.com"),
        ("consultant_received", "otto@example.com"),
        ("consultant_waiting", "root@example.com"),
        ("consultant_waiting", "vera@example.com"),
        ("consultant_returned", "otto@example.com"),
        ("consultant_returned", "reserved-bridge@example.com"),
        ("consultant_received", "otto@example.com"),
        ("consultant_waiting", "root@example.com"),
        ("consultant_waiting", "vera@example.com"),
        ("consultant_approved", "otto@example.com"),
        ("consultant_approved", "reserved-bridge@example.com"),
    ]


def test_who_may_take_which_step(cast, invited):
    for stranger in (cast.rita, cast.otto):
        assert step("invite", invited, stranger) == "missing"
    assert step("invite", invited, cast.stan) == "You may not do this."  # on the staff, no owner
    assert step("accept", invited, cast.bella) == "You may not do this."
    agree(link_to("otto@example.com"), cast.otto)
    fill_in(cast.otto, cast.law)
    assert step("submit", invited, cast.bella) == "You may not do this."
    step("submit", invited, cast.otto)
    for actor in (cast.bella, cast.otto, cast.audrey):
        assert step("approve", invited, actor) == "You may not do this."
    assert step("reject", invited, cast.root, reason="No licence.") == ""
    assert db.session.get_one(Affiliation, invited).reason == "No licence."


def test_inviting_again_kills_the_old_link(cast, invited):
    old = link_to("otto@example.com")
    assert step("invite", invited, cast.bella) == ""
    new = link_to("otto@example.com")
    assert new != old
    assert agree(old, cast.otto) == "Already handled."
    assert state(invited) == "invited"
    assert agree(new, cast.otto) == ""
    assert agree(new, cast.otto) == "Already handled."  # replayed


def test_an_invitation_taken_back_opens_nothing(cast, invited):
    link = link_to("otto@example.com")
    assert step("revoke", invited, cast.bella) == ""
    assert state(invited) == "added"
    assert agree(link, cast.otto) == "Already handled."
    step("invite", invited, cast.bella)
    sent = invitation_of(link_to("otto@example.com"))
    assert step("revoke", sent.id, cast.bella, Invitation) == ""  # from the list of invitations
    assert state(invited) == "added"


def test_a_revoked_institution_invites_nobody_any_more(cast, invited):
    assert step("revoke", cast.bridge.id, cast.root, Institution, reason="It was true.") == ""
    assert state(invited) == "added"


def test_the_rivals_consultant_is_refused_in_words_for_him_alone(cast, app):
    """Rita learns nothing: not that Lin has an account, and not where she is."""
    row_id = add(cast.rival, cast.rita, "lin@example.com", "Lin")
    assert step("invite", row_id, cast.rita) == ""
    link = link_to("lin@example.com")
    assert "speak for another institution" in agree(link, cast.lin)
    assert state(row_id) == "invited"
    row = db.session.get_one(Affiliation, row_id)
    assert row.consultant.user_id is None
    assert row.consultant.status is ConsultantStatus.UNCERTIFIED
    assert {mail.recipient for mail in db.session.query(Mail)} == {"lin@example.com"}
    assert db.session.get_one(Affiliation, cast.lins_link.id).status == "linked"


def test_who_has_a_profile_keeps_it_and_the_note_is_forgotten(cast, app):
    lins_link = cast.lins_link
    own_id, lins_link_id = lins_link.consultant_id, lins_link.id
    db.session.execute(
        db.update(Affiliation).where(Affiliation.id == lins_link_id).values(status="unlinked")
    )
    db.session.commit()
    row_id = add(cast.rival, cast.rita, "lin@example.com", "L. as Rita calls her")
    note_id = db.session.get_one(Affiliation, row_id).consultant_id
    step("invite", row_id, cast.rita)
    assert agree(link_to("lin@example.com"), cast.lin) == ""
    assert state(row_id) == "linked"  # her certification stands: she only accepts
    assert db.session.get_one(Affiliation, row_id).consultant_id == own_id
    assert db.session.get(Consultant, note_id) is None
    # the number of the note is given to nobody else: its past is not theirs
    assert db.session.get_one(Affiliation, add(cast.bridge, cast.bella, "x@x.cn")).id > row_id
    newest = db.session.query(Consultant).order_by(Consultant.id.desc()).first()
    assert newest is not None
    assert newest.id > note_id


def test_one_institution_at_a_time_while_it_is_under_way(cast, invited):
    other = add(cast.rival, cast.rita, "otto@example.com")
    step("invite", other, cast.rita)
    second = link_to("otto@example.com")
    sent = db.session.query(Invitation).filter_by(affiliation_id=invited).one()
    assert step("agree", sent.id, cast.otto, Invitation) == ""
    assert "under way" in agree(second, cast.otto)
    assert step("step_back", invited, cast.otto) == ""
    assert agree(second, cast.otto) == ""
    assert state(other) == "accepted"


@pytest.mark.parametrize(
    ("who", "words"),
    [("vera", "own staff"), ("rita", "workbench of another")],
)
def test_who_cannot_be_a_consultant(cast, app, who, words):
    row_id = add(cast.bridge, cast.bella, f"{who}@example.com")
    step("invite", row_id, cast.bella)
    assert words in agree(link_to(f"{who}@example.com"), getattr(cast, who))
    assert state(row_id) == "invited"


def test_an_owner_may_be_a_consultant_of_the_house(cast, app):
    row_id = add(cast.bridge, cast.bella, "bella@example.com")
    step("invite", row_id, cast.bella)
    assert agree(link_to("bella@example.com"), cast.bella) == ""


def test_a_suspended_institution_takes_nobody_on(cast, invited):
    link = link_to("otto@example.com")
    step("suspend", cast.bridge.id, cast.root, Institution, reason="A complaint.")
    assert "While suspended" in step("invite", invited, cast.bella)
    assert "at present" in agree(link, cast.otto)
    forget()
