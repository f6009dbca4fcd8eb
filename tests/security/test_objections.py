"""Who finds their enterprise, or the credit code of their application, taken can object.

Seen: the real person of an enterprise stayed "requested" behind an invented one for ever; and
anybody could submit an application with a stranger's code and so block the true one.
"""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from core.database import db
from models import (
    AccountKind,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Institution,
    InstitutionStatus,
    Mail,
    Notification,
    Objection,
    ObjectionStatus,
    ParkEnterprise,
    User,
    VerifiedHow,
)
from tests.support.application import csrf_off, rows, sign_in
from tests.support.versions import ids_of
from workflows.person import entering

NANO = "91110000600037341L"
PDF = b"%PDF-1.4\n1 0 obj <</Type /Page>> endobj\n%%EOF\n"
S, M = ObjectionStatus, EnterpriseMembershipStatus
PAGES = {"enterprise": "/account/enterprise/objection", "code": "/certification/objection"}


@pytest.fixture
def english(app, cast, client):
    csrf_off(app)
    client.post("/language", data={"locale": "en"})
    return client


@pytest.fixture
def taken(english, cast):
    """Otto came first for Nano Works, Dora is the real one and waits."""
    db.session.add(ParkEnterprise(name="Nano Works", credit_code=NANO, legal_person="Wei"))
    db.session.flush()
    entering.enter(cast.otto, NANO)
    entering.enter(cast.dora, NANO)
    db.session.commit()
    return english


@pytest.fixture
def blocked(english, cast):
    """Sue handed in an application with the code of Dora's institution."""
    sue = db.session.get_one(Institution, cast.waiting.id)
    sue.credit_code = NANO
    db.session.commit()
    return english


def objection() -> Objection:
    return rows(sa.select(Objection).order_by(Objection.id.desc()))[0]


def membership(user: User) -> EnterpriseMembership:
    query = sa.select(EnterpriseMembership).where(EnterpriseMembership.user_id == user.id)
    return rows(query.order_by(EnterpriseMembership.id.desc()))[0]


def make(client, user: User, about: str, **more):
    data = {"statement": "This is ours.", "evidence": (io.BytesIO(PDF), "licence.pdf")}
    if about == "code":
        data["credit_code"] = NANO
    return sign_in(client, user).post(PAGES[about], data=data | more)


def decide(client, user: User, verb: str, reason: str = "The licence says so."):
    ids = ids_of(Objection, objection().id)
    data = {"verb": verb, "ids": ids, "answered": "1", "reason": reason}
    return sign_in(client, user).post("/admin/objection/ask/", data=data)


def mails(to: str) -> list[str]:
    query = sa.select(Mail.template).where(Mail.recipient == to, Mail.template.like("objection%"))
    return rows(query.order_by(Mail.id))


def test_the_real_person_of_an_enterprise_objects_and_is_let_in(taken, cast):
    page = sign_in(taken, cast.dora).get("/account/enterprise").text
    assert PAGES["enterprise"] in page
    broken = (io.BytesIO(b"x"), "x.pdf")
    assert make(taken, cast.dora, "enterprise", evidence=broken).status_code == 200
    assert rows(sa.select(Objection)) == []
    assert make(taken, cast.dora, "enterprise").location == PAGES["enterprise"]
    make(taken, cast.dora, "enterprise")  # a second click
    assert len(rows(sa.select(Objection))) == 1
    assert mails("root@example.com") == ["objection_waiting"]
    assert mails("otto@example.com") == ["objection_made"]

    mine = sign_in(taken, cast.dora).get(PAGES["enterprise"]).text
    assert "Otto" not in mine
    theirs = sign_in(taken, cast.otto).get(PAGES["enterprise"]).text
    assert "Somebody objects to what you hold" in theirs
    for secret in ("Dora", "dora@example.com", "This is ours.", "licence.pdf"):
        assert secret not in theirs
    details = sign_in(taken, cast.root).get(f"/admin/objection/details/?id={objection().id}").text
    for fact in ("Otto", "Dora", "Wei", "This is ours.", "licence.pdf", "Nano Works"):
        assert fact in details

    decide(taken, cast.audrey, "uphold")
    assert objection().status is S.OPEN
    decide(taken, cast.root, "uphold")
    assert objection().status is S.UPHELD
    assert membership(cast.otto).status is M.REMOVED
    assert rows(sa.select(User.kind).where(User.id == cast.otto.id)) == [AccountKind.ORDINARY]
    held = membership(cast.dora)
    assert (held.status, held.verified_how) == (M.MEMBER, VerifiedHow.LICENCE)
    assert mails("dora@example.com") == ["objection_upheld"]
    removed = sa.select(Mail).where(Mail.recipient == "otto@example.com")
    (told,) = rows(removed.where(Mail.template == "membership_removed"))
    assert told.context["reason"] == "The licence says so."
    assert "Dora" not in str(told.context)
    assert "upheld" in sign_in(taken, cast.dora).get(PAGES["enterprise"]).text
    assert "decided for the other side" in sign_in(taken, cast.otto).get(PAGES["enterprise"]).text
    bells = rows(sa.select(Notification.template).where(Notification.user_id == cast.dora.id))
    assert "objection_upheld" in bells


def test_whom_the_first_person_let_in_leaves_with_them(taken, cast):
    from workflows import engine
    from workflows.person import verifying

    verifying.verify(membership(cast.otto), VerifiedHow.LICENCE)
    entering.enter(cast.bob, NANO)
    engine.perform(EnterpriseMembership, "agree", [membership(cast.bob).id], cast.otto)
    db.session.commit()
    make(taken, cast.dora, "enterprise")
    decide(taken, cast.root, "uphold")
    assert [membership(one).status for one in (cast.otto, cast.bob, cast.dora)] == [
        M.REMOVED,
        M.REMOVED,
        M.MEMBER,
    ]


def test_a_dismissed_objection_changes_nothing_and_both_are_told(taken, cast):
    make(taken, cast.dora, "enterprise")
    decide(taken, cast.root, "dismiss", "The licence is another's.")
    assert objection().status is S.DISMISSED
    assert membership(cast.otto).status is M.MEMBER
    assert membership(cast.dora).status is M.REQUESTED
    assert mails("dora@example.com") == ["objection_dismissed"]
    assert mails("otto@example.com") == ["objection_made", "objection_settled"]
    page = sign_in(taken, cast.dora).get(PAGES["enterprise"]).text
    assert "The licence is another&#39;s." in page
    assert "stays with you" in sign_in(taken, cast.otto).get(PAGES["enterprise"]).text


def test_an_objection_is_withdrawn_by_its_own_person_alone(taken, cast):
    make(taken, cast.dora, "enterprise")
    path = f"/objections/{objection().id}/withdraw"
    assert sign_in(taken, cast.otto).post(path).status_code == 404
    assert sign_in(taken, cast.bella).post(path).status_code == 404
    assert sign_in(taken, cast.dora).post(path).location == PAGES["enterprise"]
    assert objection().status is S.WITHDRAWN
    assert mails("otto@example.com")[-1] == "objection_settled"


def test_who_waits_for_nothing_cannot_object(taken, cast):
    make(taken, cast.bella, "enterprise")
    make(taken, cast.bella, "code")
    assert rows(sa.select(Objection)) == []


def test_the_code_of_an_application_is_freed_for_its_true_owner(blocked, cast):
    make(blocked, cast.dora, "code")
    row = objection()
    assert (row.application_id, row.holder_id) == (cast.draft.id, cast.waiting.id)
    assert mails("sue@example.com") == ["objection_made"]
    assert mails("vera@example.com") == ["objection_waiting"]
    theirs = sign_in(blocked, cast.sue).get(PAGES["code"]).text
    mine = sign_in(blocked, cast.dora).get(PAGES["code"]).text
    assert "Somebody objects to what you hold" in theirs
    assert "Dora" not in theirs
    assert "Sue" not in mine
    details = sign_in(blocked, cast.vera).get(f"/admin/objection/details/?id={row.id}").text
    for fact in ("Sue Waiting", "Dora Draft", "sue@example.com", "dora@example.com", NANO):
        assert fact in details

    decide(blocked, cast.vera, "uphold")
    assert objection().status is S.UPHELD
    held = rows(sa.select(Institution).where(Institution.id == cast.waiting.id))[0]
    assert held.status is InstitutionStatus.REJECTED
    assert mails("dora@example.com") == ["objection_upheld"]
    told = rows(sa.select(Mail.template).where(Mail.recipient == "reserved-waiting@example.com"))
    assert "application_rejected" in told
    own = db.session.get_one(Institution, cast.draft.id)
    own.credit_code = NANO  # the index lets it be handed in
    db.session.commit()


def test_an_application_that_was_certified_meanwhile_is_not_displaced(blocked, cast):
    make(blocked, cast.dora, "code")
    held = db.session.get_one(Institution, cast.waiting.id)
    held.status = InstitutionStatus.CERTIFIED
    db.session.commit()
    decide(blocked, cast.root, "uphold")
    assert objection().status is S.OPEN
    assert rows(sa.select(Institution.status).where(Institution.id == cast.waiting.id)) == [
        InstitutionStatus.CERTIFIED
    ]
