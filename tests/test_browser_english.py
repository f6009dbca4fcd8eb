"""The storefront in English and by night: axe-core finds nothing serious on a desk or a telephone.

Chinese by day, and every state of a page, is tests/test_browser_pages.py; here one load of each
page answers for both widths, the other language and the other light. Nothing moves while a page
builds itself up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from demo import PASSWORD
from tests.browser import chromium, needs_browser, signed_in, visitor
from tests.browser_pages import PAGES, Places, more_happens
from tests.live import Live, served
from tests.test_browser_pages import AXE, FAULTS

pytestmark = [pytest.mark.browser, needs_browser]

OTHER_ROOMS = ("/admin", "/workbench", "/dev/")
# On the telephone everything is looked at. On the desk all but the contrast, which takes most of
# the time and is the same colours on the same grounds.
BUT_CONTRAST = FAULTS.replace(
    "resultTypes:", 'rules: {"color-contrast": {enabled: false}}, resultTypes:'
)
WIDTHS = {360: FAULTS, 1280: BUT_CONTRAST}  # the desk last: the next page begins there
STILL = 0.01  # of the cumulative layout shift; browsers call 0.1 good
# added up by the browser itself from the first paint on
SHIFT = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) sum += one.value; })
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 50);
})"""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with served(tmp_path_factory.mktemp("english")) as site:
        yield site


@pytest.fixture(scope="module")
def places(live: Live) -> Places:
    return more_happens(live.app)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


def in_english(browser: Browser, live: Live, who: str) -> Page:
    """A page of `who`, switched to English, by night."""
    page = (
        signed_in(browser, live.url, f"{who}@demo.example", PASSWORD)
        if who
        else visitor(browser, live.url)
    )
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.goto("/pages/about")
    page.locator(".language button[value=en]").first.click()
    page.wait_for_load_state()
    return page


def shape(path: str) -> str:
    """What kind of page it is: another row of a table, or another word, is the same page."""
    address, _, query = path.partition("?")
    return re.sub(r"\d+", "0", address) + "?" + "&".join(re.findall(r"(\w+)=", query))


def faults_of(page: Page, path: str) -> list[str]:
    page.goto(path)  # on the desk: no screen changes its size just before
    found = []
    if page.locator("html").get_attribute("lang") != "en":
        found.append("not in English")
    if (moved := page.evaluate(SHIFT)) > STILL:
        found.append(f"moved by {moved:.3f}")
    page.evaluate(AXE)
    for width, rules in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 900})
        if (wide := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            found.append(f"{width}: {wide} px too wide")
        found += [f"{width}: {one}" for one in page.evaluate(rules)]
    return [f"{path} {one}" for one in found]


@pytest.mark.parametrize("signed", [False, True])
def test_the_storefront_in_english_by_night(
    signed: bool, live: Live, places: Places, browser: Browser
) -> None:
    seats: dict[str, Page] = {}
    faults: list[str] = []
    looked_at: set[str] = set()
    for who, path, _ in PAGES:
        if path.startswith(OTHER_ROOMS) or bool(who) is not signed or shape(path) in looked_at:
            continue
        looked_at.add(shape(path))
        for field in Places.__slots__:
            path = path.replace("{" + field + "}", str(getattr(places, field)))
        if who not in seats:
            seats[who] = in_english(browser, live, who)
        faults += faults_of(seats[who], path)
    assert faults == []
