"""A redirect of a missing slash leads to a path, and never to what the header Host says.

Seen: `GET /admin` with `Host: evil.example` was answered by `Location: http://evil.example/admin/`,
which a cache in between hands to others.
"""

from __future__ import annotations

import pytest

from tests.support.application import sign_in


def test_no_missing_slash_leads_to_the_host_header(app, client, cast):
    sign_in(client, cast.root)
    leading = [
        rule.rule.rstrip("/")
        for rule in app.url_map.iter_rules()
        if rule.rule.endswith("/")
        and not rule.arguments
        and rule.rule != "/"
        and "GET" in (rule.methods or ())
    ]
    assert len(leading) > 100
    for path in leading:
        answer = client.get(f"{path}?a=1", headers={"Host": "evil.example"})
        assert "evil" not in answer.text
        assert answer.location == f"{path}/?a=1", path
        assert answer.status_code == 308


@pytest.mark.parametrize("path", ["//evil.example/admin", "/admin//category/", "/\\evil.example"])
def test_no_double_slash_leads_away(client, path):
    answer = client.get(path, headers={"Host": "evil.example"})
    assert answer.status_code in (302, 308, 404)
    assert "evil" not in (answer.location or "")
