"""The life of a consultant, walked in a browser with mails over real SMTP, on both databases.

An owner adds and invites him, he registers by the link and is certified at the second attempt, an
enterprise posts a demand to him, he accepts, notes the contact and proposes the outcome. Then he is
unlinked, his demand is handed over, and a new invitation links him again by a single yes.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from core.database import db
from demo import PASSWORD
from models import Affiliation, Demand, Event, User
from tests.browser.test_road import link_in, mails_to
from tests.support.browser import chromium, follow, needs_browser, signed_in, visitor
from tests.support.live_server import Live, served
from tests.support.smtp import PostOffice, serving

WHO, ADDRESS, OWN_PASSWORD = "顾言", "guyan@consultant.example", "long enough 2026"
FIRM, SUCCESSOR = "上海市锦天城（苏州）律师事务所", "陈钰"
TITLE = "股权激励方案审查"


def press(page: Page, name: str) -> None:
    """Press the last button of that name: the first of some forms is there for the Enter key."""
    follow(page.locator("main").get_by_role("button", name=name, exact=True).last)


def sees(page: Page, *words: str) -> None:
    for one in words:
        expect(page.locator("main")).to_contain_text(one)


def add_and_invite(owner: Page) -> None:
    owner.goto("/workbench/consultant/new/")
    owner.fill("[name=name]", WHO)
    owner.fill("[name=title]", "律师")
    owner.fill("[name=email]", ADDRESS.title())  # however the owner writes it
    owner.get_by_label("公司法务").check()
    press(owner, "保存")
    owner.goto("/workbench/consultant/")
    row = owner.locator("tr", has_text=WHO)
    expect(row).to_contain_text("尚无账号")
    follow(row.get_by_role("button", name="发送邀请"))
    expect(owner.locator("tr", has_text=WHO)).to_contain_text("已发送")


def register(page: Page, link: str) -> None:
    page.goto(link)
    sees(page, FIRM)
    follow(page.locator("main").get_by_role("button", name="注册"))
    page.fill("[name=name]", WHO)
    page.fill("[name=password]", OWN_PASSWORD)
    page.fill("[name=password_confirm]", OWN_PASSWORD)
    page.locator("[name=consent]").check()
    press(page, "注册并接受邀请")
    expect(page).to_have_url(re.compile("/account/consultant$"))


def hand_in(page: Page, introduction: str, scan: Path | None = None) -> None:
    page.goto("/account/consultant")
    page.fill("[name=mobile]", "13862005678")
    page.fill("[name=introduction]", introduction)
    page.fill("[name=qualifications-0-name]", "律师执业证")
    page.fill("[name=qualifications-0-number]", "13205202010998877")
    if scan:
        page.set_input_files("[name=qualifications-0-scan]", scan)
    page.locator("[name=publishes_email]").check()
    page.locator("[name=consent]").check()
    follow(page.locator("main button[name=action][value=submit]"))
    sees(page, "待审核")


def decide(admin: Page, verb: str, **answers: str) -> None:
    admin.goto("/admin/consultant-review/")
    follow(admin.locator("tr", has_text=WHO).get_by_role("link").first)
    sees(admin, "律师执业证")
    form = admin.locator(f"#decide-{verb}")
    if answers:
        form.locator("summary").click()
    for name, words in answers.items():
        form.locator(f"[name={name.replace('_', '-')}]").fill(words)
    follow(form.locator("button[type=submit]"))


def page_of(page: Page) -> None:
    page.goto(f"/consultants?q={WHO}")
    follow(page.get_by_role("link", name=WHO).first)
    sees(page, WHO, FIRM, "律师执业证", ADDRESS)


def post_demand(page: Page) -> None:
    page_of(page)
    follow(page.locator("main").get_by_role("link", name="发布需求"))
    page.fill("[name=title]", TITLE)
    page.locator("[name=category_id]").select_option(label="公司法务")
    page.fill("[name=description]", "请审查员工持股平台的协议。")
    page.locator("[name=consent]").check()
    follow(page.get_by_role("button", name="提交需求", exact=True))
    sees(page, "XQ")


def work_on(page: Page, path: str) -> None:
    page.goto(path)
    sees(page, TITLE)
    press(page, "接受")
    follow(page.get_by_role("link", name="登记联系"))
    contact(page)
    follow(page.get_by_role("link", name="提交对接结果建议"))
    page.locator("[name=outcome][value=deal]").check()
    contact(page, amount="8,000")
    sees(page, "8,000.00")


def contact(page: Page, amount: str = "") -> None:
    page.select_option("[name=contacted_by]", "phone")
    page.fill("[name=contacted_on]", "2026-11-01")
    if amount:
        page.fill("[name=amount]", amount)
    follow(page.locator("main form button[type=submit]").last)


def unlink(owner: Page) -> None:
    owner.goto("/workbench/consultant/")
    follow(owner.locator("tr", has_text=WHO).get_by_role("link").first)
    follow(owner.get_by_role("link", name="解除关联"))
    sees(owner, TITLE)  # the preview
    owner.locator("[name=hand_over_to]").select_option(label=SUCCESSOR)
    owner.fill("[name=reason]", "合同到期。")
    press(owner, "解除关联")


def link_again(owner: Page, his: Page, live: Live, post: PostOffice, former: str) -> None:
    his.goto(former)
    sees(his, "您已接受此邀请")  # and it links nobody any more
    owner.goto("/workbench/consultant/")
    follow(owner.locator("tr", has_text=WHO).get_by_role("button", name="再次邀请"))
    link = link_in(mails_to(live, post, ADDRESS)[-1], live.url)
    assert link != former
    his.goto(link)
    press(his, "接受邀请")


def in_the_end(live: Live) -> None:
    with live.app.app_context():
        user = db.session.scalars(sa.select(User).filter_by(email=ADDRESS)).one()
        row = db.session.scalars(
            sa.select(Affiliation).where(Affiliation.consultant.has(user_id=user.id))
        ).one()
        steps = sa.select(Event.name).filter_by(subject_type="affiliation", subject_id=row.id)
        assert list(db.session.scalars(steps.order_by(Event.id))) == [
            "add", "invite", "accept", "submit", "return", "submit", "approve", "unlink", "invite",
            "link",
        ]  # fmt: skip
        demand = db.session.scalars(sa.select(Demand).filter_by(title=TITLE)).one()
        assert demand.status == "accepted"
        assert demand.affiliation is not None
        assert demand.affiliation.consultant.name == SUCCESSOR
        db.session.remove()


def walk(browser: Browser, live: Live, post: PostOffice, scan: Path) -> None:
    owner = signed_in(browser, live.url, "jintiancheng@demo.example", PASSWORD)
    admin = signed_in(browser, live.url, "admin@demo.example", PASSWORD)
    add_and_invite(owner)
    link = link_in(mails_to(live, post, ADDRESS)[-1], live.url)
    his = visitor(browser, live.url)
    register(his, link)
    hand_in(his, "执业六年。", scan)
    decide(admin, "return", reason="请补充。", remark_introduction="请写明擅长领域。")
    assert "请补充。" in mails_to(live, post, ADDRESS)[-1]
    his.goto("/account/consultant")
    sees(his, "请写明擅长领域。")
    hand_in(his, "执业六年，专注股权激励与公司治理。")
    decide(admin, "approve")
    assert "已审核通过" in mails_to(live, post, ADDRESS)[-1]

    enterprise = signed_in(browser, live.url, "naxin@demo.example", PASSWORD)
    post_demand(enterprise)
    assert any("【新需求】" in one for one in mails_to(live, post, "jintiancheng@demo.example"))
    work_on(his, link_in(mails_to(live, post, ADDRESS)[-1], live.url))
    unlink(owner)
    assert "合同到期。" in mails_to(live, post, ADDRESS)[-1]
    answer = his.goto("/workbench/demand/")  # in the session that was open
    assert answer is not None
    assert answer.status == 403
    enterprise.goto("/consultants")
    expect(enterprise.locator("main")).not_to_contain_text(WHO)
    link_again(owner, his, live, post, link)
    page_of(enterprise)
    in_the_end(live)


def life(tmp_path: Path, database_url: str = "") -> None:
    post = PostOffice()
    scan = tmp_path / "律师执业证.pdf"
    scan.write_bytes(b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF\n")
    mail = {"mail_server": "127.0.0.1", "mail_sender": "noreply@supermarket.example"}
    with (
        serving(post) as port,
        served(tmp_path / "site", database_url=database_url, mail_port=port, **mail) as live,
        chromium() as browser,
    ):
        walk(browser, live, post, scan)


@needs_browser
@pytest.mark.browser
def test_the_life_of_a_consultant_on_sqlite(tmp_path: Path) -> None:
    life(tmp_path)


@needs_browser
@pytest.mark.browser
@pytest.mark.postgres
def test_the_life_of_a_consultant_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    life(tmp_path, postgres_url)
