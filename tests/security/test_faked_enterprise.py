"""An accomplice cannot speak for an enterprise: nobody confirms or rates before they are verified.

Seen: a public credit code and an invented address made a "member" at once and the real person
"requested"; the accomplice confirmed an invented deal of 980,000, reviewers read "confirmed by the
enterprise", and a five-star review followed.
"""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
import sqlalchemy as sa

import access
from access import row_guard
from accounts import identities
from core import clock
from core.database import db
from models import (
    Confirmation,
    ConfirmationStatus,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Event,
    Mail,
    ParkEnterprise,
    Review,
    SiteSetting,
    User,
    Verification,
    VerificationStatus,
    VerifiedHow,
)
from tests.support.application import csrf_off, rows, sign_in
from tests.support.demands import at_state, post_demand
from tests.support.transactions import filed
from tests.support.versions import ids_of
from workflows import engine
from workflows.confirmation import answering
from workflows.person import entering
from workflows.verification import codes

NANO = "91110000600037341L"
MEMBER, REQUESTED = EnterpriseMembershipStatus.MEMBER, EnterpriseMembershipStatus.REQUESTED
PDF = b"%PDF-1.4\n1 0 obj <</Type /Page>> endobj\n%%EOF\n"


@pytest.fixture
def otto(app, cast, client) -> User:
    """The first person of an enterprise, by a code that stands on the internet."""
    csrf_off(app)
    client.post("/language", data={"locale": "en"})
    db.session.add(
        ParkEnterprise(name="Nano Works", credit_code=NANO, legal_person="Wei", address="Hall 9")
    )
    db.session.flush()
    entering.enter(cast.otto, NANO)
    db.session.commit()
    return cast.otto


def membership(user: User) -> EnterpriseMembership:
    (row,) = rows(sa.select(EnterpriseMembership).where(EnterpriseMembership.user_id == user.id))
    return row


def unverified(cast) -> None:
    """Let ann of Acme be as a first person is before anybody has looked."""
    row = membership(cast.ann)
    row.verified_at = row.verified_how = None
    db.session.commit()


def verification() -> Verification:
    return rows(sa.select(Verification).order_by(Verification.id.desc()))[0]


def test_the_first_person_is_a_member_who_speaks_for_nobody(otto, cast):
    row = membership(otto)
    assert (row.status, row.verified_at) == (MEMBER, None)
    assert access.enterprise_ids(otto) == {row.enterprise_id}
    assert access.verified_enterprise_ids(otto) == frozenset()


def test_who_is_not_verified_sees_confirms_and_rates_no_deal(app, client, cast):
    csrf_off(app)
    unverified(cast)
    deal = filed(cast)
    db.session.commit()
    (asked,) = rows(sa.select(Confirmation))
    assert asked.status is ConfirmationStatus.ASKED
    links = sa.select(Mail.recipient).where(Mail.template == "confirmation_asked")
    assert rows(links) == []  # nor does the link to confirm reach them
    assert answering.answer(asked, "confirm", cast.ann) is not None
    client.post("/language", data={"locale": "en"})
    client = sign_in(client, cast.ann)
    assert client.get(f"/account/transactions/{deal.id}").status_code == 404
    assert client.post(f"/account/transactions/{deal.id}/confirm").status_code == 404
    assert rows(sa.select(Confirmation.status)) == [ConfirmationStatus.ASKED]

    engine.perform(type(deal), "approve", [deal.id], cast.vera)
    db.session.commit()
    review = rows(sa.select(Review).where(Review.side == "enterprise"))[0]
    assert sign_in(client, cast.ann).get(f"/account/reviews/{review.id}").status_code == 404
    assert "not verified for your enterprise" in client.get("/account/reviews").text
    step = engine.PROCESSES[Review]["rate_institution"]
    assert engine.why_not(step, review, cast.ann) is not None

    # once they are verified, all of it opens
    row = membership(cast.ann)
    row.verified_at, row.verified_how = clock.now(), VerifiedHow.LICENCE
    db.session.commit()
    assert engine.why_not(step, review, cast.ann) is None
    assert answering.answer(asked, "confirm", cast.ann) is None


def test_a_demand_is_posted_with_a_mark_where_the_setting_allows(app, client, cast):
    csrf_off(app)
    unverified(cast)
    demand = post_demand(cast)
    page = f"/workbench/demand/details/?id={demand.id}"
    db.session.commit()
    client.post("/language", data={"locale": "en"})
    words = "may speak for the enterprise"
    assert words in sign_in(client, cast.bella).get(page).text
    assert words in sign_in(client, cast.root).get(page.replace("workbench", "admin")).text
    assert sign_in(client, cast.ann).get(f"/account/demands/{demand.id}").status_code == 200

    demand = at_state(post_demand(cast), cast, "outcome")
    assert engine.perform(type(demand), "confirm", [demand.id], cast.ann).done == []
    db.session.commit()

    db.session.add(SiteSetting(key="unverified_may_post", value=""))
    db.session.commit()
    answer = sign_in(client, cast.ann).get(f"/demands/new?institution={cast.bridge.id}")
    assert "You are not verified yet for your enterprise" in answer.text
    with pytest.raises(PermissionError):
        post_demand(cast)
    db.session.rollback()

    row = membership(cast.ann)
    row.verified_at, row.verified_how = clock.now(), VerifiedHow.LICENCE
    db.session.commit()
    assert words not in sign_in(client, cast.bella).get(page).text
    outcome = engine.perform(type(demand), "confirm", [demand.id], cast.ann)
    assert len(outcome.done) == 1


def test_later_people_are_decided_on_by_who_is_verified(otto, cast, client):
    asked = entering.enter(cast.dora, NANO)
    db.session.commit()
    told = sa.select(Mail.recipient).where(Mail.template == "membership_requested")
    assert "otto@example.com" not in rows(told)  # nobody of theirs could answer
    assert "root@example.com" in rows(told)
    assert not engine.perform(EnterpriseMembership, "agree", [asked.id], otto).done
    page = f"/account/enterprise/{asked.id}/agree"
    assert sign_in(client, otto).post(page).status_code == 404
    assert engine.perform(EnterpriseMembership, "agree", [asked.id], cast.root).done
    db.session.commit()
    assert membership(cast.dora).verified_at is None  # the platform let them in, no more

    row = membership(otto)
    row.verified_at, row.verified_how = clock.now(), VerifiedHow.CODE
    db.session.commit()
    later = entering.enter(cast.bob, NANO)
    db.session.commit()
    assert engine.perform(EnterpriseMembership, "agree", [later.id], otto).done
    db.session.commit()
    assert membership(cast.bob).verified_how is VerifiedHow.COLLEAGUE
    assert membership(cast.bob).verified_by_id == otto.id


def hand_in(client, user: User, way: str = "licence", **more):
    data = {"way": way, "note": "I lead the purchasing."} | more
    if way == "licence" and "licence" not in more:
        data["licence"] = (io.BytesIO(PDF), "licence.pdf")
    return sign_in(client, user).post("/account/enterprise/verification", data=data)


def ask(client, user: User, verb: str, **answers):
    data = {"verb": verb, "ids": ids_of(Verification, verification().id), "answered": "1"} | answers
    return sign_in(client, user).post("/admin/verification/ask/", data=data)


def test_a_licence_is_handed_in_held_against_the_register_and_approved(otto, client, cast):
    page = sign_in(client, otto).get("/account/enterprise").text
    assert "You are not verified yet" in page
    assert hand_in(client, otto, licence=(io.BytesIO(b"no file"), "x.pdf")).status_code == 200
    assert rows(sa.select(Verification)) == []
    assert hand_in(client, otto).location == "/account/enterprise"
    assert "holds the licence against" in sign_in(client, otto).get("/account/enterprise").text
    hand_in(client, otto)  # a second click
    assert len(rows(sa.select(Verification))) == 1
    assert "root@example.com" in rows(
        sa.select(Mail.recipient).where(Mail.template == "verification_waiting")
    )

    details = f"/admin/verification/details/?id={verification().id}"
    page = sign_in(client, cast.root).get(details).text
    for fact in ("Nano Works", NANO, "Wei", "Hall 9", "otto@example.com", "licence.pdf"):
        assert fact in page
    assert "Nano Works" in sign_in(client, cast.root).get("/admin/verification/").text
    ask(client, cast.root, "approve")  # without saying that it was seen
    assert verification().status is VerificationStatus.SUBMITTED
    ask(client, cast.audrey, "approve", licence_seen="y")
    assert verification().status is VerificationStatus.SUBMITTED
    ask(client, cast.root, "approve", licence_seen="y")
    assert verification().status is VerificationStatus.APPROVED
    row = membership(otto)
    assert (row.verified_how, row.verified_by_id) == (VerifiedHow.LICENCE, cast.root.id)
    assert rows(sa.select(Mail.recipient).where(Mail.template == "verification_approved")) == [
        "otto@example.com"
    ]
    assert "by the business licence" in sign_in(client, otto).get("/account/enterprise").text
    names = sa.select(Event.name).where(Event.subject_type == "enterprise_membership")
    assert "verify" in rows(names)


def test_a_rejection_is_told_and_can_be_asked_again(otto, client, cast):
    hand_in(client, otto)
    ask(client, cast.root, "reject", reason="Another enterprise's licence.")
    assert membership(otto).verified_at is None
    page = sign_in(client, otto).get("/account/enterprise").text
    assert "Another enterprise&#39;s licence." in page
    hand_in(client, otto)
    assert [row.status for row in rows(sa.select(Verification).order_by(Verification.id))] == [
        VerificationStatus.REJECTED,
        VerificationStatus.SUBMITTED,
    ]


def test_nobody_is_approved_without_a_licence(otto, client, cast):
    hand_in(client, otto, way="code")
    ask(client, cast.root, "approve", licence_seen="y")
    assert verification().status is VerificationStatus.SUBMITTED


def sent_code(client, cast) -> str:
    """Make a code, and return it as the page shows it once."""
    page = ask(client, cast.root, "send_code", contact="Letter to Hall 9").location
    words = sign_in(client, cast.root).get(page).text
    code = words.partition("The code is ")[2][:11]
    assert code not in client.get(page).text
    return code


def enter(client, user: User, code: str):
    return sign_in(client, user).post("/account/enterprise/verification/code", data={"code": code})


def test_a_code_of_a_letter_verifies_and_is_kept_nowhere(otto, client, cast):
    hand_in(client, otto, way="code")
    code = sent_code(client, cast)
    row = verification()
    assert row.status is VerificationStatus.CODE_SENT
    assert codes.plain(code) not in str(row.code_hash)
    kept = [str(one.changes) for one in rows(sa.select(Event))]
    kept += [str(one.context) for one in rows(sa.select(Mail))]
    assert not [text for text in kept if code in text or codes.plain(code) in text]
    assert "Letter to Hall 9" in "".join(kept)
    assert "The code is not right" in enter(client, otto, "AAAAA-AAAAA").text
    assert enter(client, otto, code.lower().replace("-", " ")).location == "/account/enterprise"
    row = membership(otto)
    assert (row.verified_how, row.verified_by_id) == (VerifiedHow.CODE, cast.root.id)


def test_a_code_is_tried_five_times_and_no_more(otto, client, cast):
    hand_in(client, otto, way="code")
    code = sent_code(client, cast)
    for _ in range(5):
        assert "The code is not right" in enter(client, otto, "22222-22222").text
    assert "not valid any more" in enter(client, otto, code).text
    assert membership(otto).verified_at is None
    assert "Ask the platform" in enter(client, otto, code).text
    new = sent_code(client, cast)
    assert enter(client, otto, code).status_code == 200  # the old one is void
    enter(client, otto, new)
    assert membership(otto).verified_how is VerifiedHow.CODE


def test_a_code_expires(otto, client, cast):
    hand_in(client, otto, way="code")
    code = sent_code(client, cast)
    with clock.frozen(clock.now() + timedelta(days=31)):
        enter(client, otto, code)
    assert membership(otto).verified_at is None


def test_somebody_elses_verification_is_not_there(otto, client, cast):
    hand_in(client, otto)
    row = verification()
    base = "/account/enterprise/verification"
    assert sign_in(client, cast.dora).post(f"{base}/{row.id}/withdraw").status_code == 404
    assert hand_in(client, cast.dora).status_code == 404
    assert enter(client, cast.dora, "22222-22222").status_code == 404
    assert sign_in(client, otto).post(f"{base}/{row.id}/withdraw").status_code == 302
    assert verification().status is VerificationStatus.WITHDRAWN


def identity(email: str) -> identities.Identity:
    return identities.Identity(
        issuer="https://park.example", subject=email, email=email, name="Li", phone=None,
        credit_code=NANO,
    )  # fmt: skip


def test_the_parks_single_sign_on_verifies(otto, cast):
    row_guard.hold(db.session(), None)
    user = identities.find(identity("li@nano.example"), "en").user
    db.session.commit()
    row = membership(user)  # let in though somebody came before, who is not verified
    assert (row.status, row.verified_how) == (MEMBER, VerifiedHow.SINGLE_SIGN_ON)
    assert membership(otto).verified_at is None
    row_guard.hold(db.session(), None)
    second = identities.find(identity("wu@nano.example"), "en").user
    db.session.commit()
    assert membership(second).status is REQUESTED  # a verified colleague decides
    row_guard.hold(db.session(), user)
    removed = engine.perform(EnterpriseMembership, "remove", [membership(otto).id], user,
                             reason="Nobody of ours")  # fmt: skip
    assert len(removed.done) == 1
