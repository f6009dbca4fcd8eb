"""Every page in a real browser, in Chinese, on a desk and on a telephone.

Each answers as it should, says nothing on the console, asks no other host for anything, fits the
screen, shows no English, and axe-core finds nothing serious in it. And what must work without
script, works without script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect

from demo import PASSWORD
from tests.browser import chromium, needs_browser, signed_in, visitor
from tests.browser_pages import PAGES, Places, more_happens
from tests.live import Live, served

pytestmark = [pytest.mark.browser, needs_browser]

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
FAULTS = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .filter(one => ["serious", "critical"].includes(one.impact))
  .map(one => one.id + ": " + one.nodes.map(node => node.target.join(" ")).join(" | "))"""
# What is seen and what is read aloud; the words of another language are marked as such.
WORDS = """() => {
  const said = [document.title, document.body.innerText];
  for (const name of ["aria-label", "placeholder", "title", "alt"])
    for (const one of document.querySelectorAll(`[${name}]`)) said.push(one.getAttribute(name));
  let text = said.join("\\n");
  for (const one of document.querySelectorAll("body [lang=en]"))
    text = text.replace(one.innerText, "");
  return text;
}"""
ADDRESSES = re.compile(r"\S+@\S+|https?://\S+")
# kinds of files, the filing number by its own name, the file of the demo, and the other language
ALLOWED = {
    "pdf",
    "XLSX",
    "CSV",
    "PDF",
    "PNG",
    "JPEG",
    "HTML",
    "ICP",
    "xlsx",
    "csv",
    "png",
    "jpg",
    "licence",
    "English",
    "Markdown",
    "ISO",  # standards and marks by their own names
    "CE",
}

# a category has an English name, the name of its icon and a short name for addresses
ENGLISH_DATA = ("/admin/category/",)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with served(tmp_path_factory.mktemp("pages")) as site:
        yield site


@pytest.fixture(scope="module")
def places(live: Live) -> Places:
    return more_happens(live.app)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def seats() -> dict[str, Page]:
    """The pages of those who are signed in already, by name."""
    return {}


def seat(seats: dict[str, Page], browser: Browser, live: Live, who: str) -> Page:
    if who not in seats:
        seats[who] = (
            signed_in(browser, live.url, f"{who}@demo.example", PASSWORD)
            if who
            else visitor(browser, live.url)
        )
    return seats[who]


def english(text: str) -> list[str]:
    words = re.findall(r"[A-Za-z]{3,}", ADDRESSES.sub("", text))
    return sorted({word for word in words if word not in ALLOWED})


def seen(page: Page, width: int) -> list[str]:
    """What is wrong with the page as it stands on a screen of this width, in pixels."""
    page.set_viewport_size({"width": width, "height": 900})
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    faults = [f"{width}: {wide} px too wide"] if wide > 0 else []
    return faults + [f"{width}: {one}" for one in page.evaluate(FAULTS)]


@pytest.mark.parametrize(("who", "path", "status"), PAGES)
def test_a_page_is_whole(
    who: str,
    path: str,
    status: int,
    live: Live,
    places: Places,
    browser: Browser,
    seats: dict[str, Page],
) -> None:
    page = seat(seats, browser, live, who)
    faults: list[str] = []

    def heard(message: object) -> None:
        text = message.text  # type: ignore[attr-defined]
        own = status >= 400 and f"status of {status}" in text  # the browser's word on the page
        if message.type in ("error", "warning") and not own:  # type: ignore[attr-defined]
            faults.append(f"console: {text}")

    def asked(request: object) -> None:
        address = request.url  # type: ignore[attr-defined]
        if not address.startswith((live.url + "/", "data:")):
            faults.append(f"another host: {address}")

    page.on("console", heard)
    page.on("request", asked)
    try:
        for field in Places.__slots__:
            path = path.replace("{" + field + "}", str(getattr(places, field)))
        page.set_viewport_size({"width": 1280, "height": 900})
        answer = page.goto(path)
        assert answer is not None
        if answer.status != status:
            faults.append(f"status {answer.status}")
        page.evaluate(AXE)
        for width in (1280, 360):
            faults += seen(page, width)
        if not path.startswith(ENGLISH_DATA):
            faults += [f"English: {word}" for word in english(page.evaluate(WORDS))]
    finally:
        page.remove_listener("console", heard)
        page.remove_listener("request", asked)
    assert not faults


def test_the_way_to_a_demand_needs_no_script(live: Live, places: Places, browser: Browser) -> None:
    page = visitor(browser, live.url, script=False)
    page.goto("/")
    page.locator("a[href='/institutions']").first.click()
    page.get_by_role("link", name="上海市锦天城（苏州）律师事务所").first.click()
    page.locator("a[href*='/demands/new?institution']").first.click()
    page.fill("input[name=email]", "naxin@demo.example")
    page.fill("input[name=password]", PASSWORD)
    page.locator("main form [type=submit]").last.click()
    expect(page).to_have_url(re.compile(r"/demands/new\?institution=1"))
    page.fill("[name=title]", "没有脚本也能提交")
    page.select_option("[name=category_id], [name=category]", label="公司法务")
    page.fill("[name=description]", "三位创始人拟签署股东协议。")
    page.locator("[name=consent]").check()
    page.get_by_role("button", name="提交需求", exact=True).click()
    expect(page.locator("main")).to_contain_text("XQ")
    page.goto("/account/demands")
    expect(page.locator("main")).to_contain_text("没有脚本也能提交")


def test_many_are_approved_at_once_without_script(
    live: Live, places: Places, browser: Browser
) -> None:
    page = signed_in(browser, live.url, "admin2@demo.example", PASSWORD, script=False)
    page.goto("/admin/application/")
    for name in ("苏州衡达律师事务所", "苏州科源科技咨询有限公司"):
        page.locator("tr", has_text=name).locator("input[type=checkbox]").check()
    page.locator("#bulk button[value=approve]").click()
    touched = page.locator(".touched li")
    expect(touched).to_have_count(2)
    page.locator("main form [type=radio]").first.check()
    page.locator("main form button[type=submit]").click()
    for path in ("/institutions/13", "/institutions/14"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200
