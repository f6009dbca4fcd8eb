"""The formula's edges, each figure written out."""

from __future__ import annotations

from datetime import date, timedelta
from math import exp, inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranking import formula
from ranking.formula import ConfirmationAnswer, Filed

DAY = date(2026, 11, 24)


def deal(number: int, signed: date, enterprise: str = "One", **more) -> Filed:
    values = {"answer": ConfirmationAnswer.CONFIRMED, "related": False, "category_id": 1} | more
    return Filed(number, signed, enterprise, **values)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 11, 24), 24, date(2024, 11, 24)),
        (date(2026, 11, 24), 12, date(2025, 11, 24)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2028, 8, 31), 6, date(2028, 2, 29)),
    ],
)
def test_months_before(day: date, months: int, expected: date) -> None:
    assert formula.months_before(day, months) == expected


def test_the_fourth_deal_with_an_enterprise_weighs_nothing() -> None:
    weights = [formula.pair(k) for k in range(6)]
    assert weights == [0.0, 1.0, 1 / 2, 1 / 3, 0.0, 0.0]


def test_numbers_run_within_twelve_months_by_enterprise() -> None:
    deals = [
        deal(1, date(2025, 1, 10)),
        deal(2, date(2025, 6, 1)),
        deal(3, date(2025, 6, 1)),  # of the same day: the later filed is the later
        deal(4, date(2026, 1, 9)),  # a day less than twelve months after the first
        deal(5, date(2026, 1, 10), "Two"),
        deal(6, date(2026, 6, 1)),  # exactly twelve months after 2 and 3: only 4 is within
    ]
    assert formula.numbered(deals) == {1: 1, 2: 2, 3: 3, 4: 4, 5: 1, 6: 2}


def test_what_counts_for_nothing_takes_no_number() -> None:
    deals = [
        deal(1, DAY, related=True),
        deal(2, DAY, answer=ConfirmationAnswer.DENIED),
        deal(3, DAY, answer=ConfirmationAnswer.SILENT),
        deal(4, DAY),
    ]
    assert formula.numbered(deals) == {1: 0, 2: 0, 3: 1, 4: 2}


def test_a_deal_fades_by_half_in_180_days() -> None:
    assert [formula.decay(days) for days in (0, 180, 360, 720)] == [1, 0.5, 0.25, 0.0625]
    assert formula.decay(-3) == 1


def test_what_the_enterprise_said() -> None:
    assert formula.CONFIRMATION == {
        "confirmed": 1.0, "silent": 0.5, "asked": 0.5, "unregistered": 0.5, "denied": 0.0,
    }  # fmt: skip


def test_the_factors() -> None:
    assert formula.transactions_factor(0) == 0
    assert formula.transactions_factor(10) == pytest.approx(1 - exp(-1), abs=1e-15)
    assert formula.response_factor(0, 0) == 2 / 3
    assert formula.response_factor(8, 9) == 10 / 12
    assert formula.response_factor(0, 7) == 0.2
    assert formula.quality_factor(0, 0, 3.0) == 0.5
    assert formula.quality_factor(25, 5, 5.0) == 1
    assert formula.quality_factor(5, 5, 1.0) == 0
    assert formula.quality_factor(10, 2, 4.0) == pytest.approx((30 / 7 - 1) / 4)
    assert formula.benefit_factor(6) == pytest.approx(1 - exp(-1), abs=1e-15)
    assert formula.profile_factor(0, 0, 1, 5) == 0.8
    assert formula.profile_factor(3, 4, 1, 5) == pytest.approx((0.75 + 0.8) / 2)


def test_twelve_activities_a_year_and_those_with_the_most_points() -> None:
    held = {number: (date(2026, 1, number), 1.0) for number in range(1, 13)}
    held |= {13: (date(2026, 12, 31), 3.0), 14: (date(2025, 12, 31), 0.5)}
    assert formula.best_of_the_year(held) == {*range(1, 12), 13, 14}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"deals": 36}, "make 100"),
        ({"deals": nan}, "numbers from 0"),
        ({"deals": inf}, "numbers from 0"),
        ({"deals": -35, "response": 90}, "numbers from 0"),
        ({"amount": 0}, "no other"),
    ],
)
def test_weights_that_are_refused(change, words) -> None:
    weights = {"deals": 35, "response": 20, "quality": 20, "benefit": 15, "profile": 10}
    formula.check_weights(weights)
    with pytest.raises(ValueError, match=words):
        formula.check_weights(weights | change)


part = st.floats(0, 1)


@given(
    st.fixed_dictionaries(dict.fromkeys(("deals", "response", "benefit", "profile"), part)),
    st.lists(st.floats(1, 5), max_size=40),
    st.floats(1, 5),
)
@settings(deadline=None)  # a busy machine proves nothing
def test_a_score_lies_between_0_and_100_and_is_linear_in_the_mean(factors, stars, mean) -> None:
    weights = {"deals": 35, "response": 20, "quality": 20, "benefit": 15, "profile": 10}
    total, count = sum(stars), len(stars)
    base, slope = formula.linear_in_the_mean(factors, weights, total, count)
    whole = formula.total_score(
        factors | {"quality": formula.quality_factor(total, count, mean)}, weights
    )
    assert base + slope * mean == pytest.approx(whole, abs=1e-9)
    assert -1e-9 <= whole <= 100 + 1e-9


@given(st.lists(st.tuples(st.integers(0, 1100), st.sampled_from("ABC")), max_size=30))
@settings(deadline=None)
def test_at_most_three_deals_of_an_enterprise_weigh_in_any_twelve_months(told) -> None:
    deals = [deal(key, DAY - timedelta(days=days), who) for key, (days, who) in enumerate(told)]
    numbers = formula.numbered(deals)
    assert set(numbers) == set(range(len(deals)))
    for one in deals:
        within = [
            other
            for other in deals
            if other.enterprise == one.enterprise
            and formula.months_before(one.signed_on, 12) < other.signed_on
            and (other.signed_on, other.id) <= (one.signed_on, one.id)
        ]
        assert numbers[one.id] == len(within)
