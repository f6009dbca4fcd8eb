"""Before a session ends an open page says so, and what was typed stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from core.clock import now
from core.database import db
from demo import PASSWORD
from models import SignIn
from tests.support.browser import chromium, needs_browser, signed_in
from tests.support.live_server import Live, served

pytestmark = [pytest.mark.browser, needs_browser]
TYPED = "写了很久的内容"
NOTE = "#session-end"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with served(tmp_path_factory.mktemp("session-end")) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def shift(live: Live, **values: timedelta) -> None:
    """Let the last session have begun, or been used, that long ago."""
    with live.app.app_context():
        newest = sa.select(sa.func.max(SignIn.id)).scalar_subquery()
        moved = {name: now() - span for name, span in values.items()}
        db.session.execute(sa.update(SignIn).where(SignIn.id == newest).values(**moved))
        db.session.commit()


def last_use(live: Live) -> timedelta:
    with live.app.app_context():
        found = db.session.scalars(sa.select(SignIn.last_seen_at).order_by(SignIn.id.desc()))
        return now() - found.first()


@pytest.fixture
def page(live: Live, browser: Browser) -> Page:
    """The form of an announcement, with something typed."""
    opened = signed_in(browser, live.url, "reviewer@demo.example", PASSWORD)
    opened.clock.install()
    opened.goto("/account/profile")
    opened.locator("[name=name]").fill(TYPED)
    expect(opened.locator(NOTE)).to_be_hidden()
    return opened


def test_it_is_put_off_by_a_button(live: Live, page: Page) -> None:
    shift(live, last_seen_at=timedelta(minutes=26))
    page.clock.fast_forward("26:00")
    note = page.locator(NOTE)
    expect(note).to_contain_text(re.compile("4 分钟后将自动退出登录"))
    note.get_by_role("button", name="继续使用").click()
    expect(note).to_be_hidden()
    assert last_use(live) < timedelta(minutes=1)
    expect(page.locator("[name=name]")).to_have_value(TYPED)
    assert page.url.endswith("/account/profile")


def test_another_tab_puts_it_off_as_well(live: Live, page: Page) -> None:
    shift(live, last_seen_at=timedelta(minutes=3))  # somebody worked there
    page.clock.fast_forward("26:00")
    page.wait_for_timeout(500)
    expect(page.locator(NOTE)).to_be_hidden()


def test_after_the_end_what_was_typed_is_there_and_goes_on_after_a_sign_in(
    live: Live, page: Page
) -> None:
    shift(live, last_seen_at=timedelta(minutes=31))
    page.clock.fast_forward("31:00")
    note = page.locator(NOTE)
    expect(note).to_contain_text("您已退出登录，已填写的内容仍保留在本页")
    expect(page.locator("[name=name]")).to_have_value(TYPED)
    with page.context.expect_page() as opening:
        note.get_by_role("link", name="登录（在新页面打开）").click()
    again = opening.value
    expect(again.locator("main")).to_contain_text("您长时间未操作，系统已自动退出登录。")
    again.locator("[name=email]").fill("reviewer@demo.example")
    again.locator("[name=password]").fill(PASSWORD)
    again.get_by_role("main").get_by_role("button", name="登录", exact=True).click()
    expect(again.locator("h1")).to_have_text("已重新登录")
    again.close()
    page.bring_to_front()
    page.clock.fast_forward("01:00:00")  # it looks once an hour
    expect(note).to_be_hidden()
    page.get_by_role("main").get_by_role("button", name="保存").click()
    expect(page.locator(".flashes")).to_contain_text("已保存")
    expect(page.locator("[name=name]")).to_have_value(TYPED)


def test_the_absolute_end_is_told_without_a_button(live: Live, page: Page) -> None:
    shift(live, at=timedelta(hours=11, minutes=57), last_seen_at=timedelta(0))
    page.clock.fast_forward("26:00")
    note = page.locator(NOTE)
    expect(note).to_contain_text("不能延长")
    expect(note.get_by_role("button")).to_have_count(0)
