"""People, settings, categories and the audit in the platform's office, and its front page."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask_babel import force_locale

from content import settings
from core.database import db
from models import (
    Category,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Institution,
    PlatformRole,
    User,
)
from tests.support.application import rows
from tests.support.applying import english, post, see
from tests.support.platform import dead_mail, events, seen, wish
from workflows import engine


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
    answer = post(client, "/admin/user/role/", id=cast.otto.id, role="emperor")
    assert "Not a valid choice." in answer.text
    assert rows(sa.select(User.role).where(User.id == cast.otto.id)) == [None]
    assert post(client, "/admin/user/role/", id="1,2", role="").status_code == 404


def test_settings_are_changed_on_record(client, cast):
    english(client, cast.root)
    with force_locale("en"):
        shown = settings.all_settings()
    on = {key: value for key, value in shown.items() if value is not False}
    values = {key: value for key, value in on.items() if key != "ordinary_may_post"}
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
