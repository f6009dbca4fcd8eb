"""Single sign-on, as a real flow against an OpenID provider on loopback."""

from __future__ import annotations

import base64
import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import sqlalchemy as sa
from authlib.deprecate import AuthlibDeprecationWarning
from flask import Flask, g
from flask import session as flask_session
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy.exc import IntegrityError

from accounts import identities
from app import create_app
from core import clock
from core.database import db
from models import (
    AccountKind,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    ExternalIdentity,
    User,
)
from storefront.sign_in.sso_session import note_when
from tests.support.application import beside, cheap_hashes, csrf_off, engine_app, standing
from tests.support.cast import ACME_CODE, PASSWORD, Cast
from tests.support.second_factor import browser, set_up_app

with warnings.catch_warnings():  # the provider is older than the Authlib it stands on
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    from oidc_provider_mock import run_server_in_thread

# the provider, in a thread of this process, uses what its Authlib deprecates
pytestmark = [
    pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::authlib.deprecate.AuthlibDeprecationWarning"),
]
FREE_CODE = "91320594MA1NEWPARK"


@dataclass
class Provider:
    """The provider, and what it knows of people."""

    address: str

    def knows(self, subject: str, **claims: object) -> None:
        known = {"email_verified": True} | claims
        requests.put(f"{self.address}/users/{subject}", json=known, timeout=5).raise_for_status()

    def answer(self, address: str, subject: str, action: str = "") -> str:
        """Consent as `subject` at the page the site sent us to; return where it sends us back."""
        answer = requests.post(
            address, data={"sub": subject, "action": action}, allow_redirects=False, timeout=5
        )
        assert answer.status_code == 302, answer.text
        back = urlsplit(answer.headers["Location"])
        assert back.netloc == "supermarket.example"
        return f"{back.path}?{back.query}"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with run_server_in_thread() as server:
        yield Provider(f"http://localhost:{server.server_port}")


@pytest.fixture(scope="module")
def built(request: pytest.FixtureRequest, provider: Provider, tmp_path_factory) -> Flask:
    of_the_provider = {
        "oidc_issuer": provider.address,
        "oidc_client_id": "supermarket",
        "oidc_client_secret": "a secret",
    }
    with cheap_hashes():
        app = create_app(beside(request, tmp_path_factory.mktemp("sso"), **of_the_provider))
    csrf_off(app)
    return app


@pytest.fixture
def app(request: pytest.FixtureRequest, built: Flask) -> Iterator[Flask]:
    """The application with a provider, on a database that holds the cast and nothing else."""
    with standing(request, built) as app:
        yield app


def start(client: FlaskClient, target: str = "/account/") -> str:
    answer = client.get("/login/sso", query_string={"next": target})
    assert answer.status_code == 302
    return answer.location


def sign_in(client: FlaskClient, provider: Provider, subject: str, target: str = "/account/"):
    return client.get(provider.answer(start(client, target), subject))


def person(client: FlaskClient) -> User | None:
    with client.session_transaction() as session:
        key = session.get("_user_id")
    db.session.expire_all()
    return db.session.scalar(sa.select(User).where(User.fs_uniquifier == key)) if key else None


def message(client: FlaskClient) -> str:
    with client.session_transaction() as session:
        return " ".join(words for _tone, words in session.get("_flashes", []))


def refused(client: FlaskClient, answer) -> str:
    """Assert that nobody is signed in and the person reads why."""
    assert answer.status_code == 302
    assert urlsplit(answer.location).path == "/login"
    assert person(client) is None
    words = message(client)
    assert words
    g.pop("_login_user", None)  # the test's own application context outlives the requests
    assert client.get("/login").status_code == 200
    return words


@pytest.fixture
def without_provider(request: pytest.FixtureRequest) -> Iterator[Flask]:
    with standing(request, engine_app(request)) as app:
        yield app


def test_without_an_issuer_there_is_no_button_and_no_page(without_provider):
    client = without_provider.test_client()
    for address in ("/login/sso", "/login/sso/callback", "/login/sso/join"):
        assert client.get(address).status_code == 404
    assert "/login/sso" not in client.get("/login").get_data(as_text=True)


def test_the_button_stands_on_the_sign_in_page(client):
    assert "/login/sso" in client.get("/login?next=/account/").get_data(as_text=True)


def test_the_request_carries_state_nonce_and_a_challenge(client):
    asked = parse_qs(urlsplit(start(client)).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) == 43
    assert asked["state"][0]
    assert asked["nonce"][0]
    assert asked["redirect_uri"] == ["https://supermarket.example/login/sso/callback"]


def test_the_first_sign_in_makes_an_ordinary_account(client, provider):
    provider.knows("li", email="Li@Example.com", name="Li", phone_number="13800000000")
    answer = sign_in(client, provider, "li", "/certification/?x=1")
    assert answer.location == "/certification/?x=1"
    user = person(client)
    assert (user.email, user.name, user.phone) == ("li@example.com", "Li", "13800000000")
    assert user.kind is AccountKind.ORDINARY
    assert user.password is None
    assert user.confirmed_at
    assert user.last_login_at
    identity = db.session.scalars(sa.select(ExternalIdentity)).one()
    assert (identity.user_id, identity.issuer, identity.subject) == (
        user.id,
        provider.address,
        "li",
    )


def register(code: str, name: str = "New Park Company") -> None:
    from models import ParkEnterprise

    db.session.add(ParkEnterprise(credit_code=code, name=name))
    db.session.commit()


def membership(user: User) -> EnterpriseMembership | None:
    return db.session.scalar(
        sa.select(EnterpriseMembership)
        .where(EnterpriseMembership.user_id == user.id)
        .execution_options(unguarded=True)
    )


def test_a_credit_code_of_the_register_makes_an_enterprise_account(client, provider):
    register(FREE_CODE)
    provider.knows("wang", email="wang@example.com", credit_code=FREE_CODE.lower())
    sign_in(client, provider, "wang")
    user = person(client)
    assert user.kind is AccountKind.ENTERPRISE
    held = membership(user)
    assert held.status is EnterpriseMembershipStatus.MEMBER
    assert (held.enterprise.credit_code, held.enterprise.name) == (FREE_CODE, "New Park Company")


def test_a_second_person_of_an_enterprise_waits_for_a_yes(client, provider):
    provider.knows("second", email="second@example.com", credit_code=ACME_CODE)
    sign_in(client, provider, "second")
    held = membership(person(client))
    assert held.status is EnterpriseMembershipStatus.REQUESTED
    assert held.enterprise.name == "Acme"


@pytest.mark.parametrize("code", ["91320594MA1AAAAAAA", "nonsense", 7, None])
def test_a_code_that_the_register_does_not_know_makes_an_ordinary_account(client, provider, code):
    provider.knows("zhao", email="zhao@example.com", credit_code=code)
    sign_in(client, provider, "zhao")
    assert person(client).kind is AccountKind.ORDINARY
    assert membership(person(client)) is None


def test_the_second_sign_in_finds_the_same_person_though_the_address_changed(app, provider):
    provider.knows("chen", email="chen@example.com")
    first = app.test_client()
    sign_in(first, provider, "chen")
    before = person(first).id
    provider.knows("chen", email="otto@example.com")  # now that of somebody else here
    second = app.test_client()
    answer = sign_in(second, provider, "chen")
    assert answer.location == "/account/"
    assert person(second).id == before
    assert person(second).email == "chen@example.com"


def test_the_address_of_an_account_opens_nothing_without_its_password(client, provider, cast: Cast):
    otto = cast.otto
    otto.password = hash_password(PASSWORD)
    db.session.commit()
    provider.knows("o", email="OTTO@example.com")
    answer = sign_in(client, provider, "o")
    assert answer.location == "/login/sso/join"
    assert person(client) is None
    assert "otto@example.com" in client.get("/login/sso/join").get_data(as_text=True)
    wrong = client.post("/login/sso/join", data={"password": "wrong"})
    assert wrong.status_code == 200
    assert client.post("/login/sso/join", data={}).status_code == 200
    assert person(client) is None
    assert db.session.query(ExternalIdentity).count() == 0
    right = client.post("/login/sso/join", data={"password": PASSWORD})
    assert right.location == "/account/"
    assert person(client).email == "otto@example.com"
    assert client.post("/login/sso/join", data={"password": PASSWORD}).location.startswith("/login")
    later = client.application.test_client()
    assert sign_in(later, provider, "o").location == "/account/"
    assert person(later).email == "otto@example.com"


def test_a_wait_for_the_password_ends_after_ten_minutes(client, provider, cast):
    cast.otto.password = hash_password(PASSWORD)
    db.session.commit()
    provider.knows("late", email="otto@example.com")
    sign_in(client, provider, "late")
    with clock.frozen(clock.now() + timedelta(minutes=11)):
        refused(client, client.post("/login/sso/join", data={"password": PASSWORD}))


def test_an_account_without_a_password_cannot_be_joined(client, provider, cast):
    assert cast.otto.password is None
    provider.knows("nopw", email="otto@example.com")
    sign_in(client, provider, "nopw")
    client.post("/login/sso/join", data={"password": "anything"})
    assert person(client) is None


def test_a_disabled_account_is_refused(client, provider):
    provider.knows("gone", email="gone@example.com")
    sign_in(client, provider, "gone")
    person(client).active = False
    db.session.commit()
    later = client.application.test_client()
    refused(later, sign_in(later, provider, "gone"))


@pytest.mark.parametrize(
    "claims", [{}, {"email": "nonsense"}, {"email": "root@x.example", "email_verified": False}]
)
def test_without_an_address_the_provider_vouches_for_there_is_no_account(client, provider, claims):
    before = db.session.query(User).count()
    provider.knows("bare", **claims)
    refused(client, sign_in(client, provider, "bare"))
    assert db.session.query(User).count() == before


def test_a_refusal_is_a_message_and_the_way_on_is_kept(client, provider):
    answer = client.get(provider.answer(start(client, "/certification/"), "li", "deny"))
    refused(client, answer)
    assert answer.location == "/login?next=/certification/"


def test_two_first_sign_ins_at_once_make_one_account(client, provider, monkeypatch):
    provider.knows("twin", email="twin@example.com")
    find, calls = identities.find, []

    def slow(identity, locale):
        found = find(identity, locale)
        calls.append(found)
        if len(calls) == 1:  # the other window was faster
            db.session.commit()
            raise IntegrityError("insert", {}, Exception("external_identity"))
        return found

    monkeypatch.setattr(identities, "find", slow)
    assert sign_in(client, provider, "twin").location == "/account/"
    assert db.session.query(User).filter_by(email="twin@example.com").count() == 1


def test_a_replayed_answer_signs_nobody_in(client, provider):
    provider.knows("li", email="li@example.com")
    address = provider.answer(start(client), "li")
    with client.session_transaction() as session:
        before = dict(session)
    assert client.get(address).location == "/account/"
    again = client.application.test_client()
    refused(again, again.get(address))  # another browser
    with again.session_transaction() as session:
        session.clear()
        session.update(before)  # the cookie of before, with its state
    refused(again, again.get(address))


def test_a_foreign_state_signs_nobody_in(client, provider):
    attacker = client.application.test_client()
    provider.knows("mallory", email="mallory@example.com")
    address = provider.answer(start(attacker), "mallory")
    start(client)
    refused(client, client.get(address))
    assert db.session.query(ExternalIdentity).count() == 0


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x", "?error=server_error", "?code=a&state=b"]
)
def test_nonsense_at_the_callback_is_a_message(client, query):
    refused(client, client.get(f"/login/sso/callback{query}"))


def tamper(client: FlaskClient, **changes: str) -> None:
    with client.session_transaction() as session:
        name = next(key for key in session if key.startswith("_state_"))
        session[name] = session[name] | {"data": session[name]["data"] | changes}


def test_another_nonce_signs_nobody_in(client, provider, caplog):
    provider.knows("li", email="li@example.com")
    address = provider.answer(start(client), "li")
    tamper(client, nonce="another")
    refused(client, client.get(address))
    assert "'nonce'" in caplog.text


def test_a_forged_id_token_signs_nobody_in(client, provider, monkeypatch, caplog):
    provider.knows("li", email="li@example.com")
    address = provider.answer(start(client), "li")
    send = requests.Session.send

    def forged(self, request, **options):
        answer = send(self, request, **options)
        if request.url.endswith("/token"):
            told = answer.json()
            head, body, seal = told["id_token"].split(".")
            claims = json.loads(base64.urlsafe_b64decode(body + "=="))
            claims["sub"] = "root"
            body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
            answer._content = json.dumps(told | {"id_token": f"{head}.{body}.{seal}"}).encode()
        return answer

    monkeypatch.setattr(requests.Session, "send", forged)
    refused(client, client.get(address))
    assert "bad_signature" in caplog.text


def down(*_args, **_options):
    raise requests.ConnectionError("down")


def test_a_provider_that_is_down_at_the_start_is_a_message(client, monkeypatch, app):
    extension = app.extensions["authlib.integrations.flask_client"]
    monkeypatch.setattr(extension.create_client("platform"), "server_metadata", {})
    monkeypatch.setattr(requests.Session, "send", down)
    refused(client, client.get("/login/sso"))


def test_a_provider_that_goes_down_in_between_is_a_message(client, provider, monkeypatch):
    address = provider.answer(start(client), "li")
    monkeypatch.setattr(requests.Session, "send", down)
    refused(client, client.get(address))


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_only_local_paths_are_followed(client, provider, target):
    provider.knows("li", email="li@example.com")
    assert sign_in(client, provider, "li", target).location == "/"


def test_the_session_of_before_is_not_carried_over(client, provider):
    provider.knows("li", email="li@example.com")
    with client.session_transaction() as session:
        session["planted"], session["locale"] = "x", "en"
    sign_in(client, provider, "li")
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session["locale"] == "en"
        assert not [name for name in session if name.startswith("_state_")]
    assert person(client).locale == "en"


def test_the_provider_stands_in_for_the_password_not_for_the_second_factor(app, provider):
    provider.knows("wei", email="wei@example.com", name="Wei")
    client = browser(app)
    sign_in(client, provider, "wei")
    client.post("/account/consents")
    set_up_app(client)
    visitor = browser(app)
    answer = visitor.get(provider.answer(start(visitor), "wei"))
    assert answer.location.startswith("/tf-validate")
    assert visitor.get("/account/profile").status_code == 302


def test_a_grave_page_is_confirmed_at_the_provider_which_asks_for_a_sign_in(app, provider):
    provider.knows("wei", email="wei@example.com", name="Wei")
    visitor = browser(app)
    visitor.get(provider.answer(start(visitor), "wei"))
    with visitor.session_transaction() as session:
        session["fs_paa"] = 0
    asked = visitor.get("/account/data").location
    assert asked == "/verify?next=/account/data"
    assert "again=1" in visitor.get(asked).text
    leads = visitor.get("/login/sso?next=/account/data&again=1").location
    sent = parse_qs(urlsplit(leads).query)
    assert (sent["prompt"], sent["max_age"]) == (["login"], ["0"])
    assert visitor.get(provider.answer(leads, "wei")).location == "/account/data"
    assert visitor.get("/account/data").status_code == 200


@pytest.mark.parametrize(
    ("claims", "again", "when"),
    [
        ({"auth_time": 1000}, False, 1000),
        ({"auth_time": 1000}, True, 1000),  # the provider asked for nothing
        ({}, False, 0),
        ({"auth_time": True}, False, 0),
    ],
)
def test_a_session_at_the_provider_is_as_old_as_it_says(app, claims, again, when):
    with app.test_request_context():
        flask_session["sso_again"] = again
        note_when(claims)
        assert flask_session["sso_when"] == when
