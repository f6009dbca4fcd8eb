"""A platform role needs a second factor within three days; on the old commit a password was enough.

Counted down in a banner, then every page leads to the set-up page; another administrator, or a
command on the server, resets a lost one.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask_security import hash_password

from accounts import factors
from core import clock
from core.database import db
from models import Event, Mail, PlatformRole, SiteSetting, User
from tests.support.application import rows, sign_in
from tests.support.cast import PASSWORD
from tests.support.second_factor import Browser, SecurityKey, browser, code_of, set_up_app
from workflows.person import roles

SET_UP = "/account/security"


@pytest.fixture
def client(app) -> Browser:
    return browser(app)


@pytest.fixture
def required(app) -> None:
    db.session.execute(sa.delete(SiteSetting).where(SiteSetting.key == "staff_second_factor"))
    db.session.commit()


@pytest.fixture
def vera(cast, required) -> User:
    cast.vera.password = hash_password(PASSWORD)
    db.session.commit()
    return cast.vera


def days(number: float):
    return clock.frozen(clock.now() + timedelta(days=number))


def test_three_days_are_counted_from_the_day_of_the_role(client, vera):
    sign_in(client, vera)
    page = client.get("/admin/")
    assert page.status_code == 200
    assert SET_UP in page.text
    with days(2.9):
        assert sign_in(client, vera).get("/admin/").status_code == 200
    with days(3.1):
        sign_in(client, vera)
        assert client.get("/admin/demand/").location.startswith(SET_UP)


@pytest.mark.parametrize("path", ["/admin/", "/admin/demand/", "/", "/account/", "/institutions"])
def test_then_every_page_leads_to_the_set_up_page(client, vera, path):
    with days(4):
        sign_in(client, vera)
        assert client.get(path).location.startswith(SET_UP)
        assert client.post("/admin/demand/ask/").location.startswith(SET_UP)
        assert client.get(SET_UP).status_code == 200


def test_who_sets_one_up_goes_on(client, vera):
    with days(4):
        SecurityKey().register(sign_in(client, vera))
        assert client.get("/admin/").status_code == 200
        assert 'href="/account/security"' not in client.get("/admin/").text


def test_a_role_that_is_given_again_counts_anew(cast, required):
    with days(-30):
        cast.otto.role = PlatformRole.REVIEWER
        db.session.commit()
    assert factors.due(cast.otto, required=True, days=3) < clock.now()
    cast.otto.role = None
    assert cast.otto.role_since is None
    cast.otto.role = PlatformRole.AUDITOR
    assert factors.due(cast.otto, required=True, days=3) > clock.now()


def test_the_last_factor_of_staff_stays(client, vera):
    set_up_app(sign_in(client, vera))
    assert client.post("/tf-setup", data={"setup": "disable"}).status_code == 200
    SecurityKey().register(client)
    client.post("/tf-setup", data={"setup": "disable"})
    client.post("/wan-delete", data={"name": "Office"})
    db.session.expire_all()
    assert vera.tf_primary_method is None
    assert len(vera.webauthn) == 1


def test_where_it_is_not_required_it_is_offered(client, cast):
    with days(40):
        page = sign_in(client, cast.vera).get("/admin/")
        assert page.status_code == 200
        assert 'href="/account/security"' not in page.text
        assert client.get(SET_UP).status_code == 200


def test_owners_of_institutions_are_offered_one(client, cast):
    assert SET_UP in sign_in(client, cast.bella).get("/workbench/").text
    assert SET_UP not in sign_in(client, cast.stan).get("/workbench/").text


def test_another_administrator_resets_a_lost_one(app, client, cast, vera):
    set_up_app(sign_in(client, vera))
    office = sign_in(browser(app), cast.root)
    assert "reset-factor" in office.get(f"/admin/user/details/?id={vera.id}").text
    office.post("/admin/user/reset-factor/", data={"id": vera.id, "reason": ""})
    db.session.expire_all()
    assert vera.second_factor_at is not None
    office.post("/admin/user/reset-factor/", data={"id": vera.id, "reason": "Telephone lost"})
    assert client.get("/admin/").status_code == 302  # signed out
    event = rows(sa.select(Event).order_by(Event.id.desc()))[0]
    assert (event.name, event.reason, event.actor_id) == (
        "reset_factor",
        "Telephone lost",
        cast.root.id,
    )
    mail = rows(sa.select(Mail).order_by(Mail.id.desc()))[0]
    assert (mail.template, mail.recipient) == ("factor_reset", "vera@example.com")
    visitor = browser(app)
    with days(4):
        answer = visitor.post("/login", data={"email": "vera@example.com", "password": PASSWORD})
        assert answer.location == "/"
        assert visitor.get("/admin/").location.startswith(SET_UP)


def test_nobody_else_resets_one_nor_their_own(app, client, cast, vera):
    set_up_app(sign_in(client, vera))
    for user in (cast.audrey, cast.ann):
        answer = sign_in(browser(app), user).post(
            "/admin/user/reset-factor/", data={"id": vera.id, "reason": "Mine"}
        )
        assert answer.status_code in (403, 404)
    root = sign_in(browser(app), cast.root)
    set_up_app(root)
    sent = {"id": cast.root.id, "reason": "Mine"}
    assert root.post("/admin/user/reset-factor/", data=sent).status_code == 403
    db.session.expire_all()
    assert vera.second_factor_at is not None
    assert cast.root.second_factor_at is not None


def test_a_command_resets_that_of_the_last_one(app, client, cast, required):
    set_up_app(sign_in(client, cast.root))
    runner = app.test_cli_runner()
    args = ["admin", "reset-factor", "root@example.com", "--reason", "Telephone lost"]
    assert runner.invoke(args=args).exit_code == 0
    db.session.expire_all()
    assert cast.root.second_factor_at is None
    event = rows(sa.select(Event).order_by(Event.id.desc()))[0]
    assert (event.name, event.actor_id, event.reason) == ("reset_factor", None, "Telephone lost")
    assert runner.invoke(args=["admin", "reset-factor", "x@y.cn", "--reason", "a"]).exit_code == 1


def test_a_disabled_person_loses_the_sessions_and_keeps_the_factor(app, client, cast, vera):
    key = set_up_app(sign_in(client, vera))
    roles.disable(vera, cast.root)
    roles.enable(vera, cast.root)
    db.session.commit()
    visitor = browser(app)
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        visitor.post("/login", data={"email": "vera@example.com", "password": PASSWORD})
        assert visitor.get("/admin/").status_code == 302
        visitor.post("/tf-validate", data={"code": code_of(key)})
        assert visitor.get("/admin/").status_code == 200
