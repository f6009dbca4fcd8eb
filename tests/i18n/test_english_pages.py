"""In English no page says anything in Chinese but what people wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa
from babel.messages.pofile import read_po
from flask import Flask

from app import ROOT
from core.database import db
from models import User
from tests.support import live_server
from tests.support.application import forget, sign_in
from tests.support.browser_pages import PAGES, Places, more_happens

CHINESE = re.compile(r"[\u4e00-\u9fff]")
SPOKEN = ("aria-label", "placeholder", "title", "alt", "content", "data-confirm")
TITLES = {"用户服务协议"}  # of a page that administrators write
MAILS = ("/dev/mails", "/admin/mail/")  # they speak the language of who gets them
# Names of categories, kinds of parameters, states and the like that people's data also hold.
ALSO_DATA = re.compile(r"^.{1,4}$")


class Texts(HTMLParser):
    """Collects what a page says, except in what is marked as Chinese."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.skipped += 1
        self.found += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.skipped -= 1

    def handle_data(self, data: str) -> None:
        if not self.skipped and data.strip():
            self.found.append(" ".join(data.split()))


@cache
def interface() -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    """The Chinese texts of the interface: those that stand alone, and those with gaps."""
    with (ROOT / "translations/zh_Hans_CN/LC_MESSAGES/messages.po").open("rb") as file:
        texts = {
            " ".join(text.split())
            for one in read_po(file)
            for text in (one.string if one.pluralizable else (one.string,))
            if CHINESE.search(text)
        }
    whole = frozenset(one for one in texts - TITLES if "%(" not in one and not ALSO_DATA.match(one))
    gaps = [re.split(r"%\(\w+\)s", one) for one in texts if "%(" in one]
    return whole, tuple(
        re.compile(".+".join(map(re.escape, parts)))
        for parts in gaps
        if len(CHINESE.findall("".join(parts))) >= 4
    )


@cache
def of_the_interface(text: str) -> bool:
    whole, gaps = interface()
    return text in whole or any(one.fullmatch(text) for one in gaps)


@pytest.fixture(scope="module")
def park(sqlite_app: Flask) -> Iterator[Flask]:
    with live_server.park(sqlite_app) as app:
        yield app


def test_no_page_speaks_chinese_in_english(park: Flask) -> None:
    places = more_happens(park)
    with park.app_context():
        people = {one.email.partition("@")[0]: one for one in db.session.scalars(sa.select(User))}
        db.session.expunge_all()
    said: dict[str, list[str]] = {}
    clients = {}
    for who, path, _ in PAGES:
        if path.startswith(MAILS):
            continue
        for field in Places.__slots__:
            path = path.replace("{" + field + "}", str(getattr(places, field)))
        if who not in clients:
            clients[who] = park.test_client()
            if who:
                sign_in(clients[who], people[who])
            with clients[who].session_transaction() as session:
                session["locale"] = "en"
        forget()
        texts = Texts()
        texts.feed(clients[who].get(path, follow_redirects=True).text)
        wrong = sorted(
            {one for one in texts.found if CHINESE.search(one) and of_the_interface(one)}
        )
        if wrong:
            said[path] = wrong
    assert said == {}


def test_the_words_of_the_interface_would_be_found() -> None:
    assert of_the_interface("未按时答复：可催办或转给其他机构")
    assert of_the_interface("首次答复应不晚于2026-11-26。")
    assert not of_the_interface("上海市锦天城（苏州）律师事务所")
