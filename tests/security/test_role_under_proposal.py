"""What a second person confirms is what is then done: a role stays as it is while it is proposed.

Seen: a role was proposed for a colleague, then deleted, and the confirmation took away the role
that they had; or it got six more duties in the meantime, and the second person saw its name alone.
Whoever alone gave roles could ask for a second person, and then nobody could ever be made one; an
invitation ended at "not found", with what was typed gone.
"""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from content import setting_changes
from core.database import db
from models import Duty, Proposal, StaffRole, User
from tests.support.application import rows
from tests.support.applying import english, post, see
from tests.support.cast import Cast
from tests.support.staff import holder, role_of
from workflows.person import roles, staff_roles

WAITS = "正在等待第二人复核"


def require(cast: Cast, **values: Any) -> None:
    setting_changes.change(values, cast.root)
    db.session.commit()


def proposed(client: Any, cast: Cast, keeper: User, role: StaffRole) -> Proposal:
    """Let the administrator propose `role` for the keeper of demands, and return the proposal."""
    require(cast, second_person_roles=True)
    english(client, cast.root)
    post(client, "/admin/user/role/", id=cast.otto.id, role=f"custom:{role.id}", reason="Less")
    (row,) = rows(sa.select(Proposal))
    assert keeper.id != row.proposer_id
    return row


def decide(client: Any, row: Proposal) -> str:
    sent = {"verb": "confirm", "ids": f"{row.id}:{row.version}", "answered": "1"}
    answer = post(client, "/admin/proposal/ask/", **sent)
    text: str = see(client, answer.location).text
    return text


def test_it_is_neither_changed_nor_deleted(client: Any, cast: Cast) -> None:
    keeper, role = holder(Duty.PEOPLE), role_of(Duty.CONTENT, name="Editors")
    row = proposed(client, cast, keeper, role)
    with pytest.raises(roles.Refused, match=WAITS):
        staff_roles.change(role, "Editors", "Editors", [Duty.CONTENT, Duty.SYSTEM], cast.root)
    db.session.rollback()
    with pytest.raises(roles.Refused, match=WAITS):
        staff_roles.remove(role, cast.root)
    db.session.rollback()
    staff_roles.change(role, "Writers", "Writers", [Duty.CONTENT], cast.root)  # its name may
    db.session.commit()
    english(client, keeper)
    assert "Confirmed and carried out." in decide(client, row)
    assert cast.otto.custom_role_id == role.id


def test_the_second_person_sees_what_it_holds(client: Any, cast: Cast) -> None:
    keeper, role = holder(Duty.PEOPLE), role_of(Duty.CONTENT, Duty.SYSTEM, name="Editors")
    row = proposed(client, cast, keeper, role)
    english(client, keeper)
    page = see(client, f"/admin/proposal/details/?id={row.id}").text
    assert "Change the role to: Editors (Content, System)" in page


def test_a_role_that_is_gone_takes_nothing_away(client: Any, cast: Cast) -> None:
    """However it went: the person keeps the role that they have."""
    keeper, role = holder(Duty.PEOPLE), role_of(Duty.CONTENT, name="Editors")
    before = role_of(Duty.DISPATCH, name="Before")
    roles.set_role(cast.otto, before, cast.root)
    db.session.commit()
    row = proposed(client, cast, keeper, role)
    db.session.delete(role)
    db.session.commit()
    english(client, keeper)
    assert "This role is not there any more." in decide(client, row)
    db.session.expire_all()
    assert cast.otto.custom_role_id == before.id


def test_who_gives_roles_alone_cannot_ask_for_a_second(cast: Cast) -> None:
    with pytest.raises(setting_changes.Refused, match="目前只有一人持有"):
        require(cast, second_person_roles=True)
    db.session.rollback()
    holder(Duty.PEOPLE)
    require(cast, second_person_roles=True)


def test_an_invitation_that_nobody_could_confirm_keeps_what_was_typed(
    client: Any, cast: Cast
) -> None:
    keeper = holder(Duty.PEOPLE)
    require(cast, second_person_roles=True)
    roles.disable(keeper, cast.root)
    db.session.commit()
    english(client, cast.root)
    answer = post(client, "/admin/user/invite/", email="n@example.com", name="Nan", role="auditor")
    assert answer.status_code == 200
    assert "nobody else holds the duty" in answer.text
    assert 'value="n@example.com"' in answer.text
    assert rows(sa.select(User).filter_by(email="n@example.com")) == []
