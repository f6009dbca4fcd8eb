"""Invented senders. Seen: an X-Forwarded-For that the proxy did not set was believed, so that each
try came from another network; and behind a proxy that nobody named all people were one network.
"""

from __future__ import annotations

import logging

import pytest
from flask import Flask, request

from core import config
from core.networks import network_of, sender
from tests.support.application import settings_of
from web import proxies

PROXY, STRANGER, REAL, FAKE = "10.0.0.5", "203.0.113.50", "198.51.100.7", "192.0.2.1"


def application(tmp_path, **settings) -> Flask:
    """An application of one page, which says who asked, behind the middleware."""
    app = Flask(__name__)
    app.config["SETTINGS"] = settings_of(tmp_path, **settings)
    app.add_url_rule("/", view_func=lambda: f"{sender()} {request.host} {request.scheme}")
    proxies.middleware(app)
    return app


def asked(app: Flask, chain: str | None, peer: str = PROXY, **headers: str) -> str:
    if chain is not None:
        headers["X-Forwarded-For"] = chain
    client = app.test_client()
    return client.get("/", headers=headers, environ_base={"REMOTE_ADDR": peer}).text.split()[0]


@pytest.mark.parametrize(
    ("proxies_in_front", "chain", "sent_by"),
    [
        (1, REAL, REAL),
        (1, f"{FAKE}, {REAL}", REAL),  # the sender invented the first one
        (1, f"{FAKE}, 10.0.0.1, {FAKE}, {REAL}", REAL),
        (1, f"{FAKE},{REAL}", REAL),
        (1, None, PROXY),  # a proxy that sets nothing
        (2, f"{FAKE}, {REAL}, 10.0.0.9", REAL),
        (2, REAL, PROXY),  # fewer hops than there are proxies: nobody is believed
        (1, "unknown", "unknown"),
        (1, f"{FAKE}, ::ffff:{REAL}", REAL),
        (1, f"{FAKE}, 2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (0, f"{FAKE}, {REAL}", PROXY),
    ],
)
def test_only_the_last_hops_are_believed(tmp_path, proxies_in_front, chain, sent_by):
    app = application(tmp_path, trusted_proxies=proxies_in_front)
    assert asked(app, chain) == sent_by


@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "192.168.3.4", "::ffff:10.1.2.3", ""])
def test_a_proxy_stands_in_a_network_of_ours(tmp_path, peer):
    assert asked(application(tmp_path, trusted_proxies=1), REAL, peer) == REAL


def test_who_comes_past_the_proxy_is_who_connects(tmp_path, caplog):
    app = application(tmp_path, trusted_proxies=1)
    client = app.test_client()
    headers = {
        "X-Forwarded-For": FAKE,
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "Forwarded": f"for={FAKE}",
        "Host": "supermarket.example",
    }
    for _ in range(3):
        answer = client.get("/", headers=headers, environ_base={"REMOTE_ADDR": STRANGER})
        assert answer.text == f"{STRANGER} supermarket.example http"
    assert caplog.text.count("came past the reverse proxy") == 1


def test_the_network_of_a_public_proxy_can_be_named(tmp_path):
    app = application(tmp_path, trusted_proxies=1, proxy_networks="203.0.113.48/29")
    assert asked(app, REAL, STRANGER) == REAL
    assert asked(app, REAL, PROXY) == PROXY


def test_what_is_no_network_is_refused_at_the_start():
    with pytest.raises(config.UnsafeSettings, match="PROXY_NETWORKS"):
        config.from_environment({"TRUSTED_PROXIES": "1", "PROXY_NETWORKS": "the proxy"})


def test_production_without_a_named_proxy_says_so_at_the_start_and_once(tmp_path, caplog):
    caplog.set_level(logging.WARNING)
    app = application(tmp_path, environment="production", trusted_proxies=0)
    assert caplog.text.count("TRUSTED_PROXIES is 0: whoever connects") == 1
    assert asked(app, None) == PROXY
    assert "X-Forwarded-For arrives" not in caplog.text
    for _ in range(3):
        assert asked(app, f"{FAKE}, {REAL}") == PROXY
    assert caplog.text.count("X-Forwarded-For arrives") == 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("[2001:db8::1]:4711", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::9", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", "unknown"),
        (None, "unknown"),
        ("x" * 10_000, "unknown"),
    ],
)
def test_the_network_of_an_address(address, network):
    assert network_of(address) == network
