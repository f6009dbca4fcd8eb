"""Who has never been here finds the right institution in a minute and posts a demand in two.

What he must do is written out: each page, click and field more is a broken promise. The seconds
are those of tests/support/keystroke_model.py; docs/storefront.md tells of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, expect

import outbox
from core.database import db
from demo import PASSWORD
from models import Mail
from tests.support.browser import chromium, needs_browser, visitor
from tests.support.keystroke_model import Person
from tests.support.live_server import Live, served

pytestmark = [pytest.mark.browser, needs_browser]

MINUTE = 60.0
NEWCOMER = {
    "name": "沈青", "email": "shenqing@outside.example",
    "password": "Lake-2026-water", "password_confirm": "Lake-2026-water",
}  # fmt: skip
# what has to be filled in and is empty: the platform knows the rest
EMPTY = """form => [...form.querySelectorAll("[required]")]
  .filter(one => one.type === "checkbox" ? !one.checked : !one.value).map(one => one.name)"""


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with served(tmp_path_factory.mktemp("minutes")) as site:
        yield site


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def sign_in(person: Person, email: str, password: str) -> None:
    person.types("email", email)
    person.types("password", password)
    person.clicks(person.page.locator("main form button[type=submit]").first)


def fill_in(person: Person, send: str) -> None:
    """Fill in the form of a demand as it opens, and send it."""
    form = person.page.locator("main form")
    assert form.evaluate(EMPTY) == ["title", "category_id", "description", "consent"]
    person.reads(form.locator("label"))
    person.types("title", "审阅劳动合同")
    person.chooses("category_id", "劳动用工")
    person.types("description", "四十份合同即将到期，请审阅并给出续签方案。")
    person.ticks("consent")
    person.clicks(person.page.get_by_role("button", name=send))
    expect(person.page).to_have_url(re.compile("/receipt$"))


def mailed(live: Live, recipient: str) -> str:
    """Return the link in the mail that waits for `recipient`."""
    with live.app.app_context():
        mail = db.session.scalar(sa.select(Mail).where(Mail.recipient == recipient))
        assert mail
        found = re.search(r"https?://\S+/confirm/\S+", outbox.render(mail).text)
        assert found
        return found[0]


def test_a_minute_to_find_and_two_to_post(live: Live, browser: Browser) -> None:
    page = visitor(browser, live.url)
    person = Person(page)
    page.goto("/")
    person.types("q", "劳动用工", enter=True)
    person.reads(page.locator(".found-group").first)
    person.clicks(page.locator(".hit-name").first)
    expect(page.locator("h1")).to_contain_text("锦天城")
    person.reads(
        page.locator(".inst-head"), page.locator(".statistics")
    )  # the rest stood in the hit
    seconds, did = person.stops()
    assert did == {"pages": 3, "fields": 1, "clicks": 1}
    assert seconds < MINUTE

    # he has an account, and is not signed in: nothing is typed before he is
    person.clicks(page.locator(".ask a", has_text="发布需求"))
    sign_in(person, "naxin@demo.example", PASSWORD)
    expect(page).to_have_url(re.compile(r"/demands/new\?institution=1"))
    fill_in(person, "提交需求")
    seconds, did = person.stops()
    assert did == {"pages": 3, "fields": 6, "clicks": 3}
    assert seconds < 2 * MINUTE

    # the next time he is known; and he need not know whom to ask
    page.goto("/")
    person.clicks(page.locator(".hero-help a"))
    fill_in(person, "提交给平台")
    seconds, did = person.stops()
    assert did == {"pages": 3, "fields": 4, "clicks": 2}
    assert seconds < 2 * MINUTE


def test_who_registers_on_the_way_types_nothing_twice(live: Live, browser: Browser) -> None:
    page = visitor(browser, live.url)
    page.goto("/institutions/1")
    person = Person(page)
    person.clicks(page.locator(".ask a", has_text="发布需求"))
    person.clicks(page.get_by_role("link", name="没有账号"))
    for name in ("name", "email", "password", "password_confirm"):
        person.types(name, NEWCOMER[name])
    person.ticks("consent")
    person.clicks(page.locator("main form button[type=submit]"))
    expect(page.locator(".flashes .notice")).to_have_count(1)  # a mail is on its way, and no more
    person.clicks_a_link(mailed(live, NEWCOMER["email"]))
    person.types("password", NEWCOMER["password"])  # who confirms is signed in
    person.clicks(page.locator("main form button[type=submit]"))
    expect(page).to_have_url(re.compile(r"/demands/new\?institution=1"))  # where he was going
    assert page.input_value("[name=contact_name]") == NEWCOMER["name"]
    assert page.input_value("[name=contact_email]") == NEWCOMER["email"]
    seconds, did = person.stops()
    assert did == {"pages": 5, "fields": 6, "clicks": 5}
    assert seconds < 2 * MINUTE
