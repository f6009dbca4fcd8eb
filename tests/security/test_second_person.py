"""A second person confirms the gravest steps: proposed by one, carried out when another confirms.

Seen before: one administrator revoked an institution, gave roles and approved thousands alone.
"""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from content import setting_changes
from core import clock
from core.database import db
from models import (
    Duty,
    Event,
    Institution,
    InstitutionStatus,
    Mail,
    PlatformRole,
    Proposal,
    ProposalStatus,
    StaffInvitation,
    Task,
    User,
)
from tests.support.application import rows
from tests.support.applying import english, post, see
from tests.support.back_office import handed_in
from tests.support.cast import Cast
from tests.support.platform import another, seen
from tests.support.staff import holder
from tests.support.tasks import counts, work_later
from tests.support.tasks import seen as task_seen
from worker import orders
from workflows import engine
from workflows.engine import second_person
from workflows.person import roles
from workflows.proposal import timing

ASK = "/admin/institution/ask/"


def require(cast: Cast, **values: Any) -> None:
    setting_changes.change(values, cast.root)
    db.session.commit()


def proposal() -> Proposal:
    (row,) = rows(sa.select(Proposal))
    return row


def suspend(client: Any, cast: Cast) -> Any:
    return post(client, ASK, verb="suspend", ids=seen(cast.bridge), answered="1", reason="Fraud")


def decide(client: Any, verb: str, **data: Any) -> Any:
    row = proposal()
    sent = {"verb": verb, "ids": f"{row.id}:{row.version}", "answered": "1"}
    answer = post(client, "/admin/proposal/ask/", **(sent | data))
    return see(client, answer.location) if answer.status_code == 302 else answer


def mailed(template: str) -> set[str]:
    return {mail.recipient for mail in rows(sa.select(Mail).filter_by(template=template))}


def test_a_suspension_waits_for_somebody_else(client: Any, cast: Cast) -> None:
    require(cast, second_person_suspend=True)
    other = holder(Duty.SANCTIONS)
    english(client, cast.root)
    asks = see(client, f"{ASK}?verb=suspend&ids={seen(cast.bridge)}").text
    assert "A second person has to confirm this" in asks
    suspend(client, cast)
    assert cast.bridge.status is InstitutionStatus.CERTIFIED
    row = proposal()
    assert (row.status, row.reason, row.duty) == (ProposalStatus.PROPOSED, "Fraud", Duty.SANCTIONS)
    assert mailed("proposal_waiting") == {"hana@example.com"}
    assert decide(client, "confirm").status_code == 403  # never the proposer
    assert cast.bridge.status is InstitutionStatus.CERTIFIED
    english(client, other)
    page = see(client, f"/admin/proposal/details/?id={row.id}").text
    assert "Bridge Law" in page
    assert "Fraud" in page
    assert "Proposals to a second person" in see(client, "/admin/").text
    assert "Confirmed and carried out." in decide(client, "confirm").text
    db.session.expire_all()
    assert cast.bridge.status is InstitutionStatus.SUSPENDED
    events = rows(sa.select(Event).filter_by(subject_type="institution").order_by(Event.id))
    assert [(e.name, e.actor_id, e.reason) for e in events] == [
        ("suspend", cast.root.id, "Fraud"),
        ("second_confirmed", other.id, None),
    ]
    events = rows(sa.select(Event).filter_by(subject_type="proposal").order_by(Event.id))
    assert [(e.name, e.actor_id) for e in events] == [
        ("propose", cast.root.id),
        ("confirm", other.id),
    ]
    assert mailed("proposal_confirmed") == {"root@example.com"}


def test_no_road_goes_around_it(cast: Cast) -> None:
    """Not a page, a task or a view of its own: the engine itself refuses."""
    require(cast, second_person_revoke=True)
    outcome = engine.perform(Institution, "revoke", [cast.bridge.id], cast.root, reason="x")
    assert outcome.refused == {cast.bridge.id: second_person.NEEDED}
    assert cast.bridge.status is InstitutionStatus.CERTIFIED


def test_off_it_changes_nothing(client: Any, cast: Cast) -> None:
    english(client, cast.root)
    suspend(client, cast)
    assert cast.bridge.status is InstitutionStatus.SUSPENDED
    assert rows(sa.select(Proposal)) == []


def test_where_nobody_else_could_confirm_it_says_so(client: Any, cast: Cast) -> None:
    require(cast, second_person_suspend=True)
    english(client, cast.root)
    answer = suspend(client, cast)
    assert "nobody else holds the duty" in see(client, answer.location).text
    assert rows(sa.select(Proposal)) == []


def test_the_same_is_not_proposed_twice(client: Any, cast: Cast) -> None:
    require(cast, second_person_suspend=True)
    holder(Duty.SANCTIONS)
    english(client, cast.root)
    suspend(client, cast)
    answer = suspend(client, cast)
    assert "This is proposed already" in see(client, answer.location).text
    proposal()  # one


def test_what_changed_meanwhile_is_not_done(client: Any, cast: Cast) -> None:
    """Somebody else changed the row: what the proposer saw is not what is there."""
    require(cast, second_person_suspend=True)
    other = holder(Duty.SANCTIONS)
    english(client, cast.root)
    suspend(client, cast)
    engine.edit(cast.bridge, cast.bella, {"address": "Elsewhere 2"})
    db.session.commit()
    english(client, other)
    assert "Changed meanwhile" in decide(client, "confirm").text
    assert cast.bridge.status is InstitutionStatus.CERTIFIED
    assert proposal().status is ProposalStatus.PROPOSED
    assert "Declined" in decide(client, "decline", reason="Look again").text
    assert mailed("proposal_declined") == {"root@example.com"}
    assert proposal().decline_reason == "Look again"


def test_whose_proposer_lost_the_duty_is_not_done(client: Any, cast: Cast) -> None:
    require(cast, second_person_suspend=True)
    first, other = holder(Duty.SANCTIONS), holder(Duty.SANCTIONS, name="Sana")
    english(client, first)
    suspend(client, cast)
    roles.set_role(first, PlatformRole.REVIEWER, cast.root)
    db.session.commit()
    english(client, other)
    assert "You may not do this." in decide(client, "confirm").text
    assert cast.bridge.status is InstitutionStatus.CERTIFIED


def test_it_expires_and_can_be_withdrawn(client: Any, cast: Cast) -> None:
    require(cast, second_person_suspend=True, second_person_days=2)
    other = holder(Duty.SANCTIONS)
    english(client, cast.root)
    suspend(client, cast)
    row = proposal()
    assert row.expires_at - row.created_at < timedelta(days=2, seconds=5)
    row.expires_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    english(client, other)
    assert "The days to confirm it are over." in decide(client, "confirm").text
    assert timing.expire(clock.now()) == 1
    assert timing.expire(clock.now()) == 0
    assert proposal().status is ProposalStatus.EXPIRED
    assert mailed("proposal_expired") == {"root@example.com"}
    english(client, cast.root)
    suspend(client, cast)
    db.session.execute(sa.delete(Proposal).where(Proposal.status == ProposalStatus.EXPIRED))
    db.session.commit()
    decide(client, "withdraw")
    assert proposal().status is ProposalStatus.WITHDRAWN


def test_a_change_of_role_waits(client: Any, cast: Cast) -> None:
    keeper = holder(Duty.PEOPLE)
    require(cast, second_person_roles=True)
    with pytest.raises(roles.NeedsSecond):
        roles.set_role(cast.otto, PlatformRole.ADMINISTRATOR, cast.root)
    db.session.rollback()
    english(client, cast.root)
    post(client, "/admin/user/role/", id=cast.otto.id, role="auditor", reason="New colleague")
    assert cast.otto.role is None
    english(client, keeper)
    page = see(client, f"/admin/proposal/details/?id={proposal().id}").text
    assert "Change the role to: Auditor" in page
    assert "New colleague" in page
    assert "Otto" in page
    decide(client, "confirm")
    db.session.expire_all()
    assert cast.otto.role is PlatformRole.AUDITOR


def test_an_invitation_goes_out_once_the_role_is_confirmed(client: Any, cast: Cast) -> None:
    keeper = holder(Duty.PEOPLE)
    require(cast, second_person_roles=True)
    english(client, cast.root)
    post(client, "/admin/user/invite/", email="new@example.com", name="Nan", role="reviewer")
    (user,) = rows(sa.select(User).filter_by(email="new@example.com"))
    assert user.role is None
    assert mailed("staff_account") == set()
    english(client, keeper)
    decide(client, "confirm")
    assert mailed("staff_account") == {"new@example.com"}
    assert len(rows(sa.select(StaffInvitation))) == 1


def test_a_step_on_many_rows_waits(client: Any, cast: Cast) -> None:
    require(cast, second_person_bulk=1)
    some = [
        another(cast, f"No {n}", credit_code=f"31320000MD000000{n}Y", applicant_id=id)
        for n, id in enumerate((cast.otto.id, cast.bob.id))
    ]
    english(client, cast.root)
    ids = ",".join(seen(row) for row in some)
    sent = {"verb": "approve", "ids": ids, "answered": "1", "association": "later"}
    post(client, "/admin/application/ask/", **sent)
    assert proposal().duty is Duty.APPLICATIONS
    english(client, cast.vera)
    assert "Confirmed and carried out." in decide(client, "confirm").text
    names = sa.select(Institution.name).filter_by(status=InstitutionStatus.CERTIFIED)
    assert {"No 0", "No 1"} <= set(rows(names))


def test_a_step_on_more_than_a_request_takes_goes_on_in_the_background(
    client: Any, cast: Cast
) -> None:
    require(cast, second_person_bulk=1)
    ids = handed_in(cast, orders.AT_ONCE + 1)
    english(client, cast.root)
    sent = {"verb": "reject", "ids": task_seen(ids), "answered": "1", "reason": "No licence."}
    post(client, "/admin/application/ask/", **sent)
    assert len(proposal().rows) == len(ids)
    assert rows(sa.select(Task)) == []  # not before somebody else says yes
    english(client, cast.vera)
    assert "It is carried out in the background" in decide(client, "confirm").text
    assert proposal().status is ProposalStatus.CONFIRMED
    (task,) = rows(sa.select(Task))
    assert (task.actor_id, task.transition, task.total) == (cast.root.id, "reject", len(ids))
    assert work_later() > 1
    assert counts(task.id) == ("finished", len(ids), 0)
    rejected = sa.select(sa.func.count(Institution.id)).filter_by(status=InstitutionStatus.REJECTED)
    assert rows(rejected) == [len(ids)]
    told = sa.select(Event.actor_id, Event.reason).filter_by(name="reject").distinct()
    assert [tuple(one) for one in db.session.execute(told)] == [(cast.root.id, "No licence.")]


@pytest.mark.parametrize("name", ["vera", "audrey", "ann"])
def test_who_lacks_the_duty_decides_nothing(client: Any, cast: Cast, name: str) -> None:
    require(cast, second_person_suspend=True)
    holder(Duty.SANCTIONS)
    english(client, cast.root)
    suspend(client, cast)
    english(client, getattr(cast, name))
    for verb in ("confirm", "decline", "withdraw"):
        assert decide(client, verb, reason="x").status_code in (403, 404)
    assert proposal().status is ProposalStatus.PROPOSED


@pytest.mark.connections
def test_two_who_confirm_at_once_do_it_once(app: Flask, client: Any, cast: Cast) -> None:
    require(cast, second_person_suspend=True)
    people = [holder(Duty.SANCTIONS, name=name).id for name in ("Sana", "Sela")]
    english(client, cast.root)
    suspend(client, cast)
    row = proposal()
    id, version = row.id, row.version
    db.session.remove()
    start = threading.Barrier(2)

    def confirm(person: int) -> str:
        from admin_views.platform.confirming import NotCarriedOut, carry_out

        with app.test_request_context():
            start.wait()
            try:
                carry_out(id, {id: version}, db.session.get_one(User, person))
            except NotCarriedOut:
                db.session.rollback()
                return "refused"
            db.session.commit()
            return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(confirm, people)) == ["done", "refused"]
    assert len(rows(sa.select(Event).filter_by(name="suspend"))) == 1
