"""Every address that takes a POST asks for the token of its page first, whoever sends it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from models import Event
from tests.support.application import rows, sign_in


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


def addresses(app: Flask) -> list[str]:
    """Return an address for each rule that takes a POST."""
    found = []
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()):
            values = dict.fromkeys(rule.arguments, 1)
            found.append(adapter.build(rule.endpoint, values, method="POST"))
    return sorted(set(found))


@pytest.mark.parametrize("name", [None, "root", "bella", "ann"])
def test_nothing_is_posted_without_the_token(guarded, cast, name):
    client = guarded.test_client()
    if name:
        sign_in(client, getattr(cast, name))
    before = len(rows(sa.select(Event)))
    paths = addresses(guarded)
    assert len(paths) > 30
    answers = {path: client.post(path, data={"id": "1", "ids": "1"}).status_code for path in paths}
    # a visitor's pages are the same for all and carry no token; the language is nobody's secret
    open_to_all = {} if name else {"/language": 302}
    assert {path: code for path, code in answers.items() if code != 400} == open_to_all
    assert len(rows(sa.select(Event))) == before


def test_the_refusal_says_what_to_do(guarded, client):
    page = client.post("/login", data={"email": "x"})
    assert page.status_code == 400
    assert "刷新" in page.text
