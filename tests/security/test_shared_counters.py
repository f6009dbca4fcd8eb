"""Counters of tries. Seen: each worker counted for itself, so that two workers gave twice the
tries, and a restart gave them all back. They stand in the database now, or in Redis.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask_security import hash_password
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from accounts import counters
from accounts.counters import DatabaseStorage
from core.clock import frozen, now
from core.database import db
from core.extensions import limiter
from forms.base import new_key
from models import Event, RateCounter, User
from tests.support.application import rows, sign_in
from tests.support.cast import PASSWORD
from tests.support.limits import enter, in_force, wrong
from tests.support.redis_server import redis_server
from web import rerun

pytestmark = pytest.mark.connections
TEN = parse("10 per 10 minutes")


def counted() -> list[int]:
    return rows(sa.select(RateCounter.count).order_by(RateCounter.count))


def test_two_workers_count_in_one_place(app):
    one, other = (FixedWindowRateLimiter(DatabaseStorage()) for _ in range(2))
    assert [worker.hit(TEN, "x") for worker in (one, other) * 6] == [True] * 10 + [False] * 2
    assert not one.test(TEN, "x")
    assert one.test(TEN, "y")


def test_a_window_ends_and_is_forgotten(app):
    strategy, at = FixedWindowRateLimiter(DatabaseStorage()), now()
    with frozen(at):
        for _ in range(10):
            strategy.hit(TEN, "x")
        assert strategy.get_window_stats(TEN, "x").remaining == 0
        ends = strategy.get_window_stats(TEN, "x").reset_time
        assert ends == pytest.approx((at + timedelta(minutes=10)).timestamp(), abs=1)
    with frozen(at + timedelta(minutes=10, seconds=1)):
        assert strategy.test(TEN, "x")
        assert counters.purge(now()) == 1
        assert counted() == []
        assert strategy.hit(TEN, "x")
        assert counted() == [1]


def test_what_is_given_back_is_not_counted_and_never_owed(app):
    strategy = FixedWindowRateLimiter(DatabaseStorage())
    strategy.hit(TEN, "x")
    for _ in range(3):
        strategy.hit(TEN, "x", cost=-1)
    assert counted() == [0]


def test_thirty_at_once_are_counted_one_by_one(app):
    strategy, taken = FixedWindowRateLimiter(DatabaseStorage()), []

    def hit() -> None:
        with app.app_context():
            taken.append(strategy.hit(TEN, "x"))

    threads = [threading.Thread(target=hit) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 20 + [True] * 10


def test_no_row_names_an_address_or_a_network(app, client, cast):
    with in_force(DatabaseStorage()):
        wrong(client, "ann@example.com", 2)
    keys = rows(sa.select(RateCounter.key))
    assert len(keys) == 3  # together, the account, the network
    assert all(len(key) == 64 and set(key) <= set("0123456789abcdef") for key in keys)


def test_the_page_of_a_signed_in_person_counts_too_and_nothing_waits(app, client, cast):
    """On SQLite whoever posts holds the lock of the one writer; the counter lets go of it first."""
    cast.otto.password = hash_password(PASSWORD)
    db.session.commit()
    with in_force(DatabaseStorage()):
        client.post("/login", data={"email": "otto@example.com", "password": PASSWORD})
        began = time.monotonic()
        for n in range(12):
            answer = client.post("/account/close", data={"password": "not it", "sure": "y"})
            assert answer.status_code == (200 if n < 10 else 429)
        assert time.monotonic() - began < 10  # a lock that is not got takes fifteen seconds
        assert rows(sa.select(User.active).filter_by(email="otto@example.com")) == [True]


def test_a_limit_of_a_single_page_waits_for_nothing_either(app, client, cast):
    """Flask-Limiter counts before the view and behind it, while a person is signed in."""
    with in_force(DatabaseStorage()):
        sign_in(client, cast.ann)
        began = time.monotonic()
        answer = client.post(
            f"/demands/new?institution={cast.bridge.id}",
            data={
                "title": "A contract",
                "description": "Please read it.",
                "contact_name": "Ann",
                "contact_phone": "13812345678",
                "contact_email": "ann@example.com",
                "form_key": new_key(),
            },
        )
        assert answer.status_code in (200, 302)
        assert time.monotonic() - began < 10


def test_a_request_that_counted_can_be_run_again(app, client, cast, monkeypatch):
    """What is counted is committed beside the request, which has committed nothing by it."""
    seen = []
    monkeypatch.setattr(
        "accounts.limits._at_home", lambda _account: seen.append(rerun.possible("test"))
    )
    with in_force(DatabaseStorage()) as strategy:
        network = parse("300 per hour")
        for _ in range(300):
            strategy.hit(network, "password", "network", "127.0.0.1")
        client.post("/login", data={"email": "ann@example.com", "password": "not it"})
    assert seen == [True]


def test_redis_counts_where_it_is_given(app, client, cast):
    with redis_server() as server:
        storage = storage_from_string(f"shared+redis://127.0.0.1:{server.server_address[1]}")
        with in_force(storage):
            assert wrong(client, "ann@example.com", 11) == [200] * 10 + [429]
        assert "EVALSHA" in server.asked
        assert max(server.counts.values()) == 11
        storage.first.storage.close()
    assert counted() == []


def test_a_redis_that_is_silent_is_waited_for_once_and_shortly(app, client, cast):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        storage = storage_from_string(f"shared+redis://127.0.0.1:{silent.getsockname()[1]}")
        began = time.monotonic()
        with in_force(storage):
            assert wrong(client, "ann@example.com", 11) == [200] * 10 + [429]
        assert 0.9 < time.monotonic() - began < 5
        storage.first.storage.close()


def test_signing_in_goes_on_while_redis_is_away(app, client, cast, caplog):
    """And tries stay limited: the database counts. It is asked again after half a minute."""
    caplog.set_level(logging.WARNING)
    cast.ann.password = hash_password(PASSWORD)
    db.session.commit()
    storage = storage_from_string("shared+redis://127.0.0.1:1")  # nobody listens there
    began = time.monotonic()
    with in_force(storage):
        assert enter(client, "ann@example.com").status_code == 302
        assert wrong(client, "ann@example.com", 11) == [200] * 10 + [429]
    assert time.monotonic() - began < 10
    said = [record for record in caplog.records if "the storage is away" in record.getMessage()]
    assert len(said) == 1  # not once a try
    assert max(counted()) >= 10


def test_the_database_counts_unless_something_else_is_set(app):
    assert app.config["RATELIMIT_STORAGE_URI"] == "database://"
    assert isinstance(storage_from_string("database://"), DatabaseStorage)
    assert limiter is not None
    assert rows(sa.select(Event).filter_by(subject_type="rate_counter")) == []
