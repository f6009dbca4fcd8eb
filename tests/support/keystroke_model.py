"""How long a person takes for what a browser test does: the keystroke-level model.

S. K. Card, T. P. Moran, A. Newell: The keystroke-level model for user performance time with
interactive systems. Communications of the ACM 23(7), 1980, 396-410. Its persons know their way; one
who comes for the first time reads, too, so reading is added here.
"""

from __future__ import annotations

import re
from collections import Counter

from playwright.sync_api import Locator, Page

from tests.support.browser import follow

KEY = 0.28  # K: a key or a button, of somebody who is no secretary
POINT = 1.1  # P: to something on the screen, with the mouse
HAND = 0.4  # H: between mouse and keyboard
THINK = 1.35  # M: before each deed
WAIT = 1.0  # R: for a page; ours take a tenth of it
HAN = 60 / 40  # a Chinese character by pinyin, at 40 a minute
READ = 60 / 300  # a character that is read, at 300 a minute

CHINESE = re.compile(r"[\u3400-\u9fff]")


def typing(text: str) -> float:
    """Return the seconds that typing `text` takes."""
    han = len(CHINESE.findall(text))
    return han * HAN + (len(text) - han) * KEY


class Person:
    """Somebody at a desk: does it in the browser, and adds up what it costs him."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.seconds = 0.0
        self.did: Counter[str] = Counter()  # pages, clicks, fields
        page.on("framenavigated", self._arrives)

    def _arrives(self, frame: object) -> None:
        if frame == self.page.main_frame and self.page.url != "about:blank":
            self.did["pages"] += 1
            self.seconds += WAIT

    def reads(self, *places: Locator) -> None:
        """Read what stands in `places`, every sign of it."""
        for place in places:
            words = "".join(place.all_inner_texts())
            self.seconds += READ * len(re.sub(r"\s", "", words))

    def clicks(self, what: Locator) -> None:
        """Think, point and click on what leads to another page."""
        self.did["clicks"] += 1
        self.seconds += THINK + POINT + KEY
        follow(what)

    def clicks_a_link(self, address: str) -> None:
        """Think, point and click where another program shows a link."""
        self.did["clicks"] += 1
        self.seconds += THINK + POINT + KEY
        self.page.goto(address)

    def types(self, name: str, text: str, *, enter: bool = False) -> None:
        """Click into a field, take the keyboard, type, and come back to the mouse."""
        self.did["fields"] += 1
        self.seconds += THINK + POINT + KEY + HAND + typing(text) + HAND
        field = self.page.locator(f"[name={name}]:visible").first
        field.fill(text)
        if enter:
            self.seconds += KEY
            with self.page.expect_navigation():
                field.press("Enter")

    def chooses(self, name: str, label: str) -> None:
        """Open a list, look for `label`, and take it."""
        self.did["fields"] += 1
        self.seconds += 2 * (THINK + POINT + KEY)
        self.page.locator(f"[name={name}]").select_option(label=label)

    def ticks(self, name: str) -> None:
        """Think, point and tick."""
        self.did["fields"] += 1
        self.seconds += THINK + POINT + KEY
        self.page.locator(f"[name={name}]").check()

    def stops(self) -> tuple[float, dict[str, int]]:
        """Return the seconds and the deeds since the last stop."""
        told = (round(self.seconds, 1), dict(self.did))
        self.seconds = 0.0
        self.did.clear()
        return told
