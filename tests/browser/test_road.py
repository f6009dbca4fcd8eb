"""The first road, walked in a browser with mails over real SMTP, on both databases.

A law firm applies, an administrator returns it and then certifies it, an enterprise finds it and
posts a demand, the firm gets a mail, opens the demand, records the outcome, and the enterprise
sees every step and confirms. A rival finds no way in.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect
from stdnum.cn.uscc import calc_check_digit

import outbox
from core.database import db
from demo import PASSWORD
from models import Demand, Event, Institution
from tests.support.browser import chromium, follow, needs_browser, signed_in
from tests.support.live_server import Live, served
from tests.support.smtp import PostOffice, serving

FIRM = "苏州正平律师事务所"
TITLE = "股东协议起草"
CODE = "31320000MD0199999"


def valid_code() -> str:
    return CODE + calc_check_digit(CODE)


def mails_to(live: Live, post: PostOffice, address: str) -> list[str]:
    """Deliver what waits, over SMTP, and return the texts that reached `address`."""
    with live.app.app_context():
        outbox.deliver_due()
        db.session.remove()
    return [
        message.get_body(("plain",)).get_content()
        for message in post.messages
        if address in str(message["To"])
    ]


def link_in(text: str, base: str) -> str:
    found = re.search(re.escape(base) + r"(/\S*)", text)
    assert found, text
    return found[1]


def apply(page: Page, licence: Path) -> None:
    page.goto("/certification/")
    page.fill("[name=name]", FIRM)
    page.fill("[name=credit_code]", valid_code().lower())
    page.get_by_label("公司法务").check()
    page.fill("[name=introduction]", "为园区企业提供公司法律服务，执业律师十二名。")
    page.fill("[name=address]", "苏州工业园区星港街199号")
    page.fill("[name=contact_name]", "郑平")
    page.fill("[name=contact_mobile]", "13862001234")
    page.fill("[name=contact_phone]", "0512-67068048-801")
    page.fill("[name=contact_email]", "reserved@zhengping.example")
    large = licence.with_name("large.pdf")
    large.write_bytes(b"%PDF-" + bytes(11 * 1024 * 1024))
    page.set_input_files("[name=licence]", large)
    told = page.eval_on_selector("[name=licence]", "field => field.validationMessage")
    assert told == "“large.pdf”超过 10 MB，请选择更小的文件。"
    page.set_input_files("[name=licence]", licence)
    page.get_by_label("同时申请成为").check()
    follow(page.locator("button[name=action][value=submit]"))
    expect(page.locator("main")).to_contain_text("RZ")


def review_page(page: Page) -> None:
    page.goto("/admin/application/")
    row = page.locator("tr", has_text=FIRM)
    follow(row.get_by_role("link").first)
    expect(page.locator("main")).to_contain_text(FIRM)


def return_with_remark(page: Page) -> None:
    review_page(page)
    form = page.locator("#decide-return")
    form.locator("[name=reason]").fill("请补充办公地址。")
    form.locator("summary").click()
    form.locator("[name=remark-address]").fill("请写明楼层与房间号。")
    follow(form.locator("button[type=submit]"))


def correct(page: Page) -> None:
    page.goto("/certification/")
    expect(page.locator("main")).to_contain_text("请写明楼层与房间号。")
    page.fill("[name=address]", "苏州工业园区星港街199号8层801室")
    follow(page.locator("button[name=action][value=submit]"))


def approve(page: Page) -> None:
    review_page(page)
    expect(page.locator("main")).to_contain_text("星港街199号8层801室")  # what changed
    form = page.locator("#decide-approve")
    form.locator("[name=association][value=admit]").check()
    follow(form.locator("button[type=submit]"))


def post_demand(page: Page) -> str:
    page.goto("/institutions?q=正平")
    follow(page.get_by_role("link", name=FIRM).first)
    follow(page.locator("a[href*='/demands/new?institution']").first)
    page.fill("[name=title]", TITLE)
    page.select_option("[name=category_id], [name=category]", label="公司法务")
    page.fill("[name=description]", "三位创始人拟签署股东协议。")
    page.fill("[name=budget]", "２０,０００")
    page.locator("[name=consent]").check()
    follow(page.get_by_role("button", name="提交需求", exact=True))
    expect(page.locator("main")).to_contain_text("XQ")
    found = re.search(r"XQ\d+", page.inner_text("main"))
    assert found
    return found[0]


def record_outcome(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("main")).to_contain_text("138")  # the telephone to call
    follow(page.get_by_role("link", name="维护").or_(page.get_by_role("button", name="维护")).first)
    page.locator("[name=outcome][value=deal]").check()
    page.select_option("[name=contacted_by]", "phone")
    page.fill("[name=contacted_on]", "2026-11-01")
    page.fill("[name=amount]", "18,500.50")
    follow(page.locator("main form button[type=submit]").last)


def confirm(page: Page, number: str) -> None:
    page.goto("/account/demands")
    follow(page.get_by_role("link", name=TITLE).first)
    for words in (number, "18,500.50", "查看"):
        expect(page.locator("main")).to_contain_text(words)
    follow(page.get_by_role("button", name="确认").first)


def walk(browser: Browser, live: Live, post: PostOffice, licence: Path) -> None:
    firm = signed_in(browser, live.url, "applicant@demo.example", PASSWORD)
    admin = signed_in(browser, live.url, "admin@demo.example", PASSWORD)
    apply(firm, licence)
    assert FIRM in mails_to(live, post, "admin@demo.example")[-1]
    return_with_remark(admin)
    assert "请补充办公地址。" in mails_to(live, post, "reserved@zhengping.example")[-1]
    correct(firm)
    approve(admin)
    told = mails_to(live, post, "reserved@zhengping.example")
    assert any("/workbench/" in text for text in told)
    firm.goto("/workbench/")
    expect(firm.locator("body")).to_contain_text(FIRM)

    enterprise = signed_in(browser, live.url, "naxin@demo.example", PASSWORD)
    number = post_demand(enterprise)
    mail = mails_to(live, post, "reserved@zhengping.example")[-1]
    assert "【新需求】" in mail
    path = link_in(mail, live.url)
    rival = signed_in(browser, live.url, "boda@demo.example", PASSWORD)
    answer = rival.goto(path)
    assert answer is not None
    assert answer.status == 404
    record_outcome(firm, path)
    assert any(number in text for text in mails_to(live, post, "naxin@demo.example"))
    confirm(enterprise, number)
    with live.app.app_context():
        demand = db.session.scalars(sa.select(Demand).filter_by(number=number)).one()
        assert demand.status == "confirmed"
        assert str(demand.amount) == "18500.50"
        steps = sa.select(Event.name).filter_by(subject_type="demand", subject_id=demand.id)
        assert list(db.session.scalars(steps.order_by(Event.id))) == [
            "post",
            "read",
            "contact_revealed",
            "record_outcome",
            "confirm",
        ]
        firm_row = db.session.scalars(sa.select(Institution).filter_by(name=FIRM)).one()
        assert firm_row.association[0].status == "member"
        db.session.remove()


def road(tmp_path: Path, database_url: str = "") -> None:
    post = PostOffice()
    licence = tmp_path / "营业执照.pdf"
    licence.write_bytes(b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF\n")
    mail = {"mail_server": "127.0.0.1", "mail_sender": "noreply@supermarket.example"}
    with (
        serving(post) as port,
        served(tmp_path / "site", database_url=database_url, mail_port=port, **mail) as live,
        chromium() as browser,
    ):
        walk(browser, live, post, licence)


@needs_browser
@pytest.mark.browser
def test_the_whole_road_on_sqlite(tmp_path: Path) -> None:
    road(tmp_path)


@needs_browser
@pytest.mark.browser
@pytest.mark.postgres
def test_the_whole_road_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    road(tmp_path, postgres_url)
