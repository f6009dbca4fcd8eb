"""Too many attempts are refused, in the look of the house."""

from __future__ import annotations

import pytest
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from core.extensions import limiter


@pytest.fixture
def limited(client, monkeypatch):
    monkeypatch.setattr(limiter, "enabled", True)
    monkeypatch.setattr(limiter, "_limiter", FixedWindowRateLimiter(MemoryStorage()))
    client.post("/language", data={"locale": "en"})
    return client


def tried(client, url: str, email: str, times: int) -> list[int]:
    data = {"email": email, "password": "not it at all"}
    return [client.post(url, data=data).status_code for _ in range(times)]


@pytest.mark.parametrize(
    ("url", "free"), [("/login", 10), ("/register", 5), ("/reset", 5), ("/confirm", 5)]
)
def test_one_address_is_tried_so_often_and_no_more(limited, url, free):
    assert tried(limited, url, "ann@example.com", free + 1) == [200] * free + [429]
    refused = limited.post(url, data={"email": "Ann@Example.com "})
    assert refused.status_code == 429
    assert "Too many attempts" in refused.text
    assert limited.get(url).status_code == 200
    assert tried(limited, url, "otto@example.com", 1) == [200]


def test_many_addresses_from_one_place_are_stopped_too(limited):
    codes = [
        limited.post("/reset", data={"email": f"nobody{n}@example.com"}).status_code
        for n in range(31)
    ]
    assert codes == [200] * 30 + [429]
