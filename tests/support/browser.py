"""A real browser for the journeys: Debian's Chromium, driven headless."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

# How long something may take to come, in milliseconds: a test waits for it and for no longer, so
# this is the patience with a slow machine and says nothing about the product.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)

# In CI a missing browser is a failure; on a machine without the right to install one it is not.
needs_browser = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="Chromium is not installed"
)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def visitor(browser: Browser, base: str, *, width: int = 1280, script: bool = True) -> Page:
    """Somebody new, with a browser of their own, in Chinese."""
    context = browser.new_context(
        base_url=base,
        locale="zh-CN",
        viewport={"width": width, "height": 900},
        java_script_enabled=script,
    )
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def follow(what: Locator) -> None:
    """Click on a link or button that leads to another page, and wait until that page stands."""
    with what.page.expect_navigation():
        what.click()


def signed_in(browser: Browser, base: str, email: str, password: str, **more: object) -> Page:
    """Somebody who signed in already; the form in a browser is that of the scriptless journey."""
    page = visitor(browser, base, **more)  # type: ignore[arg-type]
    page.context.add_cookies(cookies_of(base, email, password))
    return page


def cookies_of(base: str, email: str = "", password: str = "", *, locale: str = "") -> Any:
    """Return the cookies of a browser whose owner chose `locale`, then signed in.

    Args:
        base: the address of the site.
        email, password: of the account; without, a visitor.
        locale: the language, where it is not the site's own.
    """
    with requests.Session() as http:
        http.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) Chrome/131.0.0.0"
        if locale:
            http.post(f"{base}/language", {"locale": locale}, allow_redirects=False)
        if email:
            token = re.search(
                r'name="csrf_token"[^>]*value="([^"]+)"', http.get(f"{base}/login").text
            )
            assert token is not None
            sent = {"email": email, "password": password, "csrf_token": token[1]}
            answer = http.post(f"{base}/login", sent, allow_redirects=False)
            assert answer.status_code == 302, answer.text
        return [
            {"name": cookie.name, "value": cookie.value, "url": base} for cookie in http.cookies
        ]
