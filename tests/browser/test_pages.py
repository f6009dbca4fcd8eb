"""Every page in a real browser: in Chinese by day and in English by night, desk and telephone.

Each answers as it should, says nothing on the console, asks no other host for anything, fits the
screen, and axe-core finds nothing serious in it. In Chinese it shows no English; in English nothing
moves while it builds itself up. A page is loaded once in each language for both widths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from demo import PASSWORD
from tests.support.axe import AXE, SHIFT, STILL, english, faults_at
from tests.support.browser import chromium, cookies_of, needs_browser, visitor
from tests.support.browser_pages import PAGES, Places, more_happens
from tests.support.live_server import Live, served

pytestmark = [pytest.mark.browser, needs_browser]

# a category has an English name, the name of its icon and a short name for addresses
ENGLISH_DATA = ("/admin/category/",)


def shape(path: str) -> str:
    """What kind of page it is: another row of a table, or another word, is the same page."""
    address, _, query = path.partition("?")
    return re.sub(r"\d+", "0", address) + "?" + "&".join(re.findall(r"(\w+)=", query))


# the first page of each kind, as a visitor and as somebody who signed in see it
KINDS = {(bool(who), shape(path)): (who, path, status) for who, path, status in reversed(PAGES)}
OF_EACH_KIND = [one for one in PAGES if one in KINDS.values()]


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


class Window:
    """A window of the browser in one language: who looks through it is a matter of cookies."""

    def __init__(self, page: Page, live: Live, places: Places, locale: str = "") -> None:
        self.page, self.live, self.places, self.locale = page, live, places, locale
        self.kept: dict[str, Any] = {}  # the cookies of each who looked already
        self.faults: list[str] = []
        self.status = 0
        page.context.add_init_script(AXE)
        page.on("console", self.heard)
        page.on("request", self.asked)

    def heard(self, message: Any) -> None:
        own = self.status >= 400 and f"status of {self.status}" in message.text  # of the page
        if message.type in ("error", "warning") and not own:
            self.faults.append(f"console: {message.text}")

    def asked(self, request: Any) -> None:
        if not request.url.startswith((self.live.url + "/", "data:")):
            self.faults.append(f"another host: {request.url}")

    def open(self, who: str, path: str, status: int) -> Page:
        """Load the page, on the desk, as `who` sees it."""
        if who not in self.kept:
            email = f"{who}@demo.example" if who else ""
            self.kept[who] = cookies_of(self.live.url, email, PASSWORD, locale=self.locale)
        self.page.context.clear_cookies()
        self.page.context.add_cookies(self.kept[who])
        for field in Places.__slots__:
            path = path.replace("{" + field + "}", str(getattr(self.places, field)))
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.faults, self.status = [], status
        answer = self.page.goto(path)
        assert answer is not None
        if answer.status != status:
            self.faults.append(f"status {answer.status}")
        return self.page


@pytest.fixture(scope="module")
def day(browser: Browser, live: Live, places: Places) -> Window:
    return Window(visitor(browser, live.url), live, places)


@pytest.fixture(scope="module")
def night(browser: Browser, live: Live, places: Places) -> Window:
    page = visitor(browser, live.url)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    return Window(page, live, places, locale="en")


@pytest.mark.parametrize(("who", "path", "status"), PAGES)
def test_a_page_is_whole(who: str, path: str, status: int, day: Window) -> None:
    page = day.open(who, path, status)
    faults = faults_at(page, 1280, contrast=True) + faults_at(page, 360, contrast=False)
    if not path.startswith(ENGLISH_DATA):
        faults += [f"English: {word}" for word in english(page)]
    assert day.faults + faults == []


@pytest.mark.parametrize(("who", "path", "status"), OF_EACH_KIND)
def test_a_page_is_whole_in_english_by_night(
    who: str, path: str, status: int, night: Window
) -> None:
    page = night.open(who, path, status)
    faults = [] if page.locator("html").get_attribute("lang") == "en" else ["not in English"]
    if (moved := page.evaluate(SHIFT)) > STILL:
        faults.append(f"moved by {moved:.3f}")
    # by day the contrast is that of the desk: the widths share their colours
    faults += faults_at(page, 1280, contrast=False) + faults_at(page, 360, contrast=True)
    assert night.faults + faults == []
