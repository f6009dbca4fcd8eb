"""What follows a submission: corrections, refusals, a new start, look-alikes."""

from __future__ import annotations

import threading

import pytest

import outbox
from core.database import db
from models import (
    AssociationStatus,
    Attachment,
    Institution,
    InstitutionScore,
    InstitutionStatus,
    Invitation,
    InvitationStatus,
    Mail,
    Membership,
    MembershipRole,
    ProfileChange,
    ProfileChangeStatus,
    User,
)
from tests.support.applying import CODE, PDF, WHOLE, english, forget, picture, post, see, send
from tests.support.ranking import settle_scores
from workflows import engine
from workflows.institution import facts
from workflows.invitation import sending
from workflows.profile_change import writing

S = InstitutionStatus


def mine(user: User) -> Institution:
    forget()
    query = db.session.query(Institution).filter_by(applicant_id=user.id)
    return query.order_by(Institution.id.desc()).first()


def decide(verb: str, row: Institution, actor: User, **answers):
    forget()
    outcome = engine.perform(Institution, verb, [row.id], actor, **answers)
    db.session.commit()
    return outcome


@pytest.fixture
def otto(client, cast):
    """Otto, who has just submitted his application."""
    english(client, cast.otto)
    values = {**WHOLE, "categories": [cast.law.id]}
    answer = send(client, "submit", [("licence", "licence.pdf", PDF)], **values)
    assert answer.status_code == 302
    return client


def test_remarks_stand_at_their_fields_and_the_next_reviewer_sees_what_changed(otto, cast):
    row = mine(cast.otto)
    assert facts.changed_since_last_submission(row) == {}
    remarks = {"address": "Which building?", "licence": "Page two is missing."}
    decide("return", row, cast.vera, reason="Two small things.", remarks=remarks)
    mail = db.session.query(Mail).filter_by(template="application_returned").one()
    assert mail.context["remarks"] == ["地址: Which building?", "营业执照: Page two is missing."]
    assert "营业执照: Page two is missing." in outbox.render(mail).text
    page = see(otto).text
    assert "Two small things." in page
    assert page.index("Which building?") > page.index('name="address"')
    assert page.index("Which building?") < page.index('name="website"')
    assert "Page two is missing." in page

    answer = send(
        otto,
        "submit",
        [("licence", "licence.pdf", PDF), ("qualifications", "bar.png", picture())],
        **{**WHOLE, "address": "Lake Road 10, house B", "version": str(mine(cast.otto).version)},
        categories=[cast.law.id],
    )
    assert answer.status_code == 302
    row = mine(cast.otto)
    assert (row.status, row.remarks) == (S.SUBMITTED, {})
    assert facts.changed_since_last_submission(row) == {
        "address": ("Lake Road 10", "Lake Road 10, house B"),
        "licence": (["licence.pdf"], ["licence.pdf"]),  # of the same name, but another file
        "qualifications": ([], ["bar.png"]),
    }
    assert [a.status for a in row.association] == [AssociationStatus.APPLIED]  # still one


def test_approval_opens_the_workbench_to_its_owner(otto, cast):
    row = mine(cast.otto)
    assert decide("approve", row, cast.vera, association="admit").done == [row.id]
    held = db.session.query(Membership).filter_by(user_id=cast.otto.id).one()
    assert (held.active, held.role) == (True, MembershipRole.OWNER)
    assert mine(cast.otto).association[0].status is AssociationStatus.MEMBER
    page = see(otto).text
    assert "You work for Lake Law Firm" in page
    assert 'href="/workbench/"' in page


def test_an_approval_finds_that_the_applicant_works_elsewhere(otto, cast):
    row = mine(cast.otto)
    db.session.add(
        Membership(
            user_id=cast.otto.id,
            institution_id=cast.bridge.id,
            role=MembershipRole.STAFF,
            active=True,
        )
    )
    db.session.commit()
    outcome = decide("approve", row, cast.vera, association="later")
    assert outcome.done == []
    assert str(outcome.refused[row.id])
    assert mine(cast.otto).status is S.SUBMITTED


def test_a_rejection_says_why_and_offers_a_new_start(otto, cast):
    row = mine(cast.otto)
    decide("reject", row, cast.vera, reason="The licence is of another firm.")
    page = see(otto).text
    assert "The licence is of another firm." in page
    assert "Start again" in page


def test_start_again_copies_everything(otto, cast):
    ended = mine(cast.otto)
    decide("reject", ended, cast.vera, reason="No.")
    assert post(otto, f"/certification/{ended.id}/restart").status_code == 302
    row = mine(cast.otto)
    assert row.id != ended.id
    assert (row.status, row.name, row.credit_code) == (S.DRAFT, "Lake Law Firm", CODE)
    assert [c.slug for c in row.categories] == ["law"]
    old, new = db.session.query(Attachment).order_by(Attachment.id)
    assert (old.filename, new.filename) == ("licence.pdf", "licence.pdf")
    assert old.storage_key != new.storage_key
    assert see(otto, f"/attachments/{new.id}").data == PDF
    assert post(otto, f"/certification/{ended.id}/restart").status_code == 302
    assert mine(cast.otto).id == row.id  # one application at a time


def test_an_application_is_withdrawn_once(otto, cast):
    row = mine(cast.otto)
    stale = post(otto, f"/certification/{row.id}/withdraw", version=row.version - 1)
    assert stale.status_code == 302
    assert mine(cast.otto).status is S.SUBMITTED
    post(otto, f"/certification/{row.id}/withdraw", version=row.version)
    assert mine(cast.otto).status is S.WITHDRAWN
    assert mine(cast.otto).association[0].status is AssociationStatus.RESIGNED
    assert "You withdrew this application." in see(otto).text


def test_nobody_touches_the_application_of_another(otto, cast):
    row = mine(cast.otto)
    dora = english(otto.application.test_client(), cast.dora)
    assert post(dora, f"/certification/{row.id}/withdraw", version=row.version).status_code == 404
    assert post(dora, f"/certification/{row.id}/restart").status_code == 404
    assert mine(cast.otto).status is S.SUBMITTED


def test_revocation_frees_the_people_and_closes_what_waited(app, cast):
    bella, bridge = cast.bella, cast.bridge
    invitation = sending.invite(bridge, "new@example.com", bella)
    change = writing.propose(bridge, bella, name="Bridge Law & Tax", credit_code=bridge.credit_code)
    db.session.commit()
    assert decide("revoke", bridge, cast.root, reason="It closed.").done == [bridge.id]
    assert [m.active for m in db.session.query(Membership).filter_by(institution=bridge)] == [
        False,
        False,
    ]
    assert db.session.get(Invitation, invitation.id).status is InvitationStatus.REVOKED
    assert db.session.get(ProfileChange, change.id).status is ProfileChangeStatus.REJECTED


def test_look_alikes_are_found_for_a_whole_queue_at_once(app, cast):
    waiting, bridge, rival = cast.waiting, cast.bridge, cast.rival
    waiting.contact_email, waiting.contact_mobile = rival.contact_email.upper(), "13700000000"
    waiting.contact_phone = ""
    bridge.contact_mobile = "13700000000"
    bridge.contact_phone = ""
    db.session.commit()
    found = facts.duplicates_of([waiting, rival])
    assert [(d.name, d.fields) for d in found[waiting.id]] == [
        ("Bridge Law", ("contact_mobile",)),
        ("Rival Tax", ("contact_email",)),
    ]
    assert [(d.name, d.fields) for d in found[rival.id]] == [("Sue Waiting", ("contact_email",))]
    assert facts.duplicates(bridge)[0].id == waiting.id


@pytest.mark.connections
def test_of_two_submissions_of_one_credit_code_one_wins(app, cast):
    ready = {}
    for person in (cast.dora, cast.otto):
        client = english(app.test_client(), person)
        values = {**WHOLE, "categories": [cast.law.id], "contact_name": person.name}
        row = mine(person)
        values["version"] = str(row.version) if row else ""
        assert send(client, files=[("licence", "l.pdf", PDF)], **values).status_code == 302
        ready[person.id] = mine(person).id
    forget()
    db.session.remove()
    gate, outcomes = threading.Barrier(2), {}

    def submit(user_id: int, row_id: int) -> None:
        with app.app_context():
            user = db.session.get(User, user_id)
            db.session.rollback()  # the lock is for the submission, not for who asks
            gate.wait()
            outcome = engine.perform(Institution, "submit", [row_id], user)
            db.session.commit()
            outcomes[row_id] = outcome.done or [str(w) for w in outcome.refused.values()]
            db.session.remove()

    threads = [threading.Thread(target=submit, args=pair) for pair in ready.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won = [row for row, said in outcomes.items() if said == [row]]
    lost = [said for row, said in outcomes.items() if row not in won]
    assert len(won) == 1
    assert len(lost) == 1
    statuses = sorted(
        row.status for row in db.session.query(Institution).filter_by(credit_code=CODE)
    )
    assert statuses == [S.DRAFT, S.SUBMITTED]
    receipts = db.session.query(Mail).filter_by(template="application_received").count()
    assert receipts == 1


def test_the_certified_stand_in_the_ranking_within_seconds(otto, cast):
    row = mine(cast.otto)
    kept = db.select(InstitutionScore.category_id).filter_by(institution_id=row.id)
    assert db.session.scalars(kept).all() == []
    decide("approve", row, cast.vera)
    settle_scores()
    assert None in db.session.scalars(kept).all()
    assert row.name in otto.get("/ranking").text
