"""Seen: cookies a neighbouring host could set, HSTS for one name alone, pages left in the cache."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from core.database import db
from models import User
from tests.support.application import close, settings_of
from tests.support.cast import Cast
from tests.support.signing_in import enter
from web import interrupted_forms

SITE = "https://supermarket.example"


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("production")
    url = f"sqlite:///{folder.resolve() / 'supermarket.db'}"
    app = create_app(settings_of(folder, environment="production", database_url=url))
    with app.app_context():
        db.create_all()
    yield app
    close(app)


def cookies(headers: list[str]) -> dict[str, set[str]]:
    """Return {name: attributes} of what an answer sets."""
    found = {}
    for line in headers:
        first, *attributes = line.split("; ")
        found[first.partition("=")[0]] = set(attributes)
    return found


def test_the_session_cookie_is_of_this_host_alone(production: Flask) -> None:
    answer = production.test_client().get("/account/", base_url=SITE)
    found = cookies(answer.headers.getlist("Set-Cookie"))
    assert list(found) == ["__Host-session"]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= found["__Host-session"]
    assert not any(attribute.startswith("Domain") for attribute in found["__Host-session"])


def test_the_other_cookies_are_of_this_host_alone(production: Flask) -> None:
    """Seen: a neighbouring host could set which kept form a browser holds, and its language."""
    client = production.test_client()
    answer = client.post("/language", data={"locale": "en"}, base_url=SITE)
    found = cookies(answer.headers.getlist("Set-Cookie"))
    assert set(found) == {"__Host-session", "__Host-language"}
    with production.test_request_context(
        "/account/profile", method="POST", data={"name": "Typed"}, base_url=SITE
    ):
        user = User(email="c@example.com", name="C", fs_uniquifier="c" * 32)
        db.session.add(user)
        db.session.commit()
        response = production.make_response("")
        assert interrupted_forms.store(response, user.id).startswith("/account/profile?kept=")
    found |= cookies(response.headers.getlist("Set-Cookie"))
    assert set(found) == {"__Host-session", "__Host-language", "__Host-kept_forms"}
    for name, attributes in found.items():
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= attributes, name
        assert not any(attribute.startswith("Domain") for attribute in attributes), name


def test_the_language_is_read_under_that_name_alone(production: Flask) -> None:
    client = production.test_client()
    client.set_cookie("language", "en", domain="supermarket.example")
    assert '<html lang="zh-Hans">' in client.get("/login", base_url=SITE).text
    client.set_cookie("__Host-language", "en", domain="supermarket.example", secure=True)
    assert '<html lang="en">' in client.get("/login", base_url=SITE).text


def test_tls_is_asked_for_below_the_name_of_the_site_too(production: Flask) -> None:
    for path in ("/", "/healthz", "/login", "/nothing-here"):
        answer = production.test_client().get(path, base_url=SITE)
        found = answer.headers["Strict-Transport-Security"]
        assert found == "max-age=31536000; includeSubDomains", path


@pytest.mark.parametrize("path", ["/", "/login", "/nothing-here", "/static/css/tokens.css"])
def test_no_page_may_use_the_camera(production: Flask, path: str) -> None:
    with production.test_client().get(path, base_url=SITE) as answer:
        found = answer.headers["Permissions-Policy"]
    for name in ("camera", "microphone", "geolocation", "payment", "usb"):
        assert f"{name}=()" in found
    assert "publickey-credentials" not in found  # passkeys stay possible


def test_signing_out_clears_what_the_browser_kept(
    app: Flask, cast: Cast, client: FlaskClient
) -> None:
    enter(client, cast.ann)
    answer = client.post("/logout")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Clear-Site-Data" not in client.get("/").headers


def test_what_a_person_sees_is_not_stored(cast: Cast, client: FlaskClient) -> None:
    user: User = cast.ann
    enter(client, user)
    for path in ("/", "/account/", "/account/sign-ins", "/account/session"):
        assert client.get(path).headers["Cache-Control"] == "no-store", path
