"""What an enterprise does, on a telephone, with script switched off."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from demo import PASSWORD
from tests.support.browser import chromium, follow, needs_browser, signed_in, visitor
from tests.support.live_server import Live, served

pytestmark = [pytest.mark.browser, needs_browser]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with served(tmp_path_factory.mktemp("scriptless")) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def enter(browser: Browser, live: Live, who: str) -> Page:
    return signed_in(browser, live.url, f"{who}@demo.example", PASSWORD, width=360, script=False)


def press(page: Page, words: str) -> None:
    """Press the first button of the page that begins with these words."""
    follow(page.locator("main").get_by_role("button", name=re.compile(f"^{words}")).first)


def test_a_visitor_finds_compares_and_switches_the_language(live: Live, browser: Browser) -> None:
    page = visitor(browser, live.url, width=360, script=False)
    page.goto("/")
    expect(page.locator("#site-menu")).to_be_visible()  # nobody could open it
    page.fill("input[type=search]", "商标")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_contain_text("商标")
    page.goto("/institutions?category=law&sort=rating")
    expect(page.locator("main")).to_contain_text("锦天城")
    page.goto("/compare?kind=institution&id=1&id=2")
    expect(page.locator("main table")).to_be_visible()
    follow(page.locator(".language button[value=en]").first)
    expect(page).to_have_url(re.compile(r"/compare\?"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/products")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_an_enterprise_asks_chases_picks_and_keeps_house(live: Live, browser: Browser) -> None:
    page = enter(browser, live, "naxin")
    page.goto("/demands/new?undirected=1")
    page.fill("[name=title]", "出口管制合规")
    page.fill("[name=description]", "两款产品。")
    press(page, "存为草稿")
    page.goto("/account/")
    follow(page.locator("main").get_by_role("link", name="出口管制合规"))
    expect(page.locator("[name=description]")).to_have_value("两款产品。")
    page.locator("[name=category_id]").select_option(index=1)
    page.locator("[name=consent]").check()
    follow(page.locator("main form button[type=submit]").first)
    expect(page.locator("main")).to_contain_text("BZ")
    page.goto("/account/demands/1")
    press(page, "催办")
    expect(page.locator(".timeline")).to_contain_text("催办")
    expect(page.locator("main").get_by_role("button", name="催办")).to_have_count(0)
    page.goto("/account/enquiries/2")
    press(page, "选定")
    expect(page.locator("main")).to_contain_text("XQ")
    page.goto("/account/reviews")
    follow(page.get_by_role("link", name="评价", exact=True).last)
    press(page, "评价")  # without a star: what is missing is said, what is typed is kept
    expect(page.locator(".star-choice").first).to_be_visible()
    expect(page.locator(".field-error")).not_to_have_count(0)
    for row in page.locator(".star-choice").all():
        row.get_by_role("radio").nth(3).check()
    page.fill("[name=comment]", "材料齐备，答复及时。")
    press(page, "评价")
    expect(page.locator("main h1")).to_contain_text("已封存")
    expect(page.locator("main")).to_contain_text("材料齐备，答复及时。")
    page.goto("/institutions/1")
    press(page, "收藏")
    page.goto("/account/favourites")
    expect(page.locator("main")).to_contain_text("锦天城")
    page.goto("/account/notices")
    press(page, "全部标为已读")
    expect(page.locator(".bell-count")).to_have_count(0)
    page.goto("/account/notices/settings")
    page.locator("#kind-review").uncheck()
    press(page, "保存")
    expect(page.locator("#kind-review")).not_to_be_checked()
    other = enter(browser, live, "naxin")
    page.goto("/account/sign-ins")
    press(page, "退出其他设备的登录")
    other.goto("/account/")
    expect(other).to_have_url(re.compile("/login"))
    expect(page.locator(".account-page .list-group-item")).to_have_count(1)
    page.locator(".account summary").click()  # <details>: no script opens it
    follow(page.locator(".account-menu").get_by_role("button", name="退出登录"))
    page.goto("/account/")
    expect(page).to_have_url(re.compile("/login"))


def test_a_deal_is_denied_with_a_reason_and_another_confirmed(live: Live, browser: Browser) -> None:
    page = enter(browser, live, "tongchuang")
    page.goto("/account/")
    follow(page.locator("main .panel a[href*='/account/transactions']").first)
    follow(page.locator("main tbody a").first)
    follow(page.get_by_role("link", name="否认交易"))
    follow(page.locator("main form button[type=submit]").last)
    expect(page.locator(".field-error").first).to_be_visible()
    page.fill("[name=reason]", "合同尚未签署。")
    follow(page.locator("main form button[type=submit]").last)
    expect(page.locator("main")).to_contain_text("合同尚未签署。")


def test_the_way_to_a_demand_needs_no_script(live: Live, browser: Browser) -> None:
    page = visitor(browser, live.url, script=False)
    page.goto("/")
    follow(page.locator("a[href='/institutions']").first)
    follow(page.get_by_role("link", name="上海市锦天城（苏州）律师事务所").first)
    follow(page.locator("a[href*='/demands/new?institution']").first)
    page.fill("input[name=email]", "naxin@demo.example")
    page.fill("input[name=password]", PASSWORD)
    expect(page.get_by_role("button", name="用通行密钥登录")).to_have_count(0)  # it needs one
    follow(page.locator("main form [type=submit]").first)
    expect(page).to_have_url(re.compile(r"/demands/new\?institution=1"))
    page.fill("[name=title]", "没有脚本也能提交")
    page.select_option("[name=category_id], [name=category]", label="公司法务")
    page.fill("[name=description]", "三位创始人拟签署股东协议。")
    page.locator("[name=consent]").check()
    follow(page.get_by_role("button", name="提交需求", exact=True))
    expect(page.locator("main")).to_contain_text("XQ")
    page.goto("/account/demands")
    expect(page.locator("main")).to_contain_text("没有脚本也能提交")


def test_many_are_approved_at_once_without_script(live: Live, browser: Browser) -> None:
    page = signed_in(browser, live.url, "admin2@demo.example", PASSWORD, script=False)
    page.goto("/admin/application/")
    for name in ("苏州衡达律师事务所", "苏州科源科技咨询有限公司"):
        page.locator("tr", has_text=name).locator("input[type=checkbox]").check()
    follow(page.locator("#bulk button[value=approve]"))
    touched = page.locator(".touched li")
    expect(touched).to_have_count(2)
    page.locator("main form [type=radio]").first.check()
    follow(page.locator("main form button[type=submit]"))
    for path in ("/institutions/13", "/institutions/14"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200
