"""Grave pages ask for a fresh sign-in; on the old commit a session of weeks ago was enough.

One list, accounts/reauthentication.py: each line is a page that there is, and every view of the
platform that is no plain list is either on it or said here to be harmless.
"""

from __future__ import annotations

import time

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_security import hash_password

from accounts import reauthentication
from core.database import db
from models import PlatformRole, ScoreRule, SiteSetting, User
from tests.support.application import rows, sign_in
from tests.support.cast import PASSWORD
from tests.support.second_factor import Browser, SecurityKey, browser, code_of, set_up_app

OPEN = {
    "admin.index", "admin_task.cancel_view", "category.restore", "category.retire",
    "category.schema", "catalogue_item.export_all", "catalogue_item.import_file",
    "catalogue_item.template", "catalogue_item.turn", "holiday.paste", "holiday.remove",
    "park_import.index", "park_import.rejected", "park_import.template",
}  # fmt: skip
PLAIN = ("index_view", "details_view", "create_view", "edit_view", "ask_view", "static")


@pytest.fixture
def client(app) -> Browser:
    return browser(app)


@pytest.fixture
def root(cast) -> User:
    cast.root.password = hash_password(PASSWORD)
    db.session.commit()
    return cast.root


def minutes_ago(client: Browser, user: User, number: float) -> Browser:
    """`client` with the session of `user`, who signed in so many minutes ago."""
    sign_in(client, user)
    with client.session_transaction() as session:
        session["fs_paa"] = time.time() - number * 60
    return client


def asked_again(answer) -> bool:
    return answer.status_code == 302 and answer.location.startswith("/verify?next=")


GRAVE = [
    ("POST", "/admin/user/role/", {"id": 2, "role": "auditor"}),
    ("POST", "/admin/user/disable/", {"id": 2}),
    ("POST", "/admin/user/enable/", {"id": 2}),
    ("POST", "/admin/user/reset-factor/", {"id": 2, "reason": "Lost"}),
    ("POST", "/admin/setting/", {"platform_name": "Mine"}),
    ("POST", "/admin/score_rule/new/", {}),
    ("POST", "/admin/event/export/", {}),
    ("GET", "/admin/institution/ask/?verb=revoke&ids=1:1", {}),
    ("POST", "/admin/institution/ask/", {"verb": "suspend", "ids": "1:1"}),
    ("POST", "/admin/transaction/ask/", {"verb": "revoke", "ids": "1:1"}),
    ("POST", "/admin/transaction/ask/", {"verb": "approve", "choice": "all"}),
    ("POST", "/admin/transaction/ask/", {"verb": "approve", "ids": ",".join(map(str, range(101)))}),
    ("GET", "/account/data", {}),
    ("GET", "/tf-setup", {}),
    ("POST", "/tf-setup", {"setup": "authenticator"}),
    ("GET", "/wan-register", {}),
    ("POST", "/wan-delete", {"name": "Office"}),
    ("POST", "/mf-recovery-codes", {"generate_new_codes": "1"}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "data"), GRAVE)
def test_what_is_grave_asks_after_ten_minutes(client, cast, root, method, path, data):
    minutes_ago(client, root, 10.1)
    assert asked_again(client.open(path, method=method, data=data or None))
    assert cast.vera.role is PlatformRole.REVIEWER
    minutes_ago(client, root, 9.9)
    assert not asked_again(client.open(path, method=method, data=data or None))


@pytest.mark.parametrize(
    ("method", "path", "data"),
    [
        ("GET", "/admin/setting/", {}),
        ("GET", "/admin/user/", {}),
        ("POST", "/admin/transaction/ask/", {"verb": "approve", "ids": "1:1,2:1,3:1"}),
        ("GET", "/account/security", {}),
        ("GET", "/account/", {}),
    ],
)
def test_the_rest_does_not(client, root, method, path, data):
    minutes_ago(client, root, 60 * 24)
    assert not asked_again(client.open(path, method=method, data=data or None))


def test_a_session_that_proved_nothing_is_not_fresh(client, root):
    sign_in(client, root)
    with client.session_transaction() as session:
        del session["fs_paa"]
    assert asked_again(client.post("/admin/setting/"))


def test_after_the_password_it_goes_on(client, root):
    minutes_ago(client, root, 30)
    assert client.get("/account/data").location == "/verify?next=/account/data"
    wrong = client.post("/verify?next=/account/data", data={"password": "not hers at all"})
    assert wrong.status_code == 200
    assert asked_again(client.get("/account/data"))
    right = client.post("/verify?next=/account/data", data={"password": PASSWORD})
    assert right.location == "/account/data"
    assert client.get("/account/data").status_code == 200


def test_after_the_code_of_the_app_it_goes_on_and_that_code_is_used_up(client, root):
    key = set_up_app(sign_in(client, root))
    minutes_ago(client, root, 30)
    code = code_of(key, 30)
    assert client.post("/verify", data={"code": "000000"}).status_code == 200
    assert client.post("/verify", data={"code": code}).status_code == 302
    assert "/verify" not in (client.post("/admin/setting/").location or "")
    minutes_ago(client, root, 30)
    assert client.post("/verify", data={"code": code}).status_code == 200


def test_after_the_passkey_it_goes_on_and_only_after_ones_own(app, client, cast, root):
    key, other = SecurityKey(), SecurityKey()
    key.register(sign_in(client, root))
    other.register(sign_in(browser(app), cast.vera))
    minutes_ago(client, root, 30)
    other.sign_in(client, "/wan-verify")
    assert asked_again(client.get("/account/data"))
    assert key.sign_in(client, "/wan-verify", next="/account/data").location == "/account/data"
    assert client.get("/account/data").status_code == 200


def test_wherever_next_points_it_stays_on_this_site(client, root):
    minutes_ago(client, root, 30)
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        answer = client.post("/verify", data={"password": PASSWORD, "next": elsewhere})
        assert "evil" not in answer.location or answer.location.startswith("/%5C")


def test_the_minutes_are_a_setting(client, root):
    db.session.add(SiteSetting(key="fresh_minutes", value="30"))
    db.session.commit()
    minutes_ago(client, root, 29)
    assert not asked_again(client.get("/account/data"))
    minutes_ago(client, root, 31)
    assert asked_again(client.get("/account/data"))


def test_without_a_password_the_end_of_the_account_asks(client, cast):
    cast.otto.password = None
    db.session.commit()
    minutes_ago(client, cast.otto, 30)
    assert asked_again(client.get("/account/close"))


def test_nothing_happened_meanwhile(client, root):
    minutes_ago(client, root, 30)
    client.post("/admin/score_rule/new/", data={"name": "Mine"})
    assert rows(sa.select(ScoreRule)) == []


def test_each_line_of_the_list_is_a_page(app: Flask):
    later = {"admin_user.view_as_view"}
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    named = {name for name in reauthentication.GRAVE if not name.startswith("*.")}
    assert named - known - later == set()


def test_every_view_of_its_own_was_thought_of(app: Flask):
    """A new view of the platform stands on the list, or here."""
    own = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/admin") and not rule.endpoint.endswith(PLAIN)
    }
    assert own - set(reauthentication.GRAVE) == OPEN


def test_what_was_typed_is_there_again_behind_the_question(client, root):
    minutes_ago(client, root, 30)
    client.get("/admin/setting/")
    typed = {"platform_name": "A name that was typed", "postcode": "215000"}
    answer = client.post("/admin/setting/", data=typed)
    asked = answer.location
    assert asked.startswith("/verify?next=")
    back = client.post(asked, data={"password": PASSWORD}).location
    page = client.get(back)
    assert page.status_code == 200
    assert "A name that was typed" in page.text
    assert rows(sa.select(SiteSetting).where(SiteSetting.key == "platform_name")) == []
