"""The enterprise asks for an answer: once per working day of the park, while it waits."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.clock import frozen
from core.database import db
from models import (
    DayKind,
    Demand,
    DemandStatus,
    EnterpriseMembership,
    EnterpriseMembershipStatus,
    Event,
    Holiday,
    Mail,
    Notification,
)
from tests.support.application import forget, rows, sign_in
from tests.support.cast import Cast, verified
from tests.support.demands import at_state, post_demand
from workflows import engine
from workflows.demand.rules import answer_due
from workflows.person import closing

FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def chases() -> int:
    return len(rows(sa.select(Event).where(Event.name == "chase")))


def told() -> set[str]:
    return {one.recipient for one in rows(sa.select(Mail).filter_by(template="demand_chased"))}


def chase(demand: Demand, actor) -> bool:
    done = engine.perform(Demand, "chase", [demand.id], actor).done
    db.session.commit()
    return bool(done)


def test_the_institution_hears_of_it(client: FlaskClient, cast: Cast) -> None:
    demand = post_demand(cast)
    db.session.commit()
    stem = f"/account/demands/{demand.id}"
    sign_in(client, cast.ann)
    assert f"{stem}/chase" in client.get(stem).text
    assert client.post(f"{stem}/chase", data={"version": 1}).location == stem
    assert chases() == 1
    assert told() == {"reserved-bridge@example.com"}
    bells = rows(sa.select(Notification).filter_by(template="demand_chased"))
    assert {one.user_id for one in bells} == {cast.bella.id, cast.stan.id}
    assert f"{stem}/chase" not in client.get(stem).text
    client.post(f"{stem}/chase", data={"version": 2})
    assert chases() == 1


def test_a_colleague_whose_page_is_older_reads_that_it_was_done_today(
    app: Flask, client: FlaskClient, cast: Cast
) -> None:
    demand = post_demand(cast)
    member = EnterpriseMembershipStatus.MEMBER
    db.session.add(
        EnterpriseMembership(
            user=cast.bob,
            enterprise=cast.acme,
            status=member,
            **verified(),
        )
    )
    db.session.commit()
    stem = f"/account/demands/{demand.id}"
    colleague = sign_in(app.test_client(), cast.bob)
    assert f"{stem}/chase" in colleague.get(stem).text  # his page, open beside hers
    sign_in(client, cast.ann).post(f"{stem}/chase", data={"version": 1})
    forget()
    answer = colleague.post(f"{stem}/chase", data={"version": 1}, follow_redirects=True)
    assert "今日已催办，下一个工作日可再次催办。" in answer.text
    assert f"{stem}/chase" not in answer.text
    assert chases() == 1
    closing.close(cast.ann, "Gone.")  # the one who posted it
    db.session.commit()
    forget()
    page = colleague.get(stem).text  # stays with those who stay
    assert "已撤回" in page
    assert "13812345678" not in page


def test_the_consultant_in_charge_hears_of_it_too(cast: Cast) -> None:
    demand = post_demand(cast, affiliation_id=cast.lins_link.id)
    assert chase(demand, cast.ann)
    assert told() == {"reserved-bridge@example.com", "lin@example.com"}


def test_once_per_working_day(cast: Cast) -> None:
    with frozen(FRIDAY):
        demand = post_demand(cast)
        assert chase(demand, cast.ann)
        assert not chase(demand, cast.ann)
    with frozen(SATURDAY):
        assert not chase(demand, cast.ann)
    with frozen(MONDAY):
        assert chase(demand, cast.ann)
        assert not chase(demand, cast.ann)
    with frozen(TUESDAY):
        assert chase(demand, cast.ann)
    assert chases() == 3


def test_a_holiday_is_no_working_day(cast: Cast) -> None:
    db.session.add(Holiday(day=date(2026, 11, 23), kind=DayKind.OFF, name="Park day"))
    with frozen(FRIDAY):
        demand = post_demand(cast)
        assert answer_due(demand) == date(2026, 11, 25)
        assert chase(demand, cast.ann)
    with frozen(MONDAY):
        assert not chase(demand, cast.ann)
    with frozen(TUESDAY):
        assert chase(demand, cast.ann)


@pytest.mark.parametrize(
    ("state", "may"),
    [
        ("submitted", True),
        ("read", True),
        ("accepted", False),
        ("declined", False),
        ("outcome", False),
        ("confirmed", False),
        ("disputed", False),
        ("withdrawn", False),
    ],
)
def test_only_while_it_waits_for_an_answer(cast: Cast, state: str, may: bool) -> None:
    demand = at_state(post_demand(cast), cast, DemandStatus(state))
    assert chase(demand, cast.ann) is may


@pytest.mark.parametrize("person", ["bella", "lin", "root", "otto"])
def test_nobody_else_chases(cast: Cast, person: str) -> None:
    demand = post_demand(cast)
    assert not chase(demand, getattr(cast, person))


@pytest.mark.connections
def test_two_clicks_at_once_chase_once(app: Flask, cast: Cast) -> None:
    demand = post_demand(cast)
    db.session.commit()
    address = f"/account/demands/{demand.id}/chase"
    browsers = [sign_in(app.test_client(), cast.ann) for _ in range(2)]
    db.session.remove()
    gate = threading.Barrier(2)

    def click(mine: FlaskClient) -> None:
        gate.wait()
        assert mine.post(address, data={"version": 1}).status_code == 302

    clicks = [threading.Thread(target=click, args=(mine,)) for mine in browsers]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert chases() == 1
    assert len(rows(sa.select(Mail).filter_by(template="demand_chased"))) == 1


def test_the_receipt_says_until_when(client: FlaskClient, cast: Cast) -> None:
    with frozen(FRIDAY):
        demand = post_demand(cast)
        db.session.commit()
        text = sign_in(client, cast.ann).get(f"/demands/{demand.id}/receipt").text
    assert answer_due(demand) == date(2026, 11, 24)
    assert "2026-11-24" in text


def test_the_account_shows_what_was_not_answered_in_time(client: FlaskClient, cast: Cast) -> None:
    with frozen(FRIDAY):
        late = post_demand(cast)
        db.session.commit()
    sign_in(client, cast.ann)
    with frozen(TUESDAY):  # the last day
        assert "未按时答复" not in client.get("/account/").text
    with frozen(datetime(2026, 11, 25, 2, 0, tzinfo=UTC)):
        assert "未按时答复" in client.get("/account/").text
    engine.perform(Demand, "accept", [late.id], cast.bella)
    db.session.commit()
    with frozen(datetime(2026, 11, 26, 2, 0, tzinfo=UTC)):
        assert "未按时答复" not in sign_in(client, cast.ann).get("/account/").text
