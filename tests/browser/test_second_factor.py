"""A role with a second factor, walked in a browser whose authenticator is virtual (Chromium).

An administrator whose days are over is led to the set-up page, registers a passkey, signs out, in
with it, and confirms by it before a setting changes; the other one sets up an authenticator app,
gives its code, and confirms by the password. What was typed is there again.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from core.clock import now
from core.database import db
from demo import PASSWORD
from models import SiteSetting, User
from tests.support.browser import chromium, follow, needs_browser, visitor
from tests.support.live_server import Live, served
from tests.support.second_factor import code_of

pytestmark = [pytest.mark.browser, needs_browser]

COLLEAGUE, ADMINISTRATOR = "admin2@demo.example", "admin@demo.example"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with served(tmp_path_factory.mktemp("factor")) as site:
        with site.app.app_context():
            db.session.execute(
                sa.delete(SiteSetting).where(SiteSetting.key == "staff_second_factor")
            )
            db.session.execute(
                sa.update(User)
                .where(User.role.is_not(None))
                .values(role_since=now() - timedelta(4))
            )
            db.session.commit()
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(live: Live, browser: Browser) -> Page:
    """A browser at the name of the site (no passkey is bound to an address), and what it holds."""
    found = visitor(browser, live.url.replace("127.0.0.1", "localhost"))
    devtools = found.context.new_cdp_session(found)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return found


def press(page: Page, name: str) -> None:
    follow(page.locator("main").get_by_role("button", name=name, exact=True).first)


def sign_in(page: Page, email: str) -> None:
    page.goto("/login")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    press(page, "登录")


def sign_out(page: Page) -> None:
    page.context.clear_cookies()


def test_who_is_late_is_led_to_a_passkey_and_signs_in_with_it(page: Page, live: Live) -> None:
    sign_in(page, COLLEAGUE)
    page.goto("/admin/")
    expect(page).to_have_url(re.compile("/account/security"))
    expect(page.locator("main")).to_contain_text("设置期限已过")
    page.locator("main").get_by_role("link", name="新增通行密钥").click()
    page.fill("[name=name]", "办公室电脑")
    page.locator("main").get_by_role("button", name="继续").click()
    expect(page.locator("main")).to_contain_text("通行密钥“办公室电脑”已设置")
    page.goto("/admin/")
    expect(page.locator("h1")).to_be_visible()
    assert "/admin/" in page.url

    sign_out(page)
    page.goto("/login?next=/admin/")
    page.locator("main").get_by_role("button", name="用通行密钥登录").click()
    page.wait_for_url("**/admin/")

    sign_out(page)
    sign_in(page, COLLEAGUE)
    expect(page.locator("h1")).to_have_text("二次验证")
    page.locator("main").get_by_role("button", name="使用通行密钥").click()
    page.wait_for_url("**/")
    page.goto("/admin/setting/")
    page.fill("[name=fax]", "0512-11112222")
    grow_old(page, live)
    press(page, "保存")
    expect(page.locator("h1")).to_have_text("请确认是您本人")
    page.locator("main").get_by_role("button", name="使用通行密钥").click()
    page.wait_for_url("**/admin/setting/**")
    expect(page.locator("[name=fax]")).to_have_value("0512-11112222")
    press(page, "保存")
    assert stored(live, "fax") == "0512-11112222"


def test_an_administrator_with_an_app_confirms_before_the_settings_change(
    page: Page, live: Live
) -> None:
    sign_in(page, ADMINISTRATOR)
    page.goto("/account/security")
    follow(page.locator("main").get_by_role("link", name="设置验证器应用"))
    press(page, "设置验证器应用")
    key = page.locator("code.key").inner_text().replace("-", "")
    page.fill("[name=code]", "000000")
    press(page, "确认")
    assert page.locator("code.key").inner_text().replace("-", "") == key
    page.fill("[name=code]", code_of(key))
    press(page, "确认")
    expect(page.locator("main")).to_contain_text("已设置")
    follow(page.locator("main").get_by_role("link", name="生成恢复码"))
    press(page, "生成新的恢复码")
    assert page.locator(".codes li").count() == 10
    with page.expect_download() as kept:
        page.get_by_role("button", name="下载").click()
    assert kept.value.path().read_text().count("-") == 20

    sign_out(page)
    sign_in(page, ADMINISTRATOR)
    page.fill("[name=code]", code_of(key, 30))
    press(page, "登录")
    page.goto("/admin/setting/")
    page.fill("[name=postcode]", "215000")
    grow_old(page, live)
    press(page, "保存")
    expect(page.locator("h1")).to_have_text("请确认是您本人")
    page.fill("[name=password]", PASSWORD)
    press(page, "确认")
    expect(page.locator("[name=postcode]")).to_have_value("215000")
    press(page, "保存")
    assert stored(live, "postcode") == "215000"


def stored(live: Live, key: str) -> str | None:
    """Return what the site's setting of that name is."""
    with live.app.app_context():
        return db.session.scalar(sa.select(SiteSetting.value).where(SiteSetting.key == key))


def grow_old(page: Page, live: Live) -> None:
    """Let the sign-in of `page` be of an hour ago, in the session that its cookie carries."""
    reader = live.app.session_interface.get_signing_serializer(live.app)
    assert reader is not None
    name = live.app.config["SESSION_COOKIE_NAME"]
    cookie = next(one for one in page.context.cookies() if one["name"] == name)
    session = reader.loads(cookie["value"]) | {"fs_paa": time.time() - 3600}
    value = reader.dumps(session)
    page.context.add_cookies([{**cookie, "value": str(value)}])
