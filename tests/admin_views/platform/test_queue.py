"""The queue of applications, and the page on which one is decided."""

from __future__ import annotations

import sqlalchemy as sa

from core.database import db
from models import (
    AssociationMembership,
    AssociationStatus,
    Category,
    Event,
)
from tests.support.application import rows
from tests.support.applying import english, post, see
from tests.support.platform import ASK, S, another, events, institution, mails, seen, wish
from workflows import engine


def test_the_queue_holds_what_waits(client, cast):
    english(client, cast.vera)
    page = see(client, "/admin/application/").text
    assert "Sue Waiting" in page
    assert "Bridge Law" not in page
    assert "Dora Draft" not in page
    assert "Bridge Law" in see(client, "/admin/application/?status=certified").text
    assert "Dora Draft" not in see(client, "/admin/application/?status=").text


def test_the_queue_filters_by_category_and_association(client, cast):
    waiting = cast.waiting
    waiting.wants_association = True
    other = another(cast, "Plain Tax")
    other.categories = [db.session.query(Category).filter_by(slug="tax").one()]
    db.session.commit()
    law = cast.law.id
    english(client, cast.vera)
    page = see(client, f"/admin/application/?categories={law}").text
    assert "Sue Waiting" in page
    assert "Plain Tax" not in page
    page = see(client, "/admin/application/?wants_association=no").text
    assert "Plain Tax" in page
    assert "Sue Waiting" not in page


def test_the_queue_marks_what_is_known_already(client, cast):
    another(cast, "Twin", contact_email=cast.waiting.contact_email)
    english(client, cast.vera)
    page = see(client, "/admin/application/").text
    assert "1 similar" in page  # Twin shares the address with Sue
    assert "3 similar" in page  # who also has the telephones of Bridge and Rival
    assert 'title="Reserved e-mail"' in page


def test_the_review_page_shows_everything(client, cast):
    twin = another(cast, "Twin", contact_mobile=cast.waiting.contact_phone)
    waiting, key = cast.waiting, twin.id
    english(client, cast.vera)
    page = see(client, f"/admin/application/details/?id={waiting.id}").text
    for words in ("Sue Waiting", "31320000MD0000004D", "Park Road 1", "0512-67068048"):
        assert words in page
    assert f"/admin/institution/details/?id={key}" in page  # the look-alike
    assert f'value="{seen(cast.waiting)}"' in page
    for name in ("reason", "remark-name", "remark-licence", "remark-contact_email"):
        assert f'name="{name}"' in page


def test_a_resubmission_shows_what_changed(client, cast):
    row = cast.waiting
    said = {"name": "Sue Waiting", "address": "Old Road 9", "licence": [[1, "a.pdf"]]}
    for address, files in (("Old Road 9", [[1, "a.pdf"]]), ("Park Road 1", [[2, "b.pdf"]])):
        db.session.add(
            Event(
                actor_id=row.applicant_id,
                subject_type="institution",
                subject_id=row.id,
                name="submit",
                target="submitted",
                changes={"snapshot": said | {"address": address, "licence": files}},
            )
        )
    db.session.commit()
    english(client, cast.vera)
    page = see(client, f"/admin/application/details/?id={row.id}").text
    assert "<del>Old Road 9</del>" in page
    assert "<ins>Park Road 1</ins>" in page
    assert "<ins>b.pdf</ins>" in page


def test_approve_with_the_association(client, cast):
    row = cast.waiting
    row.wants_association = True
    member = wish(cast, row)
    english(client, cast.root)
    data = {"verb": "approve", "ids": seen(row), "answered": "1", "association": "admit"}
    answer = post(client, ASK, **data)
    assert answer.status_code == 302
    assert institution(row.id).status is S.CERTIFIED
    assert rows(sa.select(AssociationMembership))[0].status is AssociationStatus.MEMBER
    assert member.id == rows(sa.select(AssociationMembership))[0].id
    assert mails("application_approved") == ["reserved-waiting@example.com"]
    page = see(client, "/admin/application/").text
    assert "1 done." in page


def test_return_with_remarks_on_fields(client, cast):
    row = cast.waiting
    english(client, cast.vera)
    data = {
        "verb": "return",
        "ids": seen(row),
        "answered": "1",
        "reason": "Two things are missing.",
        "remark-address": "Which floor?",
        "remark-licence": "Unreadable.",
        "remark-name": " ",
    }
    post(client, ASK, **data)
    after = institution(row.id)
    assert after.status is S.RETURNED
    assert after.remarks == {
        "": "Two things are missing.",
        "address": "Which floor?",
        "licence": "Unreadable.",
    }
    assert mails("application_returned") == ["reserved-waiting@example.com"]
    assert events("institution", "return")[0].reason == "Two things are missing."


def test_a_return_without_a_reason_keeps_what_was_typed(client, cast):
    row = cast.waiting
    english(client, cast.vera)
    data = {"verb": "return", "ids": seen(row), "answered": "1", "remark-address": "Which floor?"}
    answer = post(client, ASK, **data)
    assert answer.status_code == 200
    assert "Which floor?" in answer.text
    assert institution(row.id).status is S.SUBMITTED


def test_reject_with_a_reason(client, cast):
    row = cast.waiting
    english(client, cast.vera)
    post(client, ASK, verb="reject", ids=seen(row), answered="1", reason="Not a law firm.")
    after = institution(row.id)
    assert (after.status, after.remarks) == (S.REJECTED, {"": "Not a law firm."})
    assert mails("application_rejected") == ["reserved-waiting@example.com"]


def test_many_are_returned_at_once(client, cast):
    first, second = cast.waiting, another(cast, "Second")
    ids = f"{seen(first)},{seen(second)}"
    english(client, cast.root)
    page = post(client, ASK, verb="return", ids=ids)
    assert "Sue Waiting" in page.text
    assert "Second" in page.text
    assert "remark-" not in page.text
    post(client, ASK, verb="return", ids=ids, answered="1", reason="Add the licence.")
    assert {institution(one.id).status for one in (first, second)} == {S.RETURNED}
    assert mails("application_returned") == ["other@example.com", "reserved-waiting@example.com"]


def test_two_approvals_of_one_version_have_one_winner(client, app, cast):
    row = cast.waiting
    data = {"verb": "approve", "ids": seen(row), "answered": "1", "association": "later"}
    english(client, cast.root)
    post(client, ASK, **data)
    rival = english(app.test_client(), cast.vera)
    answer = post(rival, ASK, **data)
    assert "Already handled." in see(rival, answer.location).text
    assert len(events("institution", "approve")) == 1
    assert len(mails("application_approved")) == 1


def test_an_edited_version_is_not_approved(client, cast):
    row = cast.waiting
    looked_at = seen(row)
    engine.edit(row, cast.sue, {"address": "Elsewhere 5"})
    db.session.commit()
    english(client, cast.root)
    data = {"verb": "approve", "ids": looked_at, "answered": "1", "association": "later"}
    answer = post(client, ASK, **data)
    assert "Changed meanwhile" in see(client, answer.location).text
    assert institution(row.id).status is S.SUBMITTED
    assert mails("application_approved") == []


def test_a_draft_is_nobodys_business(client, cast):
    english(client, cast.root)
    key = cast.draft.id
    assert see(client, f"/admin/application/details/?id={key}").status_code == 404
    assert see(client, f"/admin/institution/details/?id={key}").status_code == 404
