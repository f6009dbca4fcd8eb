"""Products in a real browser: listed without script, parameters edited with it and without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from demo import PASSWORD
from tests.support.browser import chromium, follow, needs_browser, signed_in
from tests.support.live_server import Live, served

pytestmark = [pytest.mark.browser, needs_browser]

SCHEMA = "/admin/category/schema/?id={}"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with served(tmp_path_factory.mktemp("products")) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def labels(page: Page) -> list[str]:
    return [one.input_value() for one in page.locator("[data-rows] input[name$=-label]").all()]


def edit(page: Page, category: int, script: bool) -> None:
    """Add two fields, put the second first, remove a third, and save.

    Without script each step is a page of its own.
    """

    def press(button: Locator) -> None:
        if script:
            button.click()
        else:
            follow(button)

    page.goto(SCHEMA.format(category))
    page.locator("[data-rows] input[name$=-label]").first.fill("服务地点")
    for name in ("办理周期", "多余"):
        press(page.get_by_role("button", name="添加字段"))
        page.locator("[data-rows] input[name$=-label]").last.fill(name)
    press(page.locator("[data-row]").nth(1).get_by_role("button", name="上移"))
    press(page.locator("[data-row]").nth(2).get_by_role("button", name="移除"))
    assert labels(page) == ["办理周期", "服务地点"]
    page.locator("[data-rows] select[name$=-type]").first.select_option("number")
    page.locator("[data-rows] input[name$=-unit]").first.fill("天")
    follow(page.get_by_role("button", name="保存").last)
    expect(page.locator(".flashes")).to_contain_text("版本 1")
    assert labels(page) == ["办理周期", "服务地点"]


@pytest.mark.parametrize(("script", "category"), [(True, 6), (False, 3)])
def test_parameters_are_edited(live: Live, browser: Browser, script: bool, category: int) -> None:
    page = signed_in(browser, live.url, "admin@demo.example", PASSWORD, script=script)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    edit(page, category, script)
    assert said == []


def test_what_does_not_belong_to_a_type_is_out_of_sight(live: Live, browser: Browser) -> None:
    page = signed_in(browser, live.url, "admin@demo.example", PASSWORD)
    page.goto(SCHEMA.format(8))
    choices = page.locator("[data-rows] textarea[name$=-choices]")
    expect(choices).to_be_hidden()
    page.locator("[data-rows] select[name$=-type]").select_option("choice")
    expect(choices).to_be_visible()
    expect(page.locator("[data-rows] input[name$=-unit]")).to_be_hidden()


def test_several_regular_products_are_listed_without_script(live: Live, browser: Browser) -> None:
    page = signed_in(browser, live.url, "jintiancheng@demo.example", PASSWORD, script=False)
    page.goto("/workbench/")
    follow(page.get_by_role("link", name="产品管理"))
    follow(page.get_by_role("link", name="常规产品上架"))
    page.get_by_label("商标注册申请").check()
    page.get_by_label("软件著作权登记").check()
    follow(page.get_by_role("button", name="下一步"))
    panels = page.locator("section.panel")
    expect(panels).to_have_count(2)
    panels.nth(0).get_by_label("一口价").check()
    panels.nth(0).get_by_label("金额，或价格下限").fill("１,２００")
    panels.nth(1).get_by_label("价格区间").check()
    follow(page.get_by_role("button", name="上架 2 项产品"))
    expect(page.locator(".has-error")).to_have_count(2)  # a range needs both ends
    expect(panels.nth(0).get_by_label("金额，或价格下限")).to_have_value("１,２００")
    panels.nth(1).get_by_label("金额，或价格下限").fill("600")
    panels.nth(1).get_by_label("价格上限").fill("900")
    follow(page.get_by_role("button", name="上架 2 项产品"))
    expect(page.locator("table")).to_contain_text("¥1,200.00")
    page.goto("/products?kind=regular&q=商标")
    follow(page.get_by_role("link", name="商标注册申请"))
    expect(page.locator("table")).to_contain_text("上海市锦天城（苏州）律师事务所")
