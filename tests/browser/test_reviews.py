"""The road of a review, walked in a browser: both sides write, both become public, the institution
replies and appeals, the administrator hides. The enterprise's browser runs no script.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from demo import PASSWORD
from tests.support.browser import chromium, follow, needs_browser, signed_in, visitor
from tests.support.live_server import served

pytestmark = [pytest.mark.browser, needs_browser]
DEAL = "劳动用工合规体检"
WORDS = "体检报告细致，整改建议可操作。"


def choose(page: Page, criterion: str, stars: str) -> None:
    """Choose stars by the group's legend, as a person who listens to the page does."""
    page.get_by_role("group", name=criterion).get_by_role("radio", name=stars).check()


def public(browser: Browser, url: str) -> str:
    """What somebody reads who comes now: a browser that was here keeps the page for a while."""
    page = visitor(browser, url)
    page.goto("/institutions/1")
    text = page.inner_text("main")
    page.context.close()
    return text


def test_both_write_both_are_public_reply_appeal_hide(tmp_path: Path) -> None:
    with served(tmp_path / "site") as live, chromium() as browser:
        firm = signed_in(browser, live.url, "jintiancheng@demo.example", PASSWORD)
        customer = signed_in(browser, live.url, "lvneng@demo.example", PASSWORD, script=False)

        firm.goto("/workbench/")
        follow(firm.get_by_role("link", name="评价管理"))
        row = firm.locator("tr", has_text=DEAL)
        follow(row.get_by_role("link", name="评价", exact=True))
        choose(firm, "需求明确度", "很好")
        choose(firm, "配合程度", "较好")
        firm.get_by_role("group", name="付款及时性").get_by_role("radio", name="很差").focus()
        for _ in range(4):  # by the keyboard, from one star to five
            firm.keyboard.press("ArrowRight")
        firm.fill("[name=comment]", "材料齐全。")
        follow(firm.locator("main form button[type=submit]"))
        expect(firm.locator("main")).to_contain_text("已评价并封存")
        assert "材料齐全。" not in public(browser, live.url)

        customer.goto("/account/reviews")
        follow(customer.locator("tr", has_text=DEAL).get_by_role("link", name="评价", exact=True))
        for criterion in ("服务质量", "服务效率", "服务价格", "服务态度"):
            choose(customer, criterion, "较好")
        customer.fill("[name=comment]", WORDS)
        follow(customer.locator("main form button[type=submit]"))
        expect(customer.locator("main")).to_contain_text("已公开")
        seen = public(browser, live.url)
        assert WORDS in seen
        assert "材料齐全。" in seen
        assert "7 条评价" in seen
        assert "绿能" not in seen  # the enterprise's name is shortened

        firm.goto("/workbench/review/received/")
        follow(firm.get_by_role("link", name=re.compile(DEAL)))
        here = firm.url
        follow(firm.get_by_role("link", name="回复"))
        firm.fill("[name=reply]", "感谢认可。")
        follow(firm.locator("main form button[type=submit]"))
        assert "感谢认可。" in public(browser, live.url)
        firm.goto(here)
        follow(firm.get_by_role("link", name="申诉"))
        firm.fill("[name=reason]", "评语涉及商业秘密。")
        follow(firm.locator("main form button[type=submit]"))

        admin = signed_in(browser, live.url, "admin@demo.example", PASSWORD)
        admin.goto("/admin/appeal/?waits=yes")
        follow(admin.locator("tr", has_text=DEAL).get_by_role("link").first)
        expect(admin.locator("main")).to_contain_text("评语涉及商业秘密。")
        follow(admin.get_by_role("link", name="屏蔽评价"))
        admin.fill("[name=reason]", "含商业秘密。")
        follow(admin.locator("main form button[type=submit]"))
        expect(admin.locator("main")).to_contain_text("已被平台屏蔽")
        seen = public(browser, live.url)
        assert WORDS not in seen
        assert "6 条评价" in seen
        customer.goto("/account/notices")
        expect(customer.locator("main")).to_contain_text("评价已被屏蔽")
