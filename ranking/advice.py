"""What would raise a score, in words and numbers: the formula, with one thing more in it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext, ngettext

from models import ActivityRole, ConsultantScore, InstitutionScore
from ranking import explain, formula, places, rules, wording
from ranking.formula import ConfirmationAnswer
from ranking.kinds import INSTITUTIONS, Kind

SMALLEST = 0.005  # points worth a line


@dataclass(frozen=True, slots=True)
class Raise:
    """One thing to do, what it adds, and the place that it would lead to today."""

    words: str
    gain: float  # points
    place: int | None


def raises(kind: Kind, score: InstitutionScore | ConsultantScore, day: date) -> list[Raise]:
    """Return what would raise a stored score, the most first.

    Args:
        kind: whose score it is.
        score: with the breakdown that was stored.
        day: today, in the park.
    """
    parts, mean = score.parts, score.mean
    weights, now = parts["weights"], explain.values(score)
    key = getattr(score, kind.key)
    found = []
    for name, words, value in _more(kind, parts, mean, day):
        gain = weights[name] * (value - now[name])
        if gain >= SMALLEST:
            place = places.place_with(
                kind, key, score.score + gain, day=day, category_id=score.category_id
            )
            found.append(Raise(words, gain, place))
    return sorted(found, key=lambda step: -step.gain)


Step = tuple[str, str, float]  # factor, words, its value then


def _more(kind: Kind, parts: dict[str, Any], mean: float, day: date) -> Iterator[Step]:
    sources: tuple[Callable[..., Iterator[Step]], ...] = (_transactions, _response, _profile)
    for source in sources:
        yield from source(parts)
    quality = parts["quality"]
    yield (
        "quality",
        gettext("A review with five stars."),
        formula.quality_factor(quality["total"] + 5, quality["count"] + 1, mean),
    )
    yield from _benefit(kind, parts["benefit"], day)


def _transactions(parts: dict[str, Any]) -> Iterator[Step]:
    part = parts["deals"]
    yield (
        "deals",
        gettext("A deal with a new enterprise, filed, approved and confirmed."),
        formula.transactions_factor(part["x"] + 1),
    )
    # what waits for a word of the enterprise weighs half, and would weigh all
    waiting = [
        line
        for line in part["lines"]
        if line["word"] == ConfirmationAnswer.ASKED and line["weight"]
    ]
    if waiting:
        more = math.fsum(line["weight"] for line in waiting)
        yield (
            "deals",
            ngettext(
                "The enterprise confirms the %(count)s deal that it has not answered yet.",
                "The enterprises confirm the %(count)s deals that they have not answered yet.",
                len(waiting),
                count=len(waiting),
            ),
            formula.transactions_factor(part["x"] + more),
        )


def _response(parts: dict[str, Any]) -> Iterator[Step]:
    part = parts["response"]
    yield (
        "response",
        gettext("The next demand is answered within two working days."),
        formula.response_factor(part["in_time"] + 1, part["received"] + 1),
    )


def _profile(parts: dict[str, Any]) -> Iterator[Step]:
    part = parts["profile"]
    recorded, due, missing = part["recorded"], part["due"], len(part["missing"])
    if due > recorded:
        yield (
            "profile",
            ngettext(
                "The %(count)s overdue outcome is recorded.",
                "The %(count)s overdue outcomes are recorded.",
                due - recorded,
                count=due - recorded,
            ),
            formula.profile_factor(due, due, missing, part["items"]),
        )
    if missing:
        yield (
            "profile",
            gettext(
                "The profile gets what it lacks: %(items)s.", items=wording.listed(part["missing"])
            ),
            formula.profile_factor(recorded, due, 0, part["items"]),
        )


def _benefit(kind: Kind, part: dict[str, Any], day: date) -> Iterator[Step]:
    this_year = [line for line in part["lines"] if line["day"].startswith(str(day.year))]
    if len(this_year) >= formula.ACTIVITIES_A_YEAR:
        return
    points = rules.in_force(day).points[ActivityRole.HOST.value]
    values, form = {"points": wording.number(points)}, 1 if points == 1 else 2
    words = (
        ngettext(
            "A public-benefit activity as its host, with %(points)s point.",
            "A public-benefit activity as its host, with %(points)s points.",
            form,
            **values,
        )
        if kind is INSTITUTIONS
        else ngettext(
            "The institution hosts a public-benefit activity, with %(points)s point.",
            "The institution hosts a public-benefit activity, with %(points)s points.",
            form,
            **values,
        )
    )
    yield "benefit", words, formula.benefit_factor(part["points"] + points)
