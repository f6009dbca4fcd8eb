"""An enterprise without a mouse: from the home page to a posted demand, and through the menus."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from demo import PASSWORD
from tests.support.browser import chromium, needs_browser, visitor
from tests.support.live_server import Live, served

pytestmark = [pytest.mark.browser, needs_browser]

FIRM = "上海市锦天城（苏州）律师事务所"
MOST_TABS = 90
# Where the person is, whether they see it, and whether they looked for it. Seen is an outline or a
# ring within the screen, of its own or of the card around it; the button in a date field is the
# browser's, and drawn by it.
STOP = """selector => {
  const here = document.activeElement, box = here.getBoundingClientRect();
  const ring = part => getComputedStyle(part).outlineStyle !== "none"
    || getComputedStyle(part).boxShadow !== "none";
  const parts = [here, here.closest(".search, .prod")];
  const ringed = here.type === "date" || parts.some(part => part && ring(part));
  return {
    seen: ringed && box.width > 0 && box.bottom > 0 && box.top < innerHeight,
    found: here.matches(selector),
    html: here.outerHTML.slice(0, 200),
  };
}"""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with served(tmp_path_factory.mktemp("keyboard")) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(live: Live, browser: Browser) -> Page:
    found = visitor(browser, live.url)
    found.emulate_media(reduced_motion="reduce")  # nothing scrolls smoothly
    return found


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is on `selector`; every stop on the way is visible."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP, selector)
        assert stop["seen"], stop["html"]
        if stop["found"]:
            return
    raise AssertionError(f"no way to {selector} by keyboard")


def enter(page: Page) -> None:
    """Press Enter, which leads to another page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def type_into(page: Page, name: str, text: str) -> None:
    tab_to(page, f"[name={name}]")
    page.keyboard.type(text)


def test_from_the_home_page_to_a_demand(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    type_into(page, "q", "锦天城")
    enter(page)
    tab_to(page, "main a[href='/institutions/1']")
    enter(page)
    expect(page.locator("h1")).to_contain_text(FIRM)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # past the menu
    expect(page.locator("#main")).to_be_focused()
    tab_to(page, "main a[href*='/demands/new?institution=1']")
    enter(page)
    type_into(page, "email", "naxin@demo.example")
    type_into(page, "password", PASSWORD)
    enter(page)
    expect(page).to_have_url(re.compile(r"/demands/new\?institution=1"))
    type_into(page, "title", "只用键盘提交")
    tab_to(page, "[name=category_id]")
    page.keyboard.press("ArrowDown")
    type_into(page, "description", "审阅一份租赁合同。")
    tab_to(page, "[name=consent]")
    page.keyboard.press("Space")
    tab_to(page, "main button[type=submit]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")  # an impatient one
    expect(page).to_have_url(re.compile("/receipt$"))
    tab_to(page, "main a[href^='/account/demands/']")
    enter(page)
    expect(page.locator("h1")).to_contain_text("只用键盘提交")
    page.emulate_media(media="print")  # on paper: the demand, without what leads elsewhere
    expect(page.locator(".account-ways")).to_be_hidden()
    expect(page.locator(".timeline")).to_be_visible()
    page.emulate_media(media="screen")
    page.goto("/account/demands")
    expect(page.get_by_role("link", name="只用键盘提交")).to_have_count(1)


def test_errors_and_menus(page: Page) -> None:
    page.goto("/login?next=/demands/new?undirected=1")
    type_into(page, "email", "naxin@demo.example")
    type_into(page, "password", PASSWORD)
    enter(page)
    expect(page).to_have_url(re.compile("undirected"))
    tab_to(page, ".account summary")
    page.keyboard.press("Enter")
    tab_to(page, ".account-menu a")
    page.keyboard.press("Escape")
    expect(page.locator(".account summary")).to_be_focused()
    expect(page.locator(".account-menu")).to_be_hidden()
    tab_to(page, "main button[type=submit]")
    enter(page)
    summary = page.locator(".notice-danger[role=alert]")
    expect(summary).to_be_visible()
    tab_to(page, ".notice-danger a")  # what is wrong leads to its field
    page.keyboard.press("Enter")
    expect(page.locator("[name=title]")).to_be_focused()
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/account/")
    tab_to(page, ".menu-button")
    expect(page.locator("#site-menu")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#site-menu")).to_be_visible()
    tab_to(page, "#site-menu a[href='/products']")
    page.goto("/account/")
    tab_to(page, ".account-ways a[href='/account/close']")
