"""Every answer says what it is, and in which encoding; no answer opens the site to other origins.

ASVS 5.0: 3.4.2, 4.1.1.
"""

from __future__ import annotations

import pytest

from tests.support.application import sign_in

PAGES = {
    "/": "text/html; charset=utf-8",
    "/institutions": "text/html; charset=utf-8",
    "/not-there": "text/html; charset=utf-8",
    "/login": "text/html; charset=utf-8",
    "/search/suggest?q=a": "application/json",  # RFC 8259: UTF-8 always
    "/robots.txt": "text/plain; charset=utf-8",
    "/sitemap.xml": "application/xml; charset=utf-8",
    "/healthz": "application/json",
    "/static/css/site.css": 'text/css; charset="utf-8"',
    "/static/js/busy.js": 'text/javascript; charset="utf-8"',
}


@pytest.mark.parametrize(("path", "kind"), PAGES.items())
def test_an_answer_names_its_type(client, path: str, kind: str) -> None:
    with client.get(path) as answer:
        assert answer.content_type == kind
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", [*PAGES, "/admin/", "/account/"])
def test_no_other_origin_may_read_an_answer(client, cast, path: str) -> None:
    sign_in(client, cast.root)
    for method in ("get", "options"):
        with getattr(client, method)(path, headers={"Origin": "https://evil.example"}) as answer:
            assert not any(name.startswith("Access-Control") for name, _ in answer.headers)
