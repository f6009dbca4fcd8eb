"""The formula of the activity ranking: pure functions of plain facts. docs/ranking.md has the why.

Source: "The ranking" in the platform's requirements, of manual chapters 5 to 7. A score is
w_T T + w_R R + w_Q Q + w_V V + w_P P with weights that make 100 and factors from 0 to 1, over the
last 24 months. Amounts are left out on purpose: they reward inflation.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# "deals" (transactions) is stored in the weights of rules and in the parts of scores: a fixed key
FACTORS = ("deals", "response", "quality", "benefit", "profile")

WINDOW = 24  # months that count
PAIR_WINDOW = 12  # months in which transactions with the same enterprise weigh less and less
PAIRS = 3  # transactions with the same enterprise that weigh at all in that time
HALF_LIFE = 180  # days after which a transaction weighs half
TRANSACTIONS_SCALE = 10.0  # x at which T is 1 - 1/e
BENEFIT_SCALE = 6.0  # points at which V is 1 - 1/e
ACTIVITIES_A_YEAR = 12
PHANTOMS = 5  # reviews at the platform's mean that everybody begins with
MIDDLE = 3.0  # stars: the platform's mean while nobody has rated anybody
RESPONSE_HEAD_START = (2, 3)  # answered and received, before the first demand


class ConfirmationAnswer(StrEnum):
    """What the enterprise answered about a transaction."""

    CONFIRMED = "confirmed"
    SILENT = "silent"
    ASKED = "asked"  # no answer yet
    UNREGISTERED = "unregistered"  # nobody to ask
    DENIED = "denied"


# not yet answered and nobody to ask are no better known than silence, and no worse
CONFIRMATION: dict[ConfirmationAnswer, float] = {
    ConfirmationAnswer.CONFIRMED: 1.0,
    ConfirmationAnswer.SILENT: 0.5,
    ConfirmationAnswer.ASKED: 0.5,
    ConfirmationAnswer.UNREGISTERED: 0.5,
    ConfirmationAnswer.DENIED: 0.0,
}


@dataclass(frozen=True, slots=True)
class Filed:
    """An approved transaction, as far as the ranking knows it."""

    id: int
    signed_on: date
    enterprise: str  # what distinguishes enterprises
    answer: ConfirmationAnswer
    related: bool
    category_id: int | None


def months_before(day: date, months: int) -> date:
    """Return the day `months` earlier; where that month is shorter, its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def counts(transaction: Filed) -> bool:
    """Whether a transaction counts by itself: its sides are strangers, and nobody denies it."""
    return not transaction.related and CONFIRMATION[transaction.answer] > 0


def numbered(transactions: Iterable[Filed]) -> dict[int, int]:
    """Return k for each transaction: the k-th with the same enterprise within 12 months.

    Those that do not count by themselves get 0 and take no number from the others. Two exactly
    twelve months apart are not within twelve months.
    """
    found: dict[int, int] = {}
    by_enterprise: dict[str, list[Filed]] = defaultdict(list)
    for transaction in transactions:
        found[transaction.id] = 0
        if counts(transaction):
            by_enterprise[transaction.enterprise].append(transaction)
    for group in by_enterprise.values():
        group.sort(key=lambda transaction: (transaction.signed_on, transaction.id))
        first = 0
        for place, transaction in enumerate(group):
            too_early = months_before(transaction.signed_on, PAIR_WINDOW)
            while group[first].signed_on <= too_early:
                first += 1
            found[transaction.id] = place - first + 1
    return found


def pair(k: int) -> float:
    """Return the weight of the k-th transaction with the same enterprise: 1, 1/2, 1/3, then 0."""
    return 1 / k if 0 < k <= PAIRS else 0.0


def decay(days: int) -> float:
    """Return the weight of a transaction that was signed `days` ago: half of it every 180 days."""
    return float(0.5 ** (max(days, 0) / HALF_LIFE))


def transactions_factor(x: float) -> float:
    """Return T = 1 - exp(-x/10) for the sum x of the weights of the transactions."""
    return -math.expm1(-x / TRANSACTIONS_SCALE)


def response_factor(answered: int, received: int) -> float:
    """Return R = (answered in time + 2) / (received + 3). In time: within two working days."""
    head, start = RESPONSE_HEAD_START
    return (answered + head) / (received + start)


def bayesian_mean(total: float, count: int, mean: float) -> float:
    """Return the mean of `count` ratings that make `total` and five at the platform's `mean`.

    All in stars, 1 to 5.
    """
    return (total + PHANTOMS * mean) / (count + PHANTOMS)


def quality_factor(total: float, count: int, mean: float) -> float:
    """Return Q: the Bayesian mean, 1 star as 0 and 5 stars as 1."""
    return (bayesian_mean(total, count, mean) - 1) / 4


def benefit_factor(points: float) -> float:
    """Return V = 1 - exp(-points/6) for the points of the activities that count."""
    return -math.expm1(-points / BENEFIT_SCALE)


def best_of_the_year(points: Mapping[int, tuple[date, float]]) -> set[int]:
    """Return the activities that count: in a calendar year the twelve with the most points.

    Args:
        points: {activity id: (day it was held on, points)}.
    """
    years: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for key, (day, gained) in points.items():
        years[day.year].append((-gained, key))
    return {key for year in years.values() for _, key in sorted(year)[:ACTIVITIES_A_YEAR]}


def profile_factor(recorded: int, due: int, missing: int, items: int) -> float:
    """Return P: half the share of outcomes recorded, half the share of the profile filled in.

    Args:
        recorded: outcomes on record.
        due: outcomes that are, or should be, on record; where there are none the profile is all.
        missing: items of the profile that are not filled in, of `items`.
    """
    complete = (items - missing) / items
    return complete if due == 0 else (recorded / due + complete) / 2


def check_weights(weights: Mapping[str, float]) -> None:
    """Raise ValueError unless every factor has a finite weight of 0 or more, 100 in all."""
    if set(weights) != set(FACTORS):
        raise ValueError("a weight for each factor, and no other")
    if not all(math.isfinite(weight) and weight >= 0 for weight in weights.values()):
        raise ValueError("weights are numbers from 0 to 100")
    if abs(math.fsum(weights.values()) - 100) > 1e-9:
        raise ValueError("the weights make 100")


def linear_in_the_mean(
    factors: Mapping[str, float], weights: Mapping[str, float], total: float, count: int
) -> tuple[float, float]:
    """Return (base, slope): the score is base + slope x the platform's mean in stars.

    When somebody is rated the mean moves for everybody, by one addition each.

    Args:
        factors: T, R, V and P, by name.
        weights: of all five.
        total: stars of the ratings, `count` of them.
    """
    share = weights["quality"] / 4 / (count + PHANTOMS)
    rest = [weights[name] * value for name, value in factors.items() if name != "quality"]
    return math.fsum([*rest, share * (total - count - PHANTOMS)]), share * PHANTOMS


def total_score(factors: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Return the score, 0 to 100, of all five factors."""
    return math.fsum(weights[name] * factors[name] for name in FACTORS)


def in_categories(
    category_id: int | None, parents: Mapping[int, int | None], wanted: Collection[int]
) -> set[int]:
    """Return which of `wanted` a thing of `category_id` counts in: its own, and the one above."""
    own = (category_id, parents.get(category_id or 0))
    return {id for id in own if id is not None and id in wanted}
