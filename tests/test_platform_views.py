"""The platform's office, through the browser's eyes: the queues, the records, who may do what."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask_babel import force_locale

import settings
from clock import now
from database import db
from models import (
    AssociationMembership,
    AssociationStatus,
    Category,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Event,
    Institution,
    InstitutionStatus,
    Mail,
    MailStatus,
    PlatformRole,
    ProfileChange,
    ProfileChangeStatus,
    User,
)
from tests.applying import english, post, see
from tests.demand_support import PHONE, at_state, post_demand
from tests.support import rows
from workflows import engine

S = InstitutionStatus
ASK = "/admin/application/ask/"


def institution(key: int) -> Institution:
    return rows(sa.select(Institution).where(Institution.id == key))[0]


def mails(template: str) -> list[str]:
    return sorted(row.recipient for row in rows(sa.select(Mail).where(Mail.template == template)))


def events(kind: str, name: str) -> list[Event]:
    return rows(sa.select(Event).where(Event.subject_type == kind, Event.name == name))


def seen(row) -> str:
    return f"{row.id}:{row.version}"


def another(cast, name: str, **values) -> Institution:
    """A second application in the queue."""
    row = Institution(
        **{
            "status": S.SUBMITTED,
            "applicant_id": cast.otto.id,
            "name": name,
            "credit_code": "31320000MD0000009Z",
            "contact_email": "other@example.com",
            "contact_mobile": "13700001111",
            "submitted_at": now(),
        }
        | values
    )
    db.session.add(row)
    db.session.commit()
    return row


def wish(cast, of: Institution) -> AssociationMembership:
    row = AssociationMembership(institution_id=of.id, status=AssociationStatus.APPLIED)
    db.session.add(row)
    db.session.commit()
    return row


# --- the queue and the review page ------------------------------------------------------------


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


# --- who may what -----------------------------------------------------------------------------

READ_BY_ALL = (
    "",
    "application/",
    "institution/",
    "association/",
    "profile_change/",
    "demand/",
    "enterprise/",
    "enterprise_membership/",
    "park_enterprise/",
    "category/",
)
NOT_FOR_REVIEWERS = ("user/", "setting/", "mail/", "event/")


@pytest.mark.parametrize("path", READ_BY_ALL)
@pytest.mark.parametrize("name", ["root", "vera", "audrey"])
def test_the_staff_reads(client, cast, path, name):
    english(client, getattr(cast, name))
    assert see(client, f"/admin/{path}").status_code == 200


@pytest.mark.parametrize("path", NOT_FOR_REVIEWERS)
def test_reviewers_have_no_users_and_no_settings(client, cast, path):
    english(client, cast.vera)
    assert see(client, f"/admin/{path}").status_code == 403
    for name in ("root", "audrey"):
        english(client, getattr(cast, name))
        assert see(client, f"/admin/{path}").status_code == 200


@pytest.mark.parametrize("path", READ_BY_ALL + NOT_FOR_REVIEWERS)
@pytest.mark.parametrize("name", ["ann", "bella", "otto", "sue"])
def test_nobody_else_enters(client, cast, path, name):
    english(client, getattr(cast, name))
    assert see(client, f"/admin/{path}").status_code == 403


def test_auditors_change_nothing(client, cast):
    row, ann = cast.waiting, cast.ann
    english(client, cast.audrey)
    assert "decide-approve" not in see(client, f"/admin/application/details/?id={row.id}").text
    data = {"ids": seen(row), "answered": "1", "association": "later", "reason": "No."}
    for verb in ("approve", "return", "reject"):
        assert post(client, ASK, verb=verb, **data).status_code == 403
    assert post(client, "/admin/user/role/", id=ann.id, role="reviewer").status_code == 403
    assert post(client, "/admin/user/disable/", id=ann.id).status_code == 403
    assert post(client, "/admin/setting/", platform_name="Mine").status_code == 403
    assert see(client, "/admin/category/new/").status_code == 403
    assert institution(row.id).status is S.SUBMITTED
    assert rows(sa.select(Event)) == []


# --- institutions -----------------------------------------------------------------------------


def test_suspend_lift_and_revoke(client, cast):
    row, ask = cast.bridge, "/admin/institution/ask/"
    english(client, cast.root)
    post(client, ask, verb="suspend", ids=seen(row), answered="1", reason="Complaints.")
    assert institution(row.id).status is S.SUSPENDED
    assert mails("institution_suspended") == ["reserved-bridge@example.com"]
    post(client, ask, verb="lift", ids=seen(institution(row.id)), answered="1")
    assert institution(row.id).status is S.CERTIFIED
    post(client, ask, verb="revoke", ids=str(row.id), answered="1", reason="Closed down.")
    assert institution(row.id).status is S.REVOKED
    assert "Complaints." in see(client, f"/admin/institution/details/?id={row.id}").text


def test_reviewers_suspend_nobody(client, cast):
    row = cast.bridge
    english(client, cast.vera)
    data = {"verb": "suspend", "ids": seen(row), "answered": "1", "reason": "Complaints."}
    assert post(client, "/admin/institution/ask/", **data).status_code == 403
    assert institution(row.id).status is S.CERTIFIED


def test_the_association_admits_and_removes(client, cast):
    row = wish(cast, cast.bridge)
    english(client, cast.root)
    assert "Bridge Law" in see(client, "/admin/association/?status=applied").text
    post(client, "/admin/association/ask/", verb="admit", ids=seen(row))
    assert rows(sa.select(AssociationMembership))[0].status is AssociationStatus.MEMBER
    data = {"verb": "remove", "ids": str(row.id), "answered": "1", "reason": "Left the park."}
    post(client, "/admin/association/ask/", **data)
    assert rows(sa.select(AssociationMembership))[0].status is AssociationStatus.REMOVED


def test_a_profile_change_is_shown_and_applied(client, cast):
    row = ProfileChange(
        institution_id=cast.bridge.id,
        proposer_id=cast.bella.id,
        status=ProfileChangeStatus.SUBMITTED,
        name="Bridge & Sons",
        credit_code=cast.bridge.credit_code,
    )
    db.session.add(row)
    db.session.commit()
    english(client, cast.vera)
    url = f"/admin/profile_change/details/?id={row.id}"
    page = see(client, url).text
    assert "<del>Bridge Law</del>" in page
    assert "<ins>Bridge &amp; Sons</ins>" in page
    key = row.institution_id
    post(client, "/admin/profile_change/ask/", verb="approve", ids=seen(row))
    assert institution(key).name == "Bridge & Sons"
    assert "<del>Bridge Law</del>" in see(client, url).text  # still told once it is applied


# --- demands, mails, people, settings ---------------------------------------------------------


def test_demands_are_read_with_the_contact_masked(client, cast):
    row = at_state(post_demand(cast), cast, "disputed")
    db.session.commit()
    english(client, cast.root)
    page = see(client, f"/admin/demand/details/?id={row.id}").text
    assert "138****2222" in page
    assert "a***@example.com" in page
    assert PHONE not in page
    assert "ann@example.com" not in page
    assert "Outcome disputed" in page
    for verb in ("accept", "record_outcome", "withdraw"):
        assert post(client, "/admin/demand/ask/", verb=verb, ids=seen(row)).status_code == 404
    assert events("demand", "contact_revealed") == []


def dead_mail(link: str = "/workbench/") -> Mail:
    row = Mail(
        key=f"k{link}",
        template="application_approved",
        context={"institution": "Bridge Law"},
        link=link,
        recipient="gone@example.com",
        status=MailStatus.DEAD,
        attempts=40,
        error="550 no such user",
    )
    db.session.add(row)
    db.session.commit()
    return row


def test_a_dead_mail_is_sent_again(client, cast):
    row = dead_mail()
    english(client, cast.root)
    assert "550 no such user" in see(client, "/admin/mail/?status=dead").text
    page = see(client, f"/admin/mail/details/?id={row.id}").text
    assert "Bridge Law" in page
    post(client, "/admin/mail/ask/", verb="resend", ids=str(row.id))
    after = rows(sa.select(Mail).where(Mail.id == row.id))[0]
    assert (after.status, after.attempts, after.error) == (MailStatus.QUEUED, 0, None)
    answer = post(client, "/admin/mail/ask/", verb="resend", ids=str(row.id))
    assert "on its way already" in see(client, answer.location).text
    assert len(events("mail", "resend")) == 1


def test_auditors_send_no_mail_again(client, cast):
    row = dead_mail()
    english(client, cast.audrey)
    assert "Send again" not in see(client, f"/admin/mail/details/?id={row.id}").text
    assert post(client, "/admin/mail/ask/", verb="resend", ids=str(row.id)).status_code == 403
    assert rows(sa.select(Mail))[0].status is MailStatus.DEAD


def test_a_link_that_is_a_key_is_shown_to_nobody(client, cast):
    row = dead_mail("/invitations/secret-token")
    english(client, cast.root)
    assert "secret-token" not in see(client, f"/admin/mail/details/?id={row.id}").text


def test_roles_change_and_the_last_administrator_stays(client, cast):
    root, otto = cast.root, cast.otto
    english(client, root)
    post(client, "/admin/user/role/", id=otto.id, role="reviewer")
    assert rows(sa.select(User).where(User.id == otto.id))[0].role is PlatformRole.REVIEWER
    assert events("user", "edit")[0].changes == {"role": [None, "reviewer"]}
    answer = post(client, "/admin/user/role/", id=root.id, role="")
    assert "This is the last administrator" in see(client, answer.location).text
    post(client, "/admin/user/disable/", id=root.id)
    kept = rows(sa.select(User).where(User.id == root.id))[0]
    assert (kept.role, kept.active) == (PlatformRole.ADMINISTRATOR, True)


def test_a_person_is_kept_out_and_let_in_again(client, cast):
    otto = cast.otto
    english(client, cast.root)
    post(client, "/admin/user/disable/", id=otto.id)
    assert rows(sa.select(User).where(User.id == otto.id))[0].active is False
    assert "Enable the account" in see(client, f"/admin/user/details/?id={otto.id}").text
    post(client, "/admin/user/enable/", id=otto.id)
    assert rows(sa.select(User).where(User.id == otto.id))[0].active is True


def test_users_are_found_and_a_senseless_role_is_refused(client, cast):
    english(client, cast.root)
    page = see(client, "/admin/user/?q=otto").text
    assert "otto@example.com" in page
    assert "bella@example.com" not in page
    assert "138****5678" in page
    assert post(client, "/admin/user/role/", id=cast.otto.id, role="emperor").status_code == 400
    assert post(client, "/admin/user/role/", id="1,2", role="").status_code == 404


def test_settings_are_changed_on_record(client, cast):
    english(client, cast.root)
    with force_locale("en"):
        shown = settings.all_settings()
    values = {key: value for key, value in shown.items() if value is not True}
    post(client, "/admin/setting/", **(values | {"icp_number": "ICP 12345"}))
    assert settings.get("icp_number") == "ICP 12345"
    assert settings.get("ordinary_may_post") is False
    event = events("site_setting", "edit")[0]
    assert event.changes == {"icp_number": ["", "ICP 12345"], "ordinary_may_post": ["1", ""]}
    assert event.actor_id == cast.root.id
    assert "ICP 12345" in see(client, "/admin/setting/").text


def test_a_bad_setting_is_refused_in_words(client, cast):
    english(client, cast.root)
    answer = post(client, "/admin/setting/", contact_email="nonsense", icp_number="ICP 1")
    assert answer.status_code == 200
    assert "Give an e-mail address" in answer.text
    assert "ICP 1" in answer.text
    assert events("site_setting", "edit") == []


def test_administrators_agree_to_a_colleague(client, cast):
    row = EnterpriseMembership(
        user_id=cast.bob.id,
        enterprise_id=cast.acme.id,
        status=EnterpriseMembershipStatus.REQUESTED,
    )
    db.session.add(row)
    db.session.commit()
    english(client, cast.root)
    post(client, "/admin/enterprise_membership/ask/", verb="agree", ids=seen(row))
    query = sa.select(EnterpriseMembership).where(EnterpriseMembership.id == row.id)
    assert rows(query)[0].status is EnterpriseMembershipStatus.MEMBER


def test_categories_have_two_levels(client, cast):
    law, url = cast.law.id, "/admin/category/new/"
    english(client, cast.root)
    child = {"name": "诉讼", "name_en": "Litigation", "slug": "litigation", "parent": law}
    post(client, url, **child, icon="grid", position="1")
    made = rows(sa.select(Category).where(Category.slug == "litigation"))[0]
    assert made.parent_id == law
    third = {"name": "x", "name_en": "x", "slug": "x", "parent": made.id, "icon": "grid"}
    answer = post(client, url, **third, position="1")
    assert "two levels" in answer.text
    assert rows(sa.select(Category).where(Category.slug == "x")) == []


def test_the_dashboard_counts_and_dates(client, cast):
    wish(cast, cast.bridge)
    dead_mail()
    english(client, cast.root)
    page = see(client, "/admin/").text
    counted = r'id="queue-\d+">([^<]+)</h2>\s*<p class="h2[^"]*">(\d+)</p>'
    piles = dict(re.findall(counted, page))
    assert piles == {
        "Applications": "1",
        "Association memberships": "1",
        "Undelivered mails": "1",
    }
    for queue in ("Deals filed", "Appeals against reviews", "Activities", "Timed jobs that failed"):
        assert f">{queue}</a>" in page  # where nothing waits
    assert "just now" in page
    assert 'href="/admin/mail/?status=dead"' in page
    assert 'href="/admin/application/"' in page
    english(client, cast.vera)
    assert "Undelivered mails" not in see(client, "/admin/").text


def test_the_audit_is_read(client, cast):
    engine.perform(Institution, "reject", [cast.waiting.id], cast.vera, reason="Not a law firm.")
    db.session.commit()
    english(client, cast.audrey)
    page = see(client, "/admin/event/?kind=institution").text
    assert "Not a law firm." in page
    assert "Not a law firm." not in see(client, "/admin/event/?kind=demand").text
