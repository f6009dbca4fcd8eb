"""Take the README's screenshots, and one of every page with --all DIR, from a running demo.

Run: `make run` in one shell, then `.venv/bin/python -m scripts.screenshots [--all DIR]`.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from demo import PASSWORD
from tests.support.browser import ARGUMENTS
from tests.support.browser_pages import PAGES

ROOT = Path(__file__).resolve().parent.parent

URL = f"http://127.0.0.1:{os.environ.get('PORT') or '5000'}"
WIDTHS = {"desktop": 1280, "phone": 360}

README = [
    ("storefront", "", "/"),
    ("institution", "", "/institutions/1"),
    ("products", "", "/products"),
    ("ranking", "", "/ranking"),
    ("queue", "admin", "/admin/application/"),
    ("review", "admin", "/admin/application/details/?id=15"),
    ("workbench", "jintiancheng", "/workbench/"),
    ("demand", "jintiancheng", "/workbench/demand/details/?id=3"),
]


def every_page() -> list[tuple[str, str, str]]:
    """The pages that the tests look at, but for those that stand in a test's database only."""
    return [
        (re.sub(r"[^\w-]+", "_", f"{who or 'anybody'}{path}").strip("_"), who, path)
        for who, path, status in PAGES
        if status == 200 and "{" not in path
    ]


def signed_in(browser: Browser, who: str, width: int) -> Page:
    """A page of `width` pixels, signed in as a demo account (or nobody)."""
    page = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN").new_page()
    if who:
        page.goto(f"{URL}/login")
        page.fill("input[name=email]", f"{who}@demo.example")
        page.fill("input[name=password]", PASSWORD)
        page.click("main form button[type=submit], main form input[type=submit]")
    return page


def take(browser: Browser, shots: list[tuple[str, str, str]], folder: Path, full: bool) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for kind, width in WIDTHS.items() if full else [("", 1280)]:
        pages: dict[str, Page] = {}
        for name, who, path in shots:
            page = pages.get(who) or pages.setdefault(who, signed_in(browser, who, width))
            answer = page.goto(URL + path)
            status = answer.status if answer else 0
            wide = page.evaluate("document.documentElement.scrollWidth") - width
            if status >= 400 or wide > 0:
                print(f"{kind} {path}: {status}, {wide} px too wide")
            file = folder / (f"{name}-{kind}.png" if kind else f"{name}.png")
            page.screenshot(path=str(file), full_page=full)


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        if "--all" in sys.argv:
            take(browser, every_page(), Path(sys.argv[sys.argv.index("--all") + 1]), full=True)
        else:
            take(browser, README, ROOT / "docs/screenshots", full=False)
        browser.close()


if __name__ == "__main__":
    main()
