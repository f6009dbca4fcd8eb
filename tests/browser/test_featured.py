"""A featured product's road in a browser: returned, corrected, approved, listed, changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from demo import PASSWORD
from tests.support.browser import chromium, follow, needs_browser, signed_in
from tests.support.live_server import Live, served

pytestmark = [pytest.mark.browser, needs_browser]
NAME = "企业数据合规体检"


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Live]:
    with served(tmp_path) as site:
        yield site


def press(page: Page, value: str) -> None:
    follow(page.locator(f"main button[name=action][value={value}]:visible").last)


def write(page: Page) -> None:
    page.goto("/workbench/product/new/")
    page.select_option("[name=category]", label="法律服务 / 公司法务")
    follow(page.locator("main form button[type=submit]"))
    page.fill("[name=name]", NAME)
    page.fill("[name=summary]", "两周查清数据合规风险。")
    page.fill("[name=description]", "## 内容\n\n- **清单**")
    press(page, "preview")
    expect(page.locator(".preview strong")).to_have_text("清单")
    press(page, "submit")  # the category's parameters are missing
    expect(page.locator("main .field-error").first).to_be_visible()
    page.select_option("[name=p_matter]", label="专项项目")
    page.fill("[name=p_deliverables]", "合规报告")
    press(page, "submit")


def decide(page: Page, queue: str, verb: str, remark: str = "") -> None:
    page.goto(queue)
    follow(page.locator("tr", has_text=NAME).get_by_role("link").first)
    form = page.locator(f"#decide-{verb}")
    if remark:
        form.locator("[name=reason]").fill("请补充。")
        form.locator("summary").click()
        form.locator("[name=remark-summary]").fill(remark)
    follow(form.locator("button[type=submit]"))


@pytest.mark.parametrize("script", [True, False])
def test_the_road_of_a_featured_product(live: Live, script: bool) -> None:
    with chromium() as browser:
        firm = signed_in(browser, live.url, "jintiancheng@demo.example", PASSWORD, script=script)
        judge = signed_in(browser, live.url, "reviewer@demo.example", PASSWORD)
        write(firm)
        mine = firm.url
        decide(judge, "/admin/product/", "return", "请写明服务对象。")
        firm.goto(mine)
        expect(firm.locator("main")).to_contain_text("请写明服务对象。")
        firm.goto(mine.replace("/details/", "/edit/"))
        expect(firm.locator(".field-remark")).to_contain_text("请写明服务对象。")
        firm.fill("[name=summary]", "两周为制造企业查清数据合规风险。")
        press(firm, "submit")
        decide(judge, "/admin/product/", "approve")
        firm.goto(mine)
        follow(firm.locator("main form:has([name=verb][value=list]) button"))
        follow(firm.get_by_role("link", name="前台页面"))
        public = firm.url
        expect(firm.locator("h1")).to_contain_text(NAME)
        firm.goto(mine)
        follow(firm.get_by_role("link", name="修改产品"))
        firm.fill("[name=summary]", "新的简介。")
        press(firm, "submit")
        firm.goto(public)
        expect(firm.locator("main")).to_contain_text("两周为制造企业")
        decide(judge, "/admin/product-change/", "approve")
        firm.goto(public)
        expect(firm.locator("main")).to_contain_text("新的简介。")
