"""Places, ties, newcomers and the end of a month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

import ranking
from core import clock
from core.database import db
from models import InstitutionScore, InstitutionStatus
from ranking import places, scores
from ranking.kinds import INSTITUTIONS
from tests.support.ranking import NOON, TODAY, deal, enterprise, institution, refresh
from worker import jobs, run_due


@pytest.fixture
def frozen(app: Flask) -> Iterator[None]:
    with clock.frozen(NOON):
        yield


def equals(cast, count: int) -> list[int]:
    """Institutions with nothing to tell them apart, ranked."""
    ids = [institution(f"Firm {n}", cast.otto, cast.law).id for n in range(count)]
    refresh(ids)
    return ids


def order(day: date, **more) -> list[int]:
    return [one.id for one in places.top(INSTITUTIONS, day=day, **more)]


def test_equals_are_ordered_by_the_lot_of_the_day(frozen, cast) -> None:
    ids = equals(cast, 12)
    first = order(TODAY)
    assert sorted(first) == ids
    assert order(TODAY) == first
    other_days = [order(TODAY + timedelta(days=n)) for n in range(1, 40)]
    assert all(sorted(one) == ids for one in other_days)
    assert len({tuple(one) for one in other_days}) > 35
    leaders = Counter(one[0] for one in other_days)
    assert len(leaders) > 6  # nobody leads for ever


@pytest.mark.postgres
def test_the_lot_is_the_same_on_postgresql(pg_app) -> None:
    from tests.support.cast import Cast

    with clock.frozen(NOON):
        ids = equals(Cast(), 12)
        assert order(TODAY) == sorted(ids, key=lambda key: places.lot(key, TODAY))


def test_place_and_page_agree(frozen, cast) -> None:
    ids = equals(cast, 25)
    deal(db.session.get_one(INSTITUTIONS.model, ids[3]), enterprise("One"), 0)
    refresh(ids)
    lines = places.top(INSTITUTIONS, day=TODAY) + places.top(INSTITUTIONS, day=TODAY, offset=20)
    assert [one.place for one in lines] == list(range(1, 26))
    assert lines[0].id == ids[3]
    assert places.count(INSTITUTIONS) == 25
    for one in lines:
        assert places.place_of(INSTITUTIONS, one.id, day=TODAY) == one.place
    assert places.place_of(INSTITUTIONS, 999, day=TODAY) is None


def test_the_suspended_are_unranked_until_it_is_lifted(frozen, cast) -> None:
    bridge = cast.bridge
    deal(bridge, enterprise("One"), 0)
    refresh([bridge.id, cast.rival.id])
    assert order(TODAY) == [bridge.id, cast.rival.id]
    bridge.status = InstitutionStatus.SUSPENDED
    db.session.flush()
    assert order(TODAY) == [cast.rival.id]
    assert places.place_of(INSTITUTIONS, bridge.id, day=TODAY) is None
    assert places.place_of(INSTITUTIONS, cast.rival.id, day=TODAY) == 1
    bridge.status = InstitutionStatus.CERTIFIED
    db.session.flush()
    assert order(TODAY) == [bridge.id, cast.rival.id]


def test_newcomers_are_under_six_months(app, cast) -> None:
    """On 24 November: certified on 25 May in the park, not on the 24th."""
    for old in (cast.bridge, cast.rival):
        old.certified_at = datetime(2026, 5, 24, 15, 59, tzinfo=UTC)
    new = institution(
        "New", cast.otto, cast.law, certified_at=datetime(2026, 5, 24, 16, 0, tzinfo=UTC)
    )
    suspended = institution(
        "Not now", cast.otto, cast.law, certified_at=NOON, status=InstitutionStatus.SUSPENDED
    )
    shown = places.newcomers(TODAY, 6)
    assert list(shown) == [new.id]
    assert suspended.id not in shown
    assert list(places.newcomers(TODAY + timedelta(days=1), 6)) == []


def test_each_newcomer_is_shown_as_often(app, cast) -> None:
    for n in range(5):
        institution(f"New {n}", cast.otto, cast.law, certified_at=NOON)
    start = datetime(2026, 11, 24, tzinfo=UTC).date()
    for old in (cast.bridge, cast.rival):
        old.certified_at = NOON - timedelta(days=300)
    shown = Counter(key for n in range(5) for key in places.newcomers(start + timedelta(days=n), 2))
    assert set(shown.values()) == {2}
    assert places.newcomers(start, 9) == places.newcomers(start + timedelta(days=1), 9)


def former() -> dict[str, int | None]:
    return {
        row.institution.name: row.former_place
        for row in db.session.scalars(
            sa.select(InstitutionScore)
            .where(InstitutionScore.category_id.is_(None))
            .execution_options(populate_existing=True)
        )
    }


def test_the_places_of_last_month_are_those_of_its_end(frozen, cast) -> None:
    """On 24 November: Bridge was first when October ended, and Rival has passed it since."""
    one, two = enterprise("One"), enterprise("Two")
    deal(cast.bridge, one, 40)
    deal(cast.rival, one, 10)
    deal(cast.rival, two, 9)
    refresh([cast.bridge.id, cast.rival.id])
    db.session.commit()
    assert order(TODAY) == [cast.rival.id, cast.bridge.id]
    assert former() == {"Bridge Law": None, "Rival Tax": None}
    assert ranking.store_places(NOON) == 6  # overall and in one field each; Lin, too
    assert former() == {"Bridge Law": 1, "Rival Tax": 2}
    assert ranking.store_places(NOON) == 0
    lines = {line.name: line.change for line in places.top(INSTITUTIONS, day=TODAY)}
    assert lines == {"Rival Tax": 1, "Bridge Law": -1}


def test_a_missed_end_of_a_month_is_made_up(frozen, cast) -> None:
    """The worker rests from October to 3 December: what counts is 30 November's end."""
    deal(cast.bridge, enterprise("One"), 5)
    refresh([cast.bridge.id, cast.rival.id])
    db.session.commit()
    ranking.store_places(NOON)
    third = datetime(2026, 12, 3, 1, 0, tzinfo=UTC)
    with clock.frozen(third):
        deal(cast.rival, enterprise("Two"), -7, signed_on=date(2026, 12, 1), approved_at=third)
        deal(cast.rival, enterprise("Three"), -7, signed_on=date(2026, 12, 1), approved_at=third)
        refresh([cast.rival.id])
        db.session.commit()
        ran = run_due(jobs.JOBS, now=lambda: third)
        assert {"ranking", "month_end"} <= set(ran)
        assert order(date(2026, 12, 3)) == [cast.rival.id, cast.bridge.id]
        assert former() == {"Bridge Law": 1, "Rival Tax": 2}


def test_the_month_ends_in_the_park(app) -> None:
    from ranking.months import last_month

    month, end = last_month(datetime(2026, 11, 30, 16, 0, tzinfo=UTC))  # midnight in the park
    assert (month, end.isoformat()) == (date(2026, 11, 1), "2026-11-30T15:59:59.999999+00:00")
    month, _ = last_month(datetime(2026, 11, 30, 15, 59, tzinfo=UTC))
    assert month == date(2026, 10, 1)
    month, _ = last_month(datetime(2026, 1, 10, tzinfo=UTC))
    assert month == date(2025, 12, 1)


def test_the_command_refreshes_everybody_with_a_bar(frozen, app, cast) -> None:
    deal(cast.bridge, enterprise("One"), 0)
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["ranking", "refresh"])
    assert result.exit_code == 0, result.output
    assert "3 refreshed" in result.output
    assert "100%" in result.output
    assert order(TODAY) == [cast.bridge.id, cast.rival.id]
    kept = scores.everybody(INSTITUTIONS)
    assert set(kept) == {cast.bridge.id, cast.rival.id}
