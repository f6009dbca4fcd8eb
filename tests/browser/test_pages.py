"""Every page in a real browser: by day and by night, in Chinese and in English, desk and telephone.

Each answers as it should, says nothing on the console, asks no other host for anything, fits the
screen, does not move once it is read, and axe-core finds nothing serious in it. In Chinese it shows
no English. A run looks at each page in the combinations that tests/support/combinations.py gives
it, with `--all-combinations` in all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from demo import PASSWORD
from tests.support.axe import MOVED, STILL, WATCHED, english, faults_at
from tests.support.browser import chromium, cookies_of, needs_browser, visitor
from tests.support.browser_pages import PAGES, Places, more_happens, serve_busy_page
from tests.support.combinations import CHINESE, Combination, combinations
from tests.support.live_server import Live, served

pytestmark = [pytest.mark.browser, needs_browser]

# a category has an English name, the name of its icon and a short name for addresses
ENGLISH_DATA = ("/admin/category/",)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    every = metafunc.config.getoption("--all-combinations")
    looks = combinations(PAGES, every=every)
    metafunc.parametrize(
        ("who", "path", "status", "how"),
        [(*page, how) for page, how in looks],
        ids=[f"{who or 'visitor'}-{path}-{status}-{how}" for (who, path, status), how in looks],
    )


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with served(tmp_path_factory.mktemp("pages")) as site:
        yield site


@pytest.fixture(scope="module")
def places(live: Live) -> Places:
    serve_busy_page(live.app)
    return more_happens(live.app)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


class Window:
    """A window of the browser: who looks through it, and in which language, is in its cookies."""

    def __init__(self, page: Page, live: Live, places: Places) -> None:
        self.page, self.live, self.places = page, live, places
        self.cookies: dict[tuple[str, str], Any] = {}  # of each reader in each language
        self.faults: list[str] = []
        self.status = 0
        page.context.add_init_script(WATCHED)
        page.on("console", self.heard)
        page.on("request", self.asked)

    def heard(self, message: Any) -> None:
        own = self.status >= 400 and f"status of {self.status}" in message.text  # of the page
        if message.type in ("error", "warning") and not own:
            self.faults.append(f"console: {message.text}")

    def asked(self, request: Any) -> None:
        if not request.url.startswith((self.live.url + "/", "data:")):
            self.faults.append(f"another host: {request.url}")

    def sign_in(self, who: str, locale: str) -> None:
        if (who, locale) not in self.cookies:
            email = f"{who}@demo.example" if who else ""
            chosen = "" if locale == CHINESE else locale  # Chinese is what a site speaks by itself
            self.cookies[who, locale] = cookies_of(self.live.url, email, PASSWORD, locale=chosen)
        self.page.context.clear_cookies()
        self.page.context.add_cookies(self.cookies[who, locale])

    def open(self, who: str, path: str, status: int, how: Combination) -> Page:
        """Load the page as `who` sees it."""
        self.sign_in(who, how.locale)
        for field in Places.__slots__:
            path = path.replace("{" + field + "}", str(getattr(self.places, field)))
        self.page.set_viewport_size({"width": how.width, "height": 900})
        # nothing is on its way from here to there when it is looked at
        self.page.emulate_media(color_scheme=how.theme, reduced_motion="reduce")
        self.faults, self.status = [], status
        answer = self.page.goto(path)
        assert answer is not None
        if answer.status != status:
            self.faults.append(f"status {answer.status}")
        return self.page


@pytest.fixture(scope="module")
def window(browser: Browser, live: Live, places: Places) -> Window:
    return Window(visitor(browser, live.url), live, places)


def shifts_of(page: Page) -> float:
    """Return what shifts however often the page is read.

    What shifts once because a busy machine brought a style late does not the next time.
    """
    moved = float(page.evaluate(MOVED))
    for _ in range(2):
        if moved > STILL:
            page.reload()
            moved = min(moved, float(page.evaluate(MOVED)))
    return moved


def test_a_page_is_whole(
    who: str, path: str, status: int, how: Combination, window: Window
) -> None:
    page = window.open(who, path, status, how)
    language = "zh-Hans" if how.locale == CHINESE else "en"
    spoken = page.locator("html").get_attribute("lang")
    faults = [] if spoken == language else [f"speaks {spoken}"]
    if (moved := shifts_of(page)) > STILL:
        faults.append(f"moved by {moved:.3f}")
    faults += faults_at(page)
    if how.locale == CHINESE and not path.startswith(ENGLISH_DATA):
        faults += [f"English: {word}" for word in english(page)]
    assert window.faults + faults == []
