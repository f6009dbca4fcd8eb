"""Seen: without APP_ENV the program served everybody, with the key that stands in its source.

Whoever reached it read links that open accounts at /dev/mails, also through a proxy.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.config import UnsafeSettings, from_environment

SECRET = "a-long-secret-that-somebody-made-for-this-site"
# how a request is of somebody else: by its sender, the name it asks for, or what a proxy adds
ELSEWHERE: dict[str, dict[str, Any]] = {
    "another machine": {"environ_base": {"REMOTE_ADDR": "203.0.113.9"}},
    "one of the same network": {"environ_base": {"REMOTE_ADDR": "192.168.1.7"}},
    "no address at all": {"environ_base": {"REMOTE_ADDR": ""}},
    "a name that leads here": {"base_url": "http://park.example:5000"},
    "an address of the network": {"base_url": "http://192.168.1.5:5000"},
    "a name that begins like ours": {"base_url": "http://localhost.park.example"},
    "a proxy": {"headers": {"X-Forwarded-For": "203.0.113.9"}},
    "a proxy that says it was us": {"headers": {"X-Forwarded-For": "127.0.0.1"}},
    "a proxy that names the host alone": {"headers": {"X-Forwarded-Host": "127.0.0.1"}},
    "nginx": {"headers": {"X-Real-IP": "127.0.0.1"}},
    "the standard's header": {"headers": {"Forwarded": "for=127.0.0.1"}},
    "a cache": {"headers": {"Via": "1.1 varnish"}},
}
HERE: dict[str, dict[str, Any]] = {
    "localhost": {},
    "with a port": {"base_url": "http://127.0.0.1:5000"},
    "IPv6": {"base_url": "http://[::1]:5000", "environ_base": {"REMOTE_ADDR": "::1"}},
    "IPv4 in IPv6": {"environ_base": {"REMOTE_ADDR": "::ffff:127.0.0.1"}},
    "another loopback address": {"environ_base": {"REMOTE_ADDR": "127.0.0.2"}},
}


def run_as(app: Flask, monkeypatch: pytest.MonkeyPatch, environment: str) -> None:
    changed = dataclasses.replace(app.config["SETTINGS"], environment=environment)
    monkeypatch.setitem(app.config, "SETTINGS", changed)


@pytest.mark.parametrize("how", ELSEWHERE)
def test_without_app_env_nobody_else_is_answered(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    run_as(app, monkeypatch, "")
    for path in ("/", "/login", "/admin/", "/dev/mails", "/nothing-here"):
        answer = client.get(path, **ELSEWHERE[how])
        assert answer.status_code == 403, path
        assert "APP_ENV=production" in answer.text
    assert client.post("/login", data={}, **ELSEWHERE[how]).status_code == 403


@pytest.mark.parametrize("how", HERE)
def test_without_app_env_this_machine_is(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    run_as(app, monkeypatch, "")
    for path in ("/", "/login", "/dev/mails"):
        assert client.get(path, **HERE[how]).status_code == 200, path


@pytest.mark.parametrize("how", ELSEWHERE)
@pytest.mark.parametrize("environment", ["development", "test"])
def test_the_mails_are_shown_to_this_machine_alone(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, how: str, environment: str
) -> None:
    run_as(app, monkeypatch, environment)
    for path in ("/dev/mails", "/dev/mails/1", "/dev/mails/1/html"):
        assert client.get(path, **ELSEWHERE[how]).status_code == 404, path
    assert client.get("/login", **ELSEWHERE[how]).status_code == 200
    assert client.get("/dev/mails").status_code == 200


@pytest.mark.parametrize(
    "url", ["https://market.example", "http://10.1.2.3:5000", "http://localhost.example", "market"]
)
def test_a_public_address_is_refused_where_nobody_said_what_for(url: str) -> None:
    with pytest.raises(UnsafeSettings, match="APP_ENV"):
        from_environment({"PUBLIC_URL": url, "SECRET_KEY": SECRET})
    assert from_environment({"PUBLIC_URL": url, "SECRET_KEY": SECRET, "APP_ENV": "development"})


def test_nor_does_development_serve_it_with_the_key_of_the_source() -> None:
    with pytest.raises(UnsafeSettings, match="SECRET_KEY"):
        from_environment({"PUBLIC_URL": "https://market.example", "APP_ENV": "development"})


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:5001", "http://localhost:5000", "http://[::1]:5000"]
)
def test_an_address_of_this_machine_needs_nothing(url: str) -> None:
    assert from_environment({"PUBLIC_URL": url}).undeclared
