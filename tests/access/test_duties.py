"""Duties: what a role holds decides on steps and on who is told, and takes no statement more."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

import access
from accounts.datastore import OF_A_SESSION
from core.database import db
from models import (
    READY_MADE,
    Attachment,
    Duty,
    Institution,
    InstitutionStatus,
    PlatformRole,
    ProfileChange,
    ProfileChangeStatus,
    SignIn,
    User,
)
from tests.support.application import sign_in
from tests.support.applying import english
from tests.support.staff import holder
from tests.support.transactions import drafted
from workflows import engine


def test_what_the_ready_made_roles_hold() -> None:
    assert {
        PlatformRole.ADMINISTRATOR: frozenset(Duty),
        PlatformRole.REVIEWER: {Duty.APPLICATIONS, Duty.TRADE, Duty.DISPATCH},
        PlatformRole.AUDITOR: {Duty.AUDIT, Duty.EXPORT},
    } == READY_MADE


def test_nobody_else_holds_any(cast: Any) -> None:
    assert access.duties_of(cast.ann) == frozenset()
    assert access.duties_of(access.SYSTEM) == frozenset()


def test_duties_come_with_the_query_of_the_session(cast: Any) -> None:
    user = holder(Duty.CONTENT, Duty.EXPORT)
    db.session.add(SignIn(user_id=user.id, key="k"))
    db.session.commit()
    db.session.remove()
    statements: list[str] = []

    def note(*executed: Any) -> None:
        statements.append(executed[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        user = db.session.execute(OF_A_SESSION, {"key": "k"}).unique().one().User
        assert access.duties_of(user) == {Duty.CONTENT, Duty.EXPORT}
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert sum(sql.startswith("SELECT") for sql in statements) == 1


@pytest.mark.parametrize(
    ("duty", "names"),
    [
        (Duty.APPLICATIONS, {"Root", "Vera", "Hana"}),
        (Duty.SYSTEM, {"Root"}),
        (Duty.AUDIT, {"Root", "Audrey"}),
    ],
)
def test_who_holds_a_duty_is_found_by_it(cast: Any, duty: Duty, names: set[str]) -> None:
    holder(Duty.APPLICATIONS)
    found = db.session.scalars(sa.select(User).where(access.holding(duty)))
    assert {user.name for user in found} == names


def test_a_step_asks_for_its_duty(cast: Any) -> None:
    """The one who may suspend does not certify, and the one who certifies does not suspend."""
    reviewer, warden = holder(Duty.APPLICATIONS), holder(Duty.SANCTIONS, name="Wang")
    suspend = {"reason": "x"}
    refused = engine.perform(Institution, "suspend", [cast.bridge.id], reviewer, **suspend)
    assert refused.refused == {cast.bridge.id: engine.NOT_YOURS}
    done = engine.perform(Institution, "suspend", [cast.bridge.id], warden, **suspend)
    assert done.done == [cast.bridge.id]
    approve = engine.perform(Institution, "approve", [cast.waiting.id], warden, association="later")
    assert approve.refused == {cast.waiting.id: engine.NOT_YOURS}
    approve = engine.perform(
        Institution, "approve", [cast.waiting.id], reviewer, association="later"
    )
    assert approve.done == [cast.waiting.id]


def test_who_revokes_also_ends_what_was_handed_in(cast: Any) -> None:
    """Seen: a cascade that asks for another duty than its step would leave its rows waiting."""
    change = ProfileChange(
        institution=cast.bridge,
        proposer=cast.bella,
        status=ProfileChangeStatus.SUBMITTED,
        name="New",
        credit_code=cast.bridge.credit_code,
    )
    db.session.add(change)
    db.session.commit()
    warden = holder(Duty.SANCTIONS)
    engine.perform(Institution, "revoke", [cast.bridge.id], warden, reason="x")
    db.session.commit()
    assert cast.bridge.status is InstitutionStatus.REVOKED
    assert change.status is ProfileChangeStatus.REJECTED


def test_the_dashboard_shows_the_queues_of_one_s_duties(client: Any, cast: Any) -> None:
    english(client, holder(Duty.DISPATCH))
    page = client.get("/admin/").text
    assert "Help me find" in page
    assert "Applications" not in page
    assert "Undelivered mails" not in page


def test_files_are_for_who_reads_records(client: Any, cast: Any) -> None:
    """An editor of pages downloads no licence and no contract."""
    deal = drafted(cast)
    db.session.commit()
    file = db.session.scalars(
        sa.select(Attachment).where(Attachment.transaction_id == deal.id)
    ).one()
    path = f"/attachments/{file.id}"
    assert sign_in(client, holder(Duty.CONTENT)).get(path).status_code == 404
    assert sign_in(client, holder(Duty.TRADE, name="Tia")).get(path).status_code == 200
