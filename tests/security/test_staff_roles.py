"""Roles of one's own making: who makes them, who gets them, and who is always left.

Seen before: three fixed roles. Whoever should only write announcements had to be an administrator,
and with it could read every telephone, give roles and send mails.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from content import setting_changes, settings
from core.database import db
from models import Duty, Event, PlatformRole, StaffRole, User
from tests.support.application import rows
from tests.support.applying import english, post, see
from tests.support.cast import Cast
from tests.support.staff import holder, role_of
from workflows.person import roles, staff_roles

NEW = "/admin/staff-role/new/"


def made() -> list[tuple[str, set[Duty]]]:
    return [(row.name, set(row.duties)) for row in rows(sa.select(StaffRole))]


def test_an_administrator_makes_a_role_and_gives_it(client: Any, cast: Cast) -> None:
    english(client, cast.root)
    post(client, NEW, name="内容编辑", name_en="Editor", duties=["content", "export"])
    assert made() == [("内容编辑", {Duty.CONTENT, Duty.EXPORT})]
    (role,) = rows(sa.select(StaffRole))
    post(client, "/admin/user/role/", id=cast.otto.id, role=f"custom:{role.id}")
    assert cast.otto.role is PlatformRole.CUSTOM
    assert cast.otto.custom_role_id == role.id
    page = see(client, f"/admin/user/details/?id={cast.otto.id}").text
    assert "Writes announcements and pages" in page
    assert "Decides on deals" not in page
    assert "Editor" in page
    page = see(client, f"/admin/staff-role/details/?id={role.id}").text
    assert "Otto" in page
    events = rows(sa.select(Event).filter_by(subject_type="staff_role"))
    assert [(event.name, event.changes, event.actor_id) for event in events] == [
        ("create", {"duties": [None, ["content", "export"]]}, cast.root.id)
    ]


def test_a_role_without_a_duty_or_with_a_known_name_is_refused(client: Any, cast: Cast) -> None:
    role_of(Duty.CONTENT, name="编辑")
    english(client, cast.root)
    assert "Tick at least one duty." in post(client, NEW, name="空", name_en="None").text
    answer = post(client, NEW, name="编辑", name_en="Editor", duties=["trade"])
    assert "Another role has this name." in answer.text
    answer = post(client, NEW, name="x", name_en="x", duties=["emperor"])
    assert answer.status_code == 200
    assert made() == [("编辑", {Duty.CONTENT})]


@pytest.mark.parametrize("name", ["vera", "audrey", "ann"])
def test_nobody_else_makes_changes_or_removes_roles(client: Any, cast: Cast, name: str) -> None:
    role = role_of(Duty.CONTENT, name="编辑")
    english(client, getattr(cast, name))
    for path in (
        NEW,
        f"/admin/staff-role/edit/?id={role.id}",
        f"/admin/staff-role/remove/?id={role.id}",
    ):
        answer = post(client, path, name="x", name_en="x", duties=["people"], version=role.version)
        assert answer.status_code == 403, path
    for attempt in (
        lambda: staff_roles.make("x", "x", [Duty.PEOPLE], getattr(cast, name)),
        lambda: staff_roles.change(role, "x", "x", [Duty.PEOPLE], getattr(cast, name)),
        lambda: staff_roles.remove(role, getattr(cast, name)),
    ):
        with pytest.raises(PermissionError):
            attempt()
    assert made() == [("编辑", {Duty.CONTENT})]


def test_a_role_changes_for_everybody_who_has_it(client: Any, cast: Cast) -> None:
    hana = holder(Duty.CONTENT)
    english(client, hana)
    assert see(client, "/admin/mail/").status_code == 403
    staff_roles.change(hana.custom_role, "值守", "Watch", [Duty.SYSTEM], cast.root)
    db.session.commit()
    english(client, hana)
    assert see(client, "/admin/mail/").status_code == 200
    assert see(client, "/admin/announcement/new/").status_code == 403


def test_a_role_that_somebody_has_is_not_deleted(client: Any, cast: Cast) -> None:
    hana = holder(Duty.CONTENT)
    english(client, cast.root)
    path = f"/admin/staff-role/remove/?id={hana.custom_role_id}"
    answer = post(client, path)
    assert "1 person has this role" in see(client, answer.location).text
    roles.set_role(hana, None, cast.root)
    db.session.commit()
    post(client, path)
    assert made() == []


def test_nobody_changes_what_they_may_do_themselves(client: Any, cast: Cast) -> None:
    keeper = holder(Duty.PEOPLE)
    with pytest.raises(roles.OwnRole):
        roles.set_role(keeper, PlatformRole.ADMINISTRATOR, keeper)
    with pytest.raises(roles.OwnRole):
        staff_roles.change(keeper.custom_role, "x", "x", [*Duty], keeper)
    staff_roles.change(keeper.custom_role, "新名", "New name", [Duty.PEOPLE], keeper)  # no duty
    db.session.rollback()
    english(client, cast.root)
    page = see(client, f"/admin/user/details/?id={cast.root.id}").text
    assert "Nobody changes their own role" in page
    assert 'action="/admin/user/role/"' not in page


def test_the_last_who_gives_roles_stays(cast: Cast) -> None:
    """Also where the duty would leave with a change of the role, not of the person."""
    keeper = holder(Duty.PEOPLE)
    roles.set_role(cast.root, PlatformRole.REVIEWER, keeper)
    db.session.commit()
    with pytest.raises(roles.LastAdministrator):
        roles.disable(keeper, keeper)
    with pytest.raises(roles.LastAdministrator):
        roles.set_role(keeper, None, keeper)
    other = holder(Duty.PEOPLE, name="Oda")
    roles.disable(other, keeper)
    db.session.commit()
    with pytest.raises(roles.LastAdministrator):
        roles.disable(keeper, keeper)
    roles.enable(other, keeper)
    roles.disable(keeper, other)
    db.session.commit()
    with pytest.raises(roles.Refused):  # a disabled holder does not count
        staff_roles.change(other.custom_role, "x", "x", [Duty.CONTENT], other)


@pytest.mark.connections
def test_two_who_take_the_duty_from_each_other_leave_one(app: Flask, cast: Cast) -> None:
    """One by the person's role, the other by what the role holds."""
    one, other = holder(Duty.PEOPLE), holder(Duty.PEOPLE, name="Oda")
    roles.set_role(cast.root, PlatformRole.REVIEWER, one)
    db.session.commit()
    first, second = one.id, other.id
    db.session.remove()
    start = threading.Barrier(2)

    def demote() -> str:
        return step(lambda: roles.set_role(user(second), PlatformRole.REVIEWER, user(first)))

    def empty() -> str:
        return step(
            lambda: staff_roles.change(
                user(first).custom_role, "x", "x", [Duty.CONTENT], user(second)
            )
        )

    def user(id: int) -> User:
        return db.session.get_one(User, id)

    def step(change: Any) -> str:
        with app.app_context():
            start.wait()
            try:
                change()
            except (PermissionError, roles.Refused):
                db.session.rollback()
                return "refused"
            db.session.commit()
            return "done"

    with ThreadPoolExecutor(2) as pool:
        ends = [pool.submit(demote), pool.submit(empty)]
        assert sorted(end.result() for end in ends) == ["done", "refused"]


# --- separation of duties ---


def separate(actor: User) -> None:
    setting_changes.change({"separate_duties": True}, actor)
    db.session.commit()


def test_separation_is_refused_while_somebody_holds_two(client: Any, cast: Cast) -> None:
    english(client, cast.root)
    on = {key: value for key, value in settings.all_settings().items() if value is not False}
    answer = post(client, "/admin/setting/", **(on | {"separate_duties": "y"}))
    assert "These people hold two of system, security and audit: Root." in answer.text
    assert rows(sa.select(Event).filter_by(subject_type="site_setting")) == []


def test_separated_duties_are_not_given_together(client: Any, cast: Cast) -> None:
    system, security = holder(Duty.SYSTEM), holder(Duty.PEOPLE, name="Sela")
    both = role_of(Duty.SYSTEM, Duty.AUDIT, name="两项")
    roles.set_role(cast.root, PlatformRole.REVIEWER, security)
    db.session.commit()
    separate(system)
    for role in (PlatformRole.ADMINISTRATOR, both):
        with pytest.raises(roles.NotSeparated, match=r"nobody holds|任何人不得"):
            roles.set_role(cast.otto, role, security)
    with pytest.raises(roles.NotSeparated):
        staff_roles.make("x", "x", [Duty.PEOPLE, Duty.AUDIT], security)
    with pytest.raises(roles.NotSeparated):
        staff_roles.change(system.custom_role, "x", "x", [Duty.SYSTEM, Duty.PEOPLE], security)
    roles.set_role(cast.otto, PlatformRole.AUDITOR, security)
    db.session.commit()
    assert cast.otto.role is PlatformRole.AUDITOR
    english(client, security)
    answer = post(client, "/admin/user/role/", id=cast.ann.id, role="administrator")
    words = "nobody holds System, People and roles, Read everything, and the audit together"
    assert words in see(client, answer.location).text


def test_a_disabled_person_counts_as_they_may_come_back(cast: Cast) -> None:
    system, security = holder(Duty.SYSTEM), holder(Duty.PEOPLE, name="Sela")
    roles.disable(cast.root, security)
    db.session.commit()
    with pytest.raises(setting_changes.Refused, match="Root"):
        separate(system)
