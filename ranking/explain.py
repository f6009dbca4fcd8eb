"""'Why this place': the arithmetic of every factor in plain words, out of what is stored."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from flask_babel import LazyString, lazy_gettext

import labels
from core.database import db
from models import Activity, ActivityRole, Scored
from ranking import formula, wording
from ranking.formula import ConfirmationAnswer

NAMES: dict[str, LazyString] = {
    "deals": lazy_gettext("Deals"),
    "response": lazy_gettext("Response"),
    "quality": lazy_gettext("Quality"),
    "benefit": lazy_gettext("Public benefit"),
    "profile": lazy_gettext("Outcomes and profile"),
}
LETTERS = {"deals": "T", "response": "R", "quality": "Q", "benefit": "V", "profile": "P"}
CONFIRMATION_LABELS: dict[str, LazyString] = {
    ConfirmationAnswer.CONFIRMED: lazy_gettext("confirmed"),
    ConfirmationAnswer.SILENT: lazy_gettext("no answer in time"),
    ConfirmationAnswer.ASKED: lazy_gettext("no answer yet"),
    ConfirmationAnswer.UNREGISTERED: lazy_gettext("not registered here"),
    ConfirmationAnswer.DENIED: lazy_gettext("denied"),
}


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor: what it is, what it brings, and why."""

    key: str
    label: LazyString
    letter: str
    weight: float
    value: float  # 0 to 1
    says: list[str] = field(default_factory=list)
    sums: list[str] = field(default_factory=list)  # the arithmetic, line by line

    @property
    def points(self) -> float:
        return self.weight * self.value


@dataclass(frozen=True, slots=True)
class TransactionLine:
    """A transaction's arithmetic: its decay, its number k with the enterprise, its confirmation."""

    id: int
    signed: date
    days: int
    k: int
    fade: float
    pair: float
    confirmation_label: str
    confirmation: float
    related: bool
    weight: float


def values(score: Scored) -> dict[str, float]:
    """Return the five factors of a stored score; Q with the mean that is stored beside it."""
    parts, quality = score.parts, score.parts["quality"]
    found = {name: float(parts[name]["factor"]) for name in formula.FACTORS if name != "quality"}
    found["quality"] = formula.quality_factor(quality["total"], quality["count"], score.mean)
    return found


def factors(score: Scored, *, person: bool = False) -> list[Factor]:
    """Return the five factors of a stored score, explained.

    Args:
        score: with the breakdown that was stored.
        person: whether it is a consultant's.
    """
    found = values(score)
    explained = {
        "deals": wording.of_transactions(score.parts["deals"], found["deals"]),
        "response": wording.of_response(score.parts["response"], found["response"]),
        "quality": wording.of_quality(score.parts["quality"], score.mean, found["quality"]),
        "benefit": wording.of_benefit(score.parts["benefit"], found["benefit"], person=person),
        "profile": wording.of_profile(score.parts["profile"], found["profile"]),
    }
    return [
        Factor(
            name,
            NAMES[name],
            LETTERS[name],
            float(score.parts["weights"][name]),
            found[name],
            *explained[name],
        )
        for name in formula.FACTORS
    ]


def transaction_lines(score: Scored) -> list[TransactionLine]:
    """Return the arithmetic of the transactions that the breakdown names, the heaviest first."""
    return [
        TransactionLine(
            id=line["id"],
            signed=date.fromisoformat(line["signed"]),
            days=line["days"],
            k=line["k"],
            fade=formula.decay(line["days"]),
            pair=formula.pair(line["k"]),
            confirmation_label=str(CONFIRMATION_LABELS[line["word"]]),
            confirmation=formula.CONFIRMATION[ConfirmationAnswer(line["word"])],
            related=line["related"],
            weight=line["weight"],
        )
        for line in score.parts["deals"]["lines"]
    ]


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """An activity that brings points, with its title: it is public benefit."""

    day: date
    title: str
    role: str
    points: float


def activity_lines(score: Scored) -> list[ActivityLine]:
    """Return the activities that the breakdown names, the latest first, in one query."""
    lines = score.parts["benefit"]["lines"]
    named = sa.select(Activity.id, Activity.title).where(
        Activity.id.in_([line["id"] for line in lines])
    )
    titles = {row.id: row.title for row in db.session.execute(named)}
    return [
        ActivityLine(
            date.fromisoformat(line["day"]),
            titles.get(line["id"], ""),
            str(labels.label(ActivityRole(line["role"]))),
            line["points"],
        )
        for line in reversed(lines)
    ]


def added_by(score: Scored) -> dict[int, float]:
    """Return what each counted activity adds to the score: {activity id: points of the 100}.

    It is the score as it stands less what it would be without that one activity, so where there
    are many the shares fall short of the whole: the factor grows ever more slowly.
    """
    part, weight = score.parts["benefit"], float(score.parts["weights"]["benefit"])
    whole = float(part["points"])
    return {
        line["id"]: weight
        * (
            formula.benefit_factor(whole)
            - formula.benefit_factor(max(whole - float(line["points"]), 0.0))
        )
        for line in part["lines"]
    }
