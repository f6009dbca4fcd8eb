"""A crawler follows every link of the storefront over the demo park: as a visitor, an enterprise
and a consultant. It meets no error, and nobody's telephone or e-mail but its own.

In Chinese a visitor reaches every row, and who is signed in every row of their account. Elsewhere
a few rows of a table stand for the others, unless a run has `--all-combinations`.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter, deque
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from content import settings
from core.database import db
from models import Consultant, Institution, User
from tests.support import live_server
from tests.support.application import sign_in

OTHER_ROOMS = ("/admin", "/workbench", "/dev/", "/static/")
ALIKE = 6  # addresses of one path that differ in the values of the same parameters
FEW_ALIKE = 2  # where some rows stand for the others
MOST = 150_000  # bytes of a page over the wire, with its styles, scripts and drawings


@pytest.fixture(scope="module")
def park(sqlite_app: Flask) -> Iterator[Flask]:
    with live_server.park(sqlite_app) as app:
        yield app


def links(text: str) -> list[str]:
    """Return the addresses on this site that a page links to, pictures and files included."""
    found = re.findall(r"(?:href|src|action)=\"(/[^\"#]*)", text)
    posts = [one for one in re.findall(r"<form[^>]*>", text) if 'method="post"' in one]
    forms = {match for one in posts for match in re.findall(r"action=\"([^\"]*)\"", one)}
    return [unescape(one) for one in found if one not in forms and not one.startswith("//")]


def crawl(client, starts: list[str], *, every_row: str | None) -> dict[str, tuple[int, str]]:
    """Return {address: (status, text)} of all that the links lead to, without other rooms.

    Args:
        every_row: where to look at each row of a table: the beginning of the addresses.
    """
    seen: dict[str, tuple[int, str]] = {}
    alike: Counter[tuple[str, ...]] = Counter()
    waiting = deque(starts)
    while waiting:
        address = waiting.popleft()
        parts = urlsplit(address)
        each = every_row is not None and parts.path.startswith(every_row)
        path = parts.path if each else re.sub(r"\d+", "0", parts.path)
        shape = (path, *sorted(name for name, _ in parse_qsl(parts.query)))
        most = ALIKE if each else FEW_ALIKE
        if address in seen or parts.path.startswith(OTHER_ROOMS) or alike[shape] >= most:
            continue
        alike[shape] += 1
        answer = client.get(address)
        told = answer.mimetype.startswith("text/")
        seen[address] = (answer.status_code, answer.text if told else "")
        if answer.mimetype == "text/html":
            waiting.extend(links(answer.text))
        if answer.location:
            waiting.append(answer.location)
        answer.close()
    return seen


def person(app: Flask, who: str) -> User | None:
    if who == "consultant":
        query = sa.select(User).join(Consultant, Consultant.user_id == User.id).limit(1)
    else:
        query = sa.select(User).where(User.email == f"{who}@demo.example")
    return db.session.scalar(query) if who else None


def private(user: User | None) -> dict[str, str]:
    """Return {telephone or e-mail: whose} of everybody but the person himself."""
    told: dict[str, str] = {}
    for one in db.session.scalars(sa.select(User)):
        if user is None or one.id != user.id:
            told |= {one.email: one.name, one.phone or "": one.name}
    for firm in db.session.scalars(sa.select(Institution)):
        for value in (firm.contact_mobile, firm.contact_phone, firm.contact_email):
            told[value] = firm.name
    for adviser in db.session.scalars(sa.select(Consultant)):
        if user is None or adviser.user_id != user.id:
            if not adviser.publishes_email:
                told[adviser.email] = adviser.name
            if not adviser.publishes_mobile:
                told[adviser.mobile] = adviser.name
    agreed = {
        value
        for one in db.session.scalars(sa.select(Consultant))
        for value, published in (
            (one.email, one.publishes_email),
            (one.mobile, one.publishes_mobile),
        )
        if published
    }
    own = {user.email, user.phone} if user else set()
    house = set(re.findall(r"[\w.@-]{7,}", " ".join(map(str, settings.all_settings().values()))))
    return {key: name for key, name in told.items() if key and key not in own | agreed | house}


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
@pytest.mark.parametrize(("who", "fewest"), [("", 60), ("naxin", 90), ("consultant", 70)])
def test_no_link_leads_to_an_error_and_no_page_tells_on_anybody(
    request: pytest.FixtureRequest, park: Flask, who: str, fewest: int, language: str
) -> None:
    client = park.test_client()
    with client.session_transaction() as session:
        session["locale"] = language
    with park.app_context():
        user = person(park, who)
        assert (user is None) is (who == "")
        secrets = private(user)
        if user is not None:
            sign_in(client, user)
        db.session.remove()
    starts = ["/", "/institutions", "/consultants", "/products", "/ranking", "/search?q=专利",
              "/compare?kind=institution&id=1&id=2", "/sitemap.xml", "/robots.txt"]  # fmt: skip
    every_row: str | None = "/account/" if who else "/"
    if request.config.getoption("--all-combinations"):
        every_row = "/"
    elif language != "zh_Hans_CN":
        every_row = None  # another language changes the words of a page, not the rows it is of
    found = crawl(client, starts + (["/account/"] if who else []), every_row=every_row)
    assert len(found) >= fewest
    # nobody posts a demand to his own institution: the page says so, and answers 403
    wrong = {address: code for address, (code, _) in found.items() if code >= 400}
    if who == "consultant":
        wrong = {
            address: code
            for address, code in wrong.items()
            if not (address.startswith("/demands/new?") and code == 403)
        }
    assert wrong == {}
    told = [
        (address, secret, name)
        for address, (_, text) in found.items()
        for secret, name in secrets.items()
        if secret in text
    ]
    assert told == []


@pytest.mark.parametrize(
    "path", ["/", "/institutions", "/consultants", "/products", "/ranking", "/institutions/1"]
)
def test_a_page_weighs_little(park: Flask, path: str) -> None:
    """Counted: the page and each style, script and drawing it names, as gzip sends them."""
    client = park.test_client()
    page = client.get(path).text
    files = set(re.findall(r"(?:href|src)=\"(/static/[^\"#?]+)", page))
    files |= {"/static/ripples.svg"} if path == "/" else set()  # of the style of the hero
    weights = {}
    for one in files:
        with client.get(one) as answer:
            weights[one] = len(gzip.compress(answer.data))
    weights[path] = len(gzip.compress(page.encode()))
    assert any("/bootstrap.min." in one for one in files)
    assert sum(weights.values()) < MOST, weights
