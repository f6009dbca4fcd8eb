"""A small park, ranked by hand: every figure is written out, and holds to 1e-9.

The day is Tuesday, 24 November 2026. Weights: T 35, R 20, Q 20, V 15, P 10.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import exp

import pytest
import sqlalchemy as sa

from core import clock
from core.database import db
from models import (
    ActivityRole,
    ConfirmationStatus,
    ConsultantScore,
    InstitutionScore,
    TransactionStatus,
)
from ranking import places
from ranking.kinds import CONSULTANTS, INSTITUTIONS
from tests.support.ranking import (
    NOON,
    TODAY,
    activity,
    ago,
    deal,
    demand,
    enterprise,
    institution,
    refresh,
    review,
)

EXACT = pytest.approx
SILENT, DENIED = ConfirmationStatus.SILENT, ConfirmationStatus.DENIED
LONG = "We read contracts, draft contracts, and defend what they say, in three languages."
MONDAY = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)  # 10:00 in the park; in time until Wednesday's end
WEDNESDAYS_END = datetime(2026, 11, 11, 16, 0, tzinfo=UTC)  # midnight in the park


@pytest.fixture
def park(app, cast):
    """Bridge works, Rival works less, Third has just come; Lin advises for Bridge."""
    with clock.frozen(NOON):
        bridge, rival = cast.bridge, cast.rival
        third = institution("Third", cast.otto, rival.categories[0])
        one, two, three = (enterprise(name) for name in ("One", "Two", "Three"))

        cast.lins_link.linked_at = ago(20)
        bridge.introduction = LONG
        bridge.website, bridge.founded, bridge.staff_count = "https://b.example", 2001, 12
        # with One four times within a year: 1, 1/2, 1/3, and nothing from the fourth
        first = deal(bridge, one, 180, consultant=cast.lins_link)
        second = deal(bridge, one, 90)
        deal(bridge, one, 30, SILENT)
        deal(bridge, one, 10)
        # with Two: denied, then confirmed, which is the first that counts
        deal(bridge, two, 20, DENIED)
        third_deal = deal(bridge, two, 0)
        # related: nothing, and it takes no number from Three's next one
        deal(bridge, three, 40, related=True)
        deal(bridge, three, 36, None)  # approved before the enterprise was asked
        # not registered
        deal(bridge, "A shop", 360, None)
        # too old: more than 24 months
        deal(bridge, "An old shop", 740, None)
        # not approved
        deal(bridge, "Waiting", 1, None, status=TransactionStatus.FILED, approved_at=None)

        review(first, 5.0, consultant_stars=4)
        review(second, 4.5)
        review(third_deal, 3.0)

        demand(bridge, cast.ann, MONDAY, ("accept", MONDAY + timedelta(hours=5)))
        demand(bridge, cast.ann, MONDAY, ("decline", WEDNESDAYS_END - timedelta(seconds=1)),
               affiliation_id=cast.lins_link.id)  # fmt: skip
        demand(bridge, cast.ann, MONDAY, ("accept", WEDNESDAYS_END))  # a second too late
        demand(bridge, cast.ann, MONDAY)  # never answered
        demand(bridge, cast.ann, MONDAY, ("withdraw", MONDAY + timedelta(days=1)))  # not received
        demand(bridge, cast.ann, ago(0.5))  # there is time
        demand(bridge, cast.ann, ago(90), ("accept", ago(89)), ("record_outcome", ago(80)))
        demand(bridge, cast.ann, ago(90), ("accept", ago(89)))  # its outcome is overdue

        activity(bridge, TODAY - timedelta(days=100), 3.0)
        activity(bridge, TODAY - timedelta(days=50), 2.0, ActivityRole.COHOST)

        rival.introduction = "Short."
        other = deal(rival, one, 360, SILENT)
        review(other, 2.0)
        for number in range(13):  # in one year; the least of them does not count
            activity(rival, date(2026, 3, number + 1), 0.5 if number else 0.25)
        db.session.commit()
        refresh([bridge.id, rival.id, third.id])
        db.session.commit()
        yield bridge, rival, third


def score(firm, category_id=None) -> InstitutionScore:
    return db.session.scalars(
        sa.select(InstitutionScore).where(
            InstitutionScore.institution_id == firm.id,
            InstitutionScore.category_id.is_(None)
            if category_id is None
            else InstitutionScore.category_id == category_id,
        )
    ).one()


# the platform's mean: (5 + 4.5 + 3 + 2) / 4 reviews
MEAN = 3.625

# Bridge, deals: decay x pair x confirmation
X_BRIDGE = (
    0.5 * 1 * 1  # One, 180 days ago, first, confirmed
    + 0.5**0.5 * (1 / 2) * 1  # One, 90 days, second
    + 0.5 ** (30 / 180) * (1 / 3) * 0.5  # One, 30 days, third, silent
    + 0  # One, the fourth
    + 0  # Two, denied
    + 1 * 1 * 1  # Two, today, first
    + 0  # Three, related
    + 0.5 ** (36 / 180) * 1 * 0.5  # Three, asked and open
    + 0.25 * 1 * 0.5  # a shop that is not registered, 360 days
)
T_BRIDGE = 1 - exp(-X_BRIDGE / 10)
# received: two in time, one late, one never, two of August in time; not the withdrawn, not todays
# The two of August: posted on Wednesday 26, accepted on Thursday 27
R_BRIDGE = (4 + 2) / (6 + 3)
Q_BRIDGE = ((12.5 + 5 * MEAN) / (3 + 5) - 1) / 4
V_BRIDGE = 1 - exp(-5 / 6)
# recorded 1 of 2 that are due; the accepted ones of November have time. The profile lacks a product
P_BRIDGE = (1 / 2 + 6 / 7) / 2
BRIDGE = 35 * T_BRIDGE + 20 * R_BRIDGE + 20 * Q_BRIDGE + 15 * V_BRIDGE + 10 * P_BRIDGE

# Rival: one deal 360 days ago, silent: 0.25 x 1 x 0.5
T_RIVAL = 1 - exp(-0.125 / 10)
R_RIVAL = 2 / 3  # nothing received
Q_RIVAL = ((2 + 5 * MEAN) / 6 - 1) / 4
V_RIVAL = 1 - exp(-(12 * 0.5) / 6)
P_RIVAL = 1 / 7  # an address, and no outcome due
RIVAL = 35 * T_RIVAL + 20 * R_RIVAL + 20 * Q_RIVAL + 15 * V_RIVAL + 10 * P_RIVAL

# Third: nothing yet
THIRD = 0 + 20 * 2 / 3 + 20 * (MEAN - 1) / 4 + 0 + 10 * 0


def test_the_scores(park) -> None:
    bridge, rival, third = park
    assert score(bridge).score == EXACT(BRIDGE, abs=1e-9)
    assert score(rival).score == EXACT(RIVAL, abs=1e-9)
    assert score(third).score == EXACT(THIRD, abs=1e-9)


def test_the_factors(park) -> None:
    parts = score(park[0]).parts
    assert parts["deals"]["x"] == EXACT(X_BRIDGE, abs=1e-9)
    assert parts["deals"]["factor"] == EXACT(T_BRIDGE, abs=1e-9)
    assert parts["deals"]["counted"] == score(park[0]).deals == 6
    assert (parts["deals"]["related"], parts["deals"]["beyond"]) == (1, 1)
    assert parts["deals"]["words"] == {
        "confirmed": 4, "silent": 1, "denied": 1, "asked": 1, "unregistered": 1,
    }  # fmt: skip
    assert parts["response"] == {
        "factor": EXACT(R_BRIDGE), "received": 6, "in_time": 4, "unanswered": 1,
    }  # fmt: skip
    assert parts["quality"] == {"count": 3, "total": 12.5, "spread": [0, 0, 1, 0, 2]}
    assert parts["benefit"]["factor"] == EXACT(V_BRIDGE, abs=1e-9)
    assert parts["profile"] == {
        "factor": EXACT(P_BRIDGE), "recorded": 1, "due": 2, "missing": ["product"], "items": 7,
    }  # fmt: skip
    rivals = score(park[1]).parts["benefit"]
    assert (rivals["points"], rivals["counted"], rivals["beyond"]) == (6.0, 12, 1)


def test_the_consultant(park, cast) -> None:
    """Lin: one deal 180 days ago; one demand in time; four stars; Bridge's activities since."""
    lin = db.session.scalars(
        sa.select(ConsultantScore).where(ConsultantScore.category_id.is_(None))
    ).one()
    # linked after both activities. The profile: title and specialities
    wanted = (
        35 * (1 - exp(-0.5 / 10)) + 20 * (1 + 2) / (1 + 3)
        + 20 * ((4 + 5 * 4) / 6 - 1) / 4 + 0 + 10 * 2 / 5
    )  # fmt: skip
    assert lin.score == EXACT(wanted, abs=1e-9)
    cast.lins_link.linked_at = ago(60)
    refresh(consultants=[lin.consultant_id])
    assert lin.score == EXACT(wanted + 15 * (1 - exp(-2 / 6)), abs=1e-9)


def test_the_places(park) -> None:
    _bridge, rival, third = park
    top = places.top(INSTITUTIONS, day=TODAY)
    assert [one.name for one in top] == ["Bridge Law", "Rival Tax", "Third"]
    assert [one.place for one in top] == [1, 2, 3]
    assert BRIDGE > RIVAL > THIRD
    assert places.place_of(INSTITUTIONS, rival.id, day=TODAY) == 2
    assert [one.name for one in places.top(CONSULTANTS, day=TODAY)] == ["Lin"]
    assert third.id in {one.id for one in top}
