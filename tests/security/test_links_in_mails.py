"""No link in any mail changes anything by GET or HEAD: scanners of mails open them all.

Seen: the confirmation link confirmed an address by HEAD; an invitation counted as opened once a
scanner had looked.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from access import row_guard
from app import create_app
from core.database import db
from models import Demand, DemandStatus, Mail, ReviewSide, User
from tests.outbox.test_render import example
from tests.support.application import close, csrf_off, settings_of, sign_in
from tests.support.live_server import raise_once
from workflows.engine import PROCESSES

# what a request leaves by itself: when a session was last seen, and how often somebody tried
ASIDE = {"sign_in", "cache_mark", "attempt"}
# a member of the institution reads a demand: the first look is on record, as the manual says
READ = "/workbench/demand/details/"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Flask]:
    app = create_app(settings_of(tmp_path))
    raise_once(app, tmp_path)
    csrf_off(app)
    with app.app_context(), row_guard.system():
        yield app
        close(app)


def state() -> dict[str, list[Any]]:
    """Return every row of every table."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table))]
            for table in db.metadata.sorted_tables
            if table.name not in ASIDE
        }


def changed(before: dict[str, list[Any]]) -> list[str]:
    after = state()
    return [name for name in before if before[name] != after[name]]


def more_mails(client: Any) -> None:
    """What the demo park does not send: the mails about an account."""
    data = {
        "kind": "ordinary", "name": "N", "email": "new@firm.example", "consent": "y",
        "password": "violet harbour 7", "password_confirm": "violet harbour 7",
    }  # fmt: skip
    assert client.post("/register", data=data).status_code == 302
    data["email"] = "naxin@demo.example"
    assert client.post("/register", data=data).status_code == 302
    assert client.post("/reset", data={"email": "naxin@demo.example"}).status_code in (200, 302)


def mails() -> list[tuple[str, str]]:
    """Return (link, recipient) of one mail of each template that waits with its link."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for mail in db.session.scalars(sa.select(Mail).order_by(Mail.id)):
        if not mail.link.endswith("/***"):
            found[mail.template, mail.link.partition("?")[0]] = (mail.link, mail.recipient)
    return list(found.values())


def test_a_scanner_changes_nothing(demo: Flask) -> None:
    client = demo.test_client()
    more_mails(client)
    links = mails()
    kinds = {link.split("/")[1] for link, _ in links}
    assert {"confirm", "reset", "confirmations", "invitations"} <= kinds
    before = state()
    for link, _recipient in links:
        for method in ("HEAD", "GET"):
            answer = demo.test_client().open(link, method=method)
            assert answer.status_code < 500, link
    assert changed(before) == []


def test_nor_does_a_recipient_who_only_looks(demo: Flask) -> None:
    more_mails(demo.test_client())
    people = {user.email: user.id for user in db.session.scalars(sa.select(User))}
    links = [(link, people[to]) for link, to in mails() if to in people]
    assert len(links) > 40
    before = state()
    for link, id in links:
        for method in ("HEAD", "GET") if not link.startswith(READ) else ("HEAD",):
            client = sign_in(demo.test_client(), db.session.get_one(User, id))
            assert client.open(link, method=method).status_code < 500, link
    assert changed(before) == []


def test_a_demand_is_read_by_who_signed_in_for_it_and_by_get_alone(app: Flask, cast: Any) -> None:
    from tests.support.demands import post_demand

    with row_guard.system():
        demand = post_demand(cast)
        link = f"{READ}?id={demand.id}"
        id = demand.id
        db.session.commit()

        def status() -> DemandStatus:
            return db.session.scalars(sa.select(Demand.status).where(Demand.id == id)).one()

        app.test_client().get(link)
        client = sign_in(app.test_client(), cast.bella)
        assert client.head(link).status_code == 200
        assert status() is DemandStatus.SUBMITTED
        assert client.get(link).status_code == 200
        assert status() is DemandStatus.READ


def test_every_kind_of_link_is_known(app: Flask, cast: Any) -> None:
    """A notice that leads somewhere new is looked at here: may a scanner open it?"""
    known = {
        "account", "admin", "workbench", "certification",  # signed in, and only shown
        "confirmations", "invitations", "institutions", "products", "demands", "enquiries",
    }  # fmt: skip
    for model, process in PROCESSES.items():
        try:
            row: Any = example(model)
        except KeyError:  # of a kind whose mails are about something else
            continue
        row.id, row.side = 1, ReviewSide.ENTERPRISE
        for step in process.transitions:
            for notice in step.notices:
                if notice.link is not None:
                    assert str(notice.link(row)).split("/")[1] in known, step.name
