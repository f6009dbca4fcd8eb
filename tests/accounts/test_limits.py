"""Too many mails asked for are refused, in the look of the house."""

from __future__ import annotations

import pytest

from tests.support.cast import PASSWORD
from tests.support.limits import in_force


@pytest.fixture
def limited(client):
    client.post("/language", data={"locale": "en"})
    with in_force():
        yield client


def fields(email: str) -> dict[str, str]:
    return {
        "email": email,
        "password": PASSWORD,
        "password_confirm": PASSWORD,
        "name": "Nina",
        "consent": "y",
    }


@pytest.mark.parametrize(("url", "taken"), [("/register", 302), ("/reset", 200), ("/confirm", 200)])
def test_one_address_gets_so_many_mails_and_no_more(limited, url, taken):
    codes = [limited.post(url, data=fields("ann@example.com")).status_code for _ in range(6)]
    assert codes == [taken] * 5 + [429]
    refused = limited.post(url, data=fields("Ann@Example.com "))
    assert refused.status_code == 429
    assert "Too many attempts. Wait 60 minutes" in refused.text
    assert "ann@example.com" in refused.text.lower()
    assert limited.get(url).status_code == 200
    assert limited.post(url, data=fields("otto@example.com")).status_code == taken


def test_a_registration_with_errors_uses_nothing_up(limited):
    data = fields("nina@example.com") | {"password_confirm": "another one"}
    assert {limited.post("/register", data=data).status_code for _ in range(12)} == {200}
    assert limited.post("/register", data=fields("nina@example.com")).status_code == 302


def test_many_addresses_from_one_place_are_stopped_too(limited):
    codes = [
        limited.post("/reset", data={"email": f"nobody{n}@example.com"}).status_code
        for n in range(101)
    ]
    assert codes == [200] * 100 + [429]
