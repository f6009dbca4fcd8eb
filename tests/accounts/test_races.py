"""Two at the same moment, on a database that lets them run side by side."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from core.database import db
from models import (
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Mail,
    ParkEnterprise,
    PlatformRole,
    User,
)
from tests.support.application import rows
from tests.support.cast import PASSWORD, Cast
from workflows.person import roles

pytestmark = pytest.mark.postgres
NANO = "91110000600037341L"


def at_once(*steps: Callable[[], str]) -> list[str]:
    start = threading.Barrier(len(steps))

    def run(step: Callable[[], str]) -> str:
        start.wait()
        return step()

    with ThreadPoolExecutor(len(steps)) as pool:
        return sorted(pool.map(run, steps))


def test_two_administrators_who_remove_each_other_leave_one(pg_app):
    roles.set_role(Cast().vera, PlatformRole.ADMINISTRATOR, Cast().root)
    db.session.commit()
    root, vera = Cast().root.id, Cast().vera.id
    db.session.remove()

    def remove(actor: int, other: int) -> str:
        with pg_app.app_context():
            people = db.session.get(User, other), db.session.get(User, actor)
            try:
                roles.set_role(people[0], None, people[1])
            except PermissionError:
                db.session.rollback()
                return "refused"
            db.session.commit()
            return "done"

    ends = at_once(lambda: remove(root, vera), lambda: remove(vera, root))
    assert ends == ["done", "refused"]
    assert len(rows(db.select(User).filter_by(role=PlatformRole.ADMINISTRATOR))) == 1


def register(app, **changes: str) -> str:
    data = {
        "name": "Nina",
        "email": "nina@example.com",
        "password": PASSWORD,
        "password_confirm": PASSWORD,
        "consent": "y",
    }
    answer = app.test_client().post("/register", data=data | changes)
    return f"{answer.status_code} {answer.location}"


def confirm(app, link: str) -> str:
    return str(app.test_client().post(link, data={"password": PASSWORD}).status_code)


def test_one_address_registered_twice_at_once_is_one_account(pg_app):
    ends = at_once(*[lambda: register(pg_app)] * 4)
    assert ends == ["302 /login"] * 4
    assert len(rows(db.select(User).filter_by(email="nina@example.com"))) == 1
    templates = {m.template for m in rows(db.select(Mail).filter_by(recipient="nina@example.com"))}
    assert templates == {"confirm_email"}


def test_of_two_first_people_one_is_the_first(pg_app):
    db.session.add(ParkEnterprise(name="Nano Works", credit_code=NANO))
    db.session.commit()
    db.session.remove()
    code = {"kind": "enterprise", "credit_code": NANO, "enterprise_name": "Nano Works"}
    ends = at_once(
        lambda: register(pg_app, email="one@example.com", **code),
        lambda: register(pg_app, email="two@example.com", **code),
    )
    assert ends == ["302 /login"] * 2
    links = [one.link for one in rows(db.select(Mail).filter_by(template="confirm_email"))]
    db.session.remove()
    at_once(*[partial(confirm, pg_app, link) for link in links])
    held = rows(db.select(EnterpriseMembership).join(EnterpriseMembership.enterprise)
                .filter_by(credit_code=NANO))  # fmt: skip
    assert sorted(one.status for one in held) == [
        EnterpriseMembershipStatus.MEMBER,
        EnterpriseMembershipStatus.REQUESTED,
    ]
