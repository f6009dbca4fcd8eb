"""Platform roles: who gives them, and the administrator who is always left."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import g

from core.database import db
from models import Event, PlatformRole, User
from tests.support.application import rows, sign_in
from tests.support.cast import Cast
from workflows.person import roles


def events(user: User) -> list[tuple]:
    found = rows(db.select(Event).filter_by(subject_type="user", subject_id=user.id))
    return [(e.name, e.changes) for e in found]


def test_an_administrator_gives_and_takes_roles_on_record(cast):
    roles.set_role(cast.otto, PlatformRole.REVIEWER, cast.root)
    assert cast.otto.role is PlatformRole.REVIEWER
    roles.set_role(cast.otto, None, cast.root)
    assert cast.otto.role is None
    assert events(cast.otto) == [
        ("edit", {"role": [None, "reviewer"]}),
        ("edit", {"role": ["reviewer", None]}),
    ]


@pytest.mark.parametrize("name", ["vera", "audrey", "ann"])
def test_nobody_else_does(cast, name):
    actor = getattr(cast, name)
    for attempt in (
        lambda: roles.set_role(actor, PlatformRole.ADMINISTRATOR, actor),
        lambda: roles.disable(cast.otto, actor),
        lambda: roles.enable(cast.otto, actor),
    ):
        with pytest.raises(PermissionError):
            attempt()


def test_the_last_administrator_stays(cast):
    with pytest.raises(roles.LastAdministrator):
        roles.set_role(cast.root, None, cast.root)
    with pytest.raises(roles.LastAdministrator):
        roles.disable(cast.root, cast.root)
    assert (cast.root.role, cast.root.active) == (PlatformRole.ADMINISTRATOR, True)


def test_a_disabled_administrator_does_not_count(cast):
    roles.set_role(cast.vera, PlatformRole.ADMINISTRATOR, cast.root)
    roles.disable(cast.vera, cast.root)
    with pytest.raises(roles.LastAdministrator):
        roles.set_role(cast.root, PlatformRole.REVIEWER, cast.root)
    with pytest.raises(PermissionError):
        roles.set_role(cast.root, PlatformRole.REVIEWER, cast.vera)


@pytest.mark.connections
def test_two_who_remove_each_other_leave_one(app, cast):
    roles.set_role(cast.vera, PlatformRole.ADMINISTRATOR, cast.root)
    db.session.commit()
    pair = [cast.root.id, cast.vera.id]
    db.session.remove()
    start = threading.Barrier(2)

    def remove(actor: int, other: int) -> str:
        with app.app_context():
            start.wait()
            try:
                roles.set_role(db.session.get(User, other), None, db.session.get(User, actor))
            except PermissionError:
                db.session.rollback()
                return "refused"
            db.session.commit()
            return "done"

    with ThreadPoolExecutor(2) as pool:
        ends = list(pool.map(remove, pair, reversed(pair)))
    assert sorted(ends) == ["done", "refused"]
    assert len(rows(db.select(User).filter_by(role=PlatformRole.ADMINISTRATOR))) == 1


def test_disabling_ends_sessions_and_enabling_lets_in_again(client, cast):
    sign_in(client, cast.otto)
    assert client.get("/account/profile").status_code == 200
    roles.disable(cast.otto, cast.root)
    db.session.commit()
    g.pop("_login_user", None)
    assert client.get("/account/profile").status_code == 302
    roles.enable(cast.otto, cast.root)
    db.session.commit()
    assert client.get("/account/profile").status_code == 302  # the old session stays ended
    assert sign_in(client, cast.otto).get("/account/profile").status_code == 200


@pytest.mark.postgres
def test_whom_a_request_loaded_is_locked_alone(pg_app):
    """Whoever asks is loaded with memberships, by an outer join that takes no lock."""
    client = sign_in(pg_app.test_client(), Cast().otto)
    assert client.get("/account/profile").status_code == 200
    roles.disable(Cast().otto, Cast().root)
    db.session.commit()
    assert not Cast().otto.active


def test_the_command_makes_an_administrator_who_can_sign_in(app, client, cast):
    runner = app.test_cli_runner()
    made = runner.invoke(
        args=["admin", "create", "Chief@Example.com", "--name", "Chief", "--password-stdin"],
        input="a good password\n",
    )
    assert made.exit_code == 0, made.output
    (chief,) = rows(db.select(User).filter_by(email="chief@example.com"))
    assert chief.role is PlatformRole.ADMINISTRATOR
    data = {"email": "chief@example.com", "password": "a good password"}
    assert client.post("/login", data=data).status_code == 302
    assert events(chief) == [("appoint", {"role": [None, "administrator"]}), ("sign_in", {})]


def test_the_command_gives_the_role_to_a_known_address(app, cast):
    made = app.test_cli_runner().invoke(
        args=["admin", "create", "otto@example.com", "--name", "Otto"]
    )
    assert made.exit_code == 0, made.output
    (otto,) = rows(db.select(User).filter_by(email="otto@example.com"))
    assert otto.role is PlatformRole.ADMINISTRATOR


@pytest.mark.parametrize(
    ("email", "password"), [("chief", "a good password"), ("chief@example.com", "short")]
)
def test_the_command_refuses_what_is_no_address_or_no_password(app, cast, email, password):
    made = app.test_cli_runner().invoke(
        args=["admin", "create", email, "--name", "Chief", "--password-stdin"],
        input=f"{password}\n",
    )
    assert made.exit_code == 1
    assert rows(db.select(User).filter_by(name="Chief")) == []


@pytest.mark.parametrize("name", ["bella", "stan", "lin"])
def test_who_takes_a_side_gets_no_platform_role(app, cast, name) -> None:
    """An owner, a colleague and a linked consultant; taking a role away is always possible."""
    person = getattr(cast, name)
    with pytest.raises(roles.WorksElsewhere):
        roles.set_role(person, PlatformRole.REVIEWER, cast.root)
    assert person.role is None
    roles.set_role(person, None, cast.root)
    client = sign_in(app.test_client(), cast.root)
    page = client.post(
        "/admin/user/role/", data={"id": person.id, "role": "auditor"}, follow_redirects=True
    )
    assert "不能同时担任平台工作人员" in page.text
    assert getattr(cast, name).role is None


def test_the_command_makes_nobody_administrator_who_takes_a_side(app, cast) -> None:
    reply = app.test_cli_runner().invoke(
        args=["admin", "create", "bella@example.com", "--name", "Bella"]
    )
    assert reply.exit_code == 1
    assert cast.bella.role is None
