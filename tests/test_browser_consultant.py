"""A demand to a consultant, walked in a browser: posted, accepted, proposed, recorded, unlinked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from database import db
from demo import PASSWORD
from models import Affiliation, AffiliationStatus, Consultant, Demand, Institution, User
from tests.browser import chromium, needs_browser, signed_in
from tests.cast import link_consultant
from tests.live import Live, served

TITLE = "股权激励方案审查"
OWNER, WHO = "jintiancheng@demo.example", "ordinary@demo.example"


def speak(live: Live) -> tuple[int, int, str]:
    """Let the ordinary user advise for the first firm; return consultant, affiliation and name."""
    with live.app.app_context():
        people = {user.email: user for user in db.session.scalars(sa.select(User))}
        link_consultant(people[WHO], db.session.get_one(Institution, 1), people[OWNER])
        db.session.commit()
        row = db.session.scalars(
            sa.select(Affiliation).join(Consultant).where(Consultant.user_id == people[WHO].id)
        ).one()
        found = row.consultant_id, row.id, people[WHO].name
        db.session.remove()
    return found


def post_to(page: Page, consultant: int, name: str) -> None:
    page.goto("/consultants")
    page.get_by_role("link", name=name).first.click()
    expect(page).to_have_url(re.compile(f"/consultants/{consultant}$"))
    page.locator(f"a[href*='/demands/new?consultant={consultant}']").click()
    expect(page.locator("main")).to_contain_text(name)
    page.fill("[name=title]", TITLE)
    page.locator("[name=category_id]").select_option(index=1)
    page.fill("[name=description]", "请审查员工持股平台的协议。")
    page.locator("[name=consent]").check()
    page.locator("main").get_by_role("button", name="提交需求").or_(
        page.locator("main form.panel button[type=submit]:not([name])")
    ).first.click()
    expect(page).to_have_url(re.compile("/receipt$"))
    expect(page.locator("main")).to_contain_text("XQ")


def accept_and_propose(page: Page) -> None:
    page.goto("/workbench/demand/")
    page.get_by_role("link", name=re.compile("XQ")).first.click()
    page.get_by_role("button", name="接受").click()
    page.get_by_role("link", name="提交对接结果建议").click()
    page.locator("[name=outcome][value=deal]").check()
    page.select_option("[name=contacted_by]", "phone")
    page.fill("[name=contacted_on]", "2026-11-01")
    page.fill("[name=amount]", "8,000")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main")).to_contain_text("8,000.00")


def record_and_unlink(page: Page, demand: int, link: int, name: str) -> None:
    page.goto(f"/workbench/demand/details/?id={demand}")
    page.get_by_role("button", name="按建议记录").click()
    page.wait_for_load_state()
    page.goto(f"/workbench/consultant/details/?id={link}")
    page.get_by_role("link", name="解除关联").click()
    expect(page.locator("main")).to_contain_text(TITLE)
    expect(page.locator("main")).to_contain_text(name)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()


def walk(browser: Browser, live: Live) -> None:
    consultant, link, name = speak(live)
    enterprise = signed_in(browser, live.url, "naxin@demo.example", PASSWORD)
    post_to(enterprise, consultant, name)
    advises = signed_in(browser, live.url, WHO, PASSWORD)
    accept_and_propose(advises)
    with live.app.app_context():
        demand = db.session.scalars(sa.select(Demand).filter_by(title=TITLE)).one().id
        db.session.remove()
    record_and_unlink(
        signed_in(browser, live.url, OWNER, PASSWORD), demand, link, name
    )  # fmt: skip

    answer = advises.goto(f"/workbench/demand/details/?id={demand}")
    assert answer is not None
    assert answer.status == 403
    enterprise.goto(f"/account/demands/{demand}")
    expect(enterprise.locator("main")).to_contain_text("8,000.00")
    expect(enterprise.locator("main")).to_contain_text("原负责顾问")
    enterprise.goto(f"/consultants/{consultant}")
    expect(enterprise.locator("main")).to_contain_text("未代表任何机构")
    with live.app.app_context():
        row = db.session.get_one(Demand, demand)
        assert (row.status, row.affiliation_id) == ("outcome", None)
        assert db.session.get_one(Affiliation, link).status is AffiliationStatus.UNLINKED
        db.session.remove()


@needs_browser
@pytest.mark.browser
def test_a_consultant_from_the_demand_to_the_end_of_the_link(tmp_path: Path) -> None:
    with served(tmp_path / "site") as live, chromium() as browser:
        walk(browser, live)
