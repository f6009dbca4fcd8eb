"""A real browser for the journeys: Debian's Chromium, driven headless."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip

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
    """Somebody new, with a browser of his own, in Chinese."""
    context = browser.new_context(
        base_url=base,
        locale="zh-CN",
        viewport={"width": width, "height": 900},
        java_script_enabled=script,
    )
    context.set_default_timeout(30_000)
    return context.new_page()


def signed_in(browser: Browser, base: str, email: str, password: str, **more: object) -> Page:
    page = visitor(browser, base, **more)  # type: ignore[arg-type]
    page.goto("/login")
    page.fill("input[name=email]", email)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit], main input[type=submit]")
    page.wait_for_load_state()
    assert "/login" not in page.url, page.inner_text("main")
    return page
