"""A form outlives its session: every form of every page, sent when its session is over.

Seen: who signed out and in again in another tab and then sent a form got a page of status 400, and
following its advice emptied the form; who was signed out lost what was typed. Here each form that
the pages of the demo park carry is filled in and sent, with each of its buttons: with the token of
a session that is over by somebody who is signed in again, and by somebody who is signed out.
"""

from __future__ import annotations

import io
import re
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict

from accounts import form_tokens
from core.database import db
from models import User
from tests.support import live_server
from tests.support.application import sign_in
from tests.support.html_forms import PageForm, forms_of

PEOPLE = ("", "admin", "naxin", "applicant", "jintiancheng", "chenyu", "tangyi")
STARTS = (
    "/", "/account/", "/admin/", "/workbench/", "/login", "/register", "/register?kind=enterprise",
    "/reset", "/confirm", "/verify", "/workbench/product/new/?category=9",
    "/workbench/offer/list/?item=1&item=2",
)  # fmt: skip
ALIKE = 2  # addresses of one shape that are read in the rooms of somebody, one elsewhere
ROOMS = ("/account", "/admin", "/workbench")
# who reads the other pages: to everybody else they carry the same forms
READERS = ("", "naxin", "tangyi")
SITE = "http://localhost"
# what a button of its own page does with the form, and nobody loses by it
OTHER_SHAPE = ("remove:", "up:", "down:")
# the page that asks carries the chosen rows in one field
ROWS = {"pick", "choice"}
# a script asks, and is answered in figures
BY_SCRIPT = {"storefront.session_end"}


@dataclass(frozen=True, slots=True)
class Found:
    """A form on a page, who saw it, and where it leads."""

    who: str
    page: str
    form: PageForm
    endpoint: str
    address: str


@pytest.fixture(scope="module")
def park(sqlite_app: Flask) -> Iterator[Flask]:
    with live_server.park(sqlite_app) as app:
        app.config["WTF_CSRF_ENABLED"] = True
        yield app
        app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture(scope="module")
def keys(park: Flask) -> dict[str, int]:
    with park.app_context():
        rows = db.session.execute(sa.select(User.email, User.id)).all()
        db.session.remove()
    return {email.partition("@")[0]: id for email, id in rows}


@pytest.fixture(scope="module")
def forms(park: Flask, keys: dict[str, int]) -> list[Found]:
    """Every form once: those of one endpoint with the same fields are one."""
    known: dict[tuple[str, tuple[str, ...]], Found] = {}
    for who in PEOPLE:
        for one in crawl(park, keys, who):
            names = tuple(sorted({name for name, _ in one.form.fields}))
            known.setdefault((one.endpoint, names), one)
    return list(known.values())


@pytest.fixture
def written(park: Flask) -> Iterator[Callable[[], int]]:
    """Counts statements that write, but for when the session was last used."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        words = statement.upper().split()
        if words[0] in ("INSERT", "UPDATE", "DELETE") and not {"SIGN_IN", "CACHE_MARK"} & set(
            words
        ):
            found.append(statement)

    with park.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield lambda: len(found)
    sa.event.remove(engine, "before_cursor_execute", note)


def entered(app: Flask, keys: dict[str, int], who: str, client: FlaskClient | None = None) -> Any:
    """A client signed in as that person, in this browser."""
    client = client or app.test_client()
    if who:
        with app.app_context():
            sign_in(client, db.session.get_one(User, keys[who]))
            db.session.remove()
    return client


def crawl(app: Flask, keys: dict[str, int], who: str) -> Iterator[Found]:
    client, adapter = entered(app, keys, who), app.url_map.bind("localhost")
    seen: set[str] = set()
    alike: Counter[tuple[str, ...]] = Counter()
    waiting = deque(STARTS)
    while waiting:
        address = waiting.popleft()
        parts = urlsplit(address)
        names = sorted(name for name, _ in parse_qsl(parts.query))
        shape = (re.sub(r"\d+", "0", parts.path), *names)
        if "/static/" in address or parts.path.startswith(("/dev", "/attachments")):
            continue
        own = parts.path.startswith(ROOMS)
        if address in seen or alike[shape] >= (ALIKE if own else 1):
            continue
        if not (own or who in READERS or address in STARTS):
            continue
        seen.add(address)
        alike[shape] += 1
        with client.get(address) as answer:
            html = answer.text if answer.mimetype == "text/html" else ""
        waiting.extend([answer.location] if answer.location else [])
        waiting.extend(unescape(one) for one in re.findall(r'href="(/[^"#]*)', html))
        for form in forms_of(html) if answer.status_code == 200 else ():
            target = urljoin(address, form.action)
            endpoint, _ = adapter.match(urlsplit(target).path, method="POST")
            yield Found(who, address, form, endpoint, target)


def token_of_another_session(app: Flask, owner: int | None) -> str:
    signed = URLSafeTimedSerializer(str(app.secret_key), salt=form_tokens.SALT)
    return str(signed.dumps("0" * 40 + (f".{owner}" if owner else "")))


def sent(app: Flask, one: Found, owner: int | None, button: Any) -> dict[str, Any]:
    """Return what a browser sends that has the page open: filled in, with the stale token."""
    fields = [pair for pair in filled(one) if pair[0] != "csrf_token"]
    fields.append(("csrf_token", token_of_another_session(app, owner)))
    data: MultiDict[str, Any] = MultiDict(fields + ([button] if button else []))
    for name in one.form.files:
        data.add(name, (io.BytesIO(b"%PDF-1.4 %%EOF"), "licence.pdf"))
    return {
        "data": data,
        "headers": {"Origin": SITE, "Referer": SITE + one.page},
        "content_type": "multipart/form-data" if one.form.files else None,
    }


def filled(one: Found) -> list[tuple[str, str]]:
    as_shown = dict(one.form.fields)
    return [  # of another category other things are asked
        (name, as_shown.get(name, value)) if name == "category" else (name, value)
        for name, value in one.form.filled("typed")
    ]


def lost(one: Found, page: str) -> dict[str, str]:
    """Return what was filled in and stands in no form of `page`."""
    typed = {name: value for name, value in filled(one) if name in one.form.asks}
    missing = [typed]
    for form in forms_of(page):
        there = MultiDict(form.fields)
        rows = ROWS if "ids" in there else set()
        missing.append(
            {
                name: value
                for name, value in typed.items()
                if value not in there.getlist(name) and name not in rows and "password" not in name
            }
        )
    return min(missing, key=len)


def attempts(forms: list[Found]) -> Iterator[tuple[Found, Any]]:
    for one in forms:
        for button in one.form.buttons:
            if not (button and button[1].startswith(OTHER_SHAPE)):
                yield one, button


def wrong(one: Found, answer: Any) -> str:
    """Return what is wrong with the answer to a form that came too late, or ""."""
    if answer.status_code in (200, 422):
        gone = lost(one, answer.text)
        if gone:
            return f"lost {gone}"
        if one.form.files and "licence.pdf" not in answer.text:
            return "does not name the files"
        fresh = {value for form in forms_of(answer.text) for name, value in form.fields
                 if name == "csrf_token"}  # fmt: skip
        return "" if fresh else "has no new token"
    if answer.status_code == 302 and not one.form.asks:
        return "" if answer.location == one.page else f"leads to {answer.location}"
    return f"answers {answer.status_code} {answer.location}"


def test_signed_in_again_every_form_comes_back_with_what_was_typed(park, keys, forms, written):
    faults = []
    for one, button in attempts(forms):
        before, client = written(), entered(park, keys, one.who)
        answer = client.post(one.address, **sent(park, one, keys.get(one.who), button))
        fault = wrong(one, answer)
        if written() != before:
            fault += " CHANGED"
        if fault:
            faults.append((one.who, one.endpoint, one.page, button, fault))
    assert faults == []


def test_signed_out_every_form_is_kept_until_the_person_is_back(park, keys, forms):
    faults, kept = [], 0
    for one, button in attempts([form for form in forms if form.who]):
        client = park.test_client()
        answer = client.post(one.address, **sent(park, one, keys[one.who], button))
        if answer.status_code == 302 and answer.location.startswith("/login?"):
            kept += 1
            back = dict(parse_qsl(urlsplit(answer.location).query))["next"]
            answer = entered(park, keys, one.who, client).get(back)
        if fault := wrong(one, answer):
            faults.append((one.who, one.endpoint, one.page, button, fault))
    assert faults == []
    assert kept > 150


def test_the_walk_knows_every_endpoint_that_takes_a_post(park, keys, forms):
    """What no page of the park carries a form for exists for nobody, or is sent below."""
    known = {one.endpoint for one in forms}
    assert len(known) >= 80
    clients = [entered(park, keys, who) for who in PEOPLE]
    there = set()
    for rule in park.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint in known or rule.arguments:
            continue
        if "GET" in (rule.methods or ()) and not rule.endpoint.endswith(".ask_view"):
            codes = {client.get(f"{rule.rule}?id=1").status_code for client in clients}
            there |= {rule.endpoint} if 200 in codes else set()
    assert there - BY_SCRIPT == set()


def test_no_endpoint_does_anything_with_a_stale_token(park, keys, written):
    adapter = park.url_map.bind("localhost")
    codes: Counter[int] = Counter()
    for who in ("", "admin", "naxin", "jintiancheng"):
        client = entered(park, keys, who)
        for rule in park.url_map.iter_rules():
            if "POST" not in (rule.methods or ()) or rule.endpoint == "storefront.set_language":
                continue
            address = adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, 1), method="POST")
            before = written()
            data = {"id": "1", "ids": "1", "verb": "approve", "name": "typed", "answered": "1",
                    "csrf_token": token_of_another_session(park, keys.get(who))}  # fmt: skip
            answer = client.post(address, data=data, headers={"Origin": SITE})
            codes[answer.status_code] += 1
            assert written() == before, (who, rule.endpoint)
            assert answer.status_code in (200, 302, 403, 404, 409, 422), (who, rule.endpoint)
        client.get("/account/")
    assert codes[200] > 40
