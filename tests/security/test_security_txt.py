"""Whoever finds a vulnerability finds out where to report it: /.well-known/security.txt."""

from __future__ import annotations

from datetime import UTC, datetime

from core.clock import frozen
from core.database import db
from models import SiteSetting


def test_it_names_the_platforms_address_and_an_end(client) -> None:
    with frozen(datetime(2026, 11, 29, 8, 30, tzinfo=UTC)):
        answer = client.get("/.well-known/security.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.text == (
        "Contact: mailto:sipsmesu@sipac.gov.cn\n"
        "Expires: 2027-05-28T00:00:00Z\n"
        "Preferred-Languages: zh, en\n"
        "Canonical: https://supermarket.example/.well-known/security.txt\n"
    )


def test_an_address_of_its_own_goes_first(client) -> None:
    db.session.add(SiteSetting(key="security_email", value="security@park.example"))
    db.session.commit()
    first = client.get("/.well-known/security.txt").text.splitlines()[0]
    assert first == "Contact: mailto:security@park.example"


def test_without_any_address_there_is_none(client) -> None:
    db.session.add(SiteSetting(key="contact_email", value=""))
    db.session.commit()
    assert client.get("/.well-known/security.txt").status_code == 404
