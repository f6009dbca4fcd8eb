"""The contact: who sees the number, and what the journal keeps of it."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from core.clock import frozen, now
from core.database import db
from models import Demand, DemandStatus, Event, Mail, Notification
from tests.support.cast import Cast
from tests.support.demands import PHONE, at_state, post_demand
from workflows import engine
from workflows.demand.contact import REVEAL, open_details


def looks(demand: Demand) -> int:
    return len([event for event in engine.history(demand) if event.name == REVEAL])


def test_opening_reads_and_puts_the_look_on_record(cast: Cast) -> None:
    demand = post_demand(cast)
    assert open_details(demand, cast.stan) is True
    assert demand.status is DemandStatus.READ
    assert [(e.name, e.actor_id) for e in engine.history(demand)] == [
        ("post", cast.ann.id), ("read", cast.stan.id), (REVEAL, cast.stan.id),
    ]  # fmt: skip


def test_looks_within_ten_minutes_are_one(cast: Cast) -> None:
    demand, start = post_demand(cast), now()
    for minutes, expected in ((0, 1), (9, 1), (10, 2), (19, 2), (21, 3)):
        with frozen(start + timedelta(minutes=minutes)):
            open_details(demand, cast.stan)
            assert looks(demand) == expected, minutes
    with frozen(start + timedelta(minutes=21)):
        open_details(demand, cast.bella)  # another person's look is another look
    assert looks(demand) == 4


@pytest.mark.parametrize("person", ["root", "vera", "audrey", "ann", "otto", "rita"])
def test_nobody_else_opens_it_for_the_institution(cast: Cast, person: str) -> None:
    demand = post_demand(cast)
    assert open_details(demand, getattr(cast, person)) is False
    assert demand.status is DemandStatus.SUBMITTED
    assert looks(demand) == 0


@pytest.mark.parametrize(
    ("state", "shown"),
    [("submitted", True), ("read", True), ("accepted", True), ("outcome", True),
     ("disputed", True), ("declined", False), ("withdrawn", False), ("confirmed", False)],
)  # fmt: skip
def test_the_number_is_masked_once_it_is_not_needed(cast: Cast, state: str, shown: bool) -> None:
    demand = at_state(post_demand(cast), cast, DemandStatus(state))
    assert open_details(demand, cast.bella) is shown
    assert looks(demand) == shown


def test_the_number_stands_in_no_log_mail_notice_or_event(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    demand = at_state(post_demand(cast), cast, DemandStatus.DISPUTED)
    open_details(demand, cast.bella)
    db.session.commit()
    written = [str(row.context) + row.key for model in (Mail, Notification) for row in model.query]
    written += [str(event.changes) + str(event.reason) for event in Event.query]
    assert PHONE not in caplog.text + "".join(written)


def test_an_error_of_the_database_does_not_say_the_number(cast: Cast) -> None:
    post_demand(cast, form_key="one")
    with pytest.raises(IntegrityError) as caught:
        post_demand(cast, form_key="one")
    assert PHONE not in str(caught.value)
