"""From facts to a score and its arithmetic: what is stored in `parts`, and what pages explain."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ranking import formula
from ranking.benefits import Held
from ranking.facts import Asked, Facts, Moment, Rated, counted, in_time
from ranking.formula import Filed
from ranking.rules import Rule

LINES = 40  # transactions and activities that the breakdown names; the others are summed
OUTCOME_DUE = timedelta(days=30)  # after the acceptance


@dataclass(frozen=True, slots=True)
class Result:
    """A score but for the platform's mean: score = base + slope x mean. See formula.py."""

    category_id: int | None
    base: float
    slope: float
    ratings: int
    stars: float
    deals: int
    parts: dict[str, Any]


def results(
    facts: Facts, moment: Moment, rule: Rule, parents: Mapping[int, int | None]
) -> Iterator[Result]:
    """Yield the result overall and in every category of its own or of a transaction that counts.

    A transaction has one weight: its k is among all with the enterprise, whatever their
    category.
    """
    numbers = formula.numbered(facts.transactions)
    first_day, day = moment.first_day, moment.day
    transactions = [
        transaction for transaction in facts.transactions if transaction.signed_on > first_day
    ]
    wanted = set(facts.categories)
    for transaction in transactions:
        if formula.pair(numbers[transaction.id]):
            above = parents.get(transaction.category_id or 0)
            wanted |= {key for key in (transaction.category_id, above) if key is not None}
    for category_id in (None, *sorted(wanted)):

        def here(fact: Filed | Asked | Rated, category_id: int | None = category_id) -> bool:
            return category_id is None or bool(
                formula.in_categories(fact.category_id, parents, (category_id,))
            )

        parts = {
            "deals": transactions_part(
                [transaction for transaction in transactions if here(transaction)], numbers, day
            ),
            "response": response_part([demand for demand in facts.demands if here(demand)], moment),
            "quality": quality_part([rating for rating in facts.ratings if here(rating)]),
            "benefit": benefit_part(facts.activities),
            "profile": profile_part(
                facts, [demand for demand in facts.demands if here(demand)], moment
            ),
        }
        yield result(category_id, parts, day, rule)


def result(category_id: int | None, parts: dict[str, Any], day: date, rule: Rule) -> Result:
    quality = parts["quality"]
    base, slope = formula.linear_in_the_mean(
        {name: parts[name]["factor"] for name in formula.FACTORS if name != "quality"},
        rule.weights,
        quality["total"],
        quality["count"],
    )
    explained = {
        "day": day.isoformat(),
        "weights": rule.weights,
        "rule": rule.valid_from.isoformat() if rule.valid_from else None,
        **parts,
    }
    number = parts["deals"]["counted"]
    return Result(category_id, base, slope, quality["count"], quality["total"], number, explained)


def transactions_part(
    transactions: Sequence[Filed], numbers: Mapping[int, int], day: date
) -> dict[str, Any]:
    """Return T with the arithmetic of the heaviest transactions, and the sum of the others."""
    weights = {
        transaction.id: weight_of(transaction, numbers[transaction.id], day)
        for transaction in transactions
    }
    ordered = sorted(
        transactions, key=lambda transaction: (-weights[transaction.id], transaction.id)
    )
    words = Counter(transaction.answer for transaction in ordered if not transaction.related)
    x = math.fsum(weights.values())
    return {
        "factor": formula.transactions_factor(x),
        "x": x,
        "counted": sum(weight > 0 for weight in weights.values()),
        "words": {word.value: count for word, count in words.items()},
        "related": sum(transaction.related for transaction in ordered),
        "beyond": sum(numbers[transaction.id] > formula.PAIRS for transaction in ordered),
        "lines": [
            {
                "id": transaction.id,
                "signed": transaction.signed_on.isoformat(),
                "days": (day - transaction.signed_on).days,
                "k": numbers[transaction.id],
                "word": transaction.answer.value,
                "related": transaction.related,
                "weight": weights[transaction.id],
            }
            for transaction in ordered[:LINES]
        ],
        "more": len(ordered[LINES:]),
        "more_x": math.fsum(weights[transaction.id] for transaction in ordered[LINES:]),
    }


def weight_of(transaction: Filed, k: int, day: date) -> float:
    """Return what a transaction, the k-th with its enterprise, adds to x on `day`."""
    decay = formula.decay((day - transaction.signed_on).days)
    return decay * formula.pair(k) * formula.CONFIRMATION[transaction.answer]


def response_part(demands: Sequence[Asked], moment: Moment) -> dict[str, Any]:
    """Return R with the demands received, answered in time, late and not at all."""
    received = [demand for demand in demands if counted(demand, moment.at)]
    answered = sum(in_time(demand) for demand in received)
    return {
        "factor": formula.response_factor(answered, len(received)),
        "received": len(received),
        "in_time": answered,
        "unanswered": sum(demand.answered is None for demand in received),
    }


def quality_part(ratings: Sequence[Rated]) -> dict[str, Any]:
    """Return what Q is made of but for the platform's mean, which belongs to all."""
    return {
        "count": len(ratings),
        "total": math.fsum(rating.stars for rating in ratings),
        # how they spread, as everybody rounds: 3.5 is shown as 4
        "spread": [sum(whole(rating.stars) == star for rating in ratings) for star in range(1, 6)],
    }


def whole(stars: float) -> int:
    return min(math.floor(stars + 0.5), 5)


def benefit_part(activities: Sequence[Held]) -> dict[str, Any]:
    """Return V with the activities that count and how many are beyond twelve a year."""
    best = formula.best_of_the_year(
        {activity.id: (activity.day, activity.points) for activity in activities}
    )
    lines = sorted(
        (activity for activity in activities if activity.id in best),
        key=lambda activity: (activity.day, activity.id),
    )
    points = math.fsum(activity.points for activity in lines)
    return {
        "factor": formula.benefit_factor(points),
        "points": points,
        "counted": len(lines),
        "beyond": len(activities) - len(lines),
        "lines": [
            {
                "id": activity.id,
                "day": activity.day.isoformat(),
                "role": activity.role,
                "points": activity.points,
            }
            for activity in lines[-LINES:]
        ],
    }


def profile_part(facts: Facts, demands: Sequence[Asked], moment: Moment) -> dict[str, Any]:
    """Return P with the outcomes on record, those that ought to be, and what the profile lacks.

    An outcome is due thirty days after the acceptance, unless the demand was withdrawn.
    """
    recorded = sum(demand.recorded is not None for demand in demands)
    owed = sum(
        demand.recorded is None
        and demand.withdrawn is None
        and demand.accepted is not None
        and demand.accepted + OUTCOME_DUE <= moment.at
        for demand in demands
    )
    missing = len(facts.missing)
    return {
        "factor": formula.profile_factor(recorded, recorded + owed, missing, facts.items),
        "recorded": recorded,
        "due": recorded + owed,
        "missing": facts.missing,
        "items": facts.items,
    }
