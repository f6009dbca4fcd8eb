"""'Why this place': the arithmetic of every factor in plain words, out of what is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString, gettext, lazy_gettext

import labels
from database import db
from models import Activity, ActivityRole, Scored
from ranking import formula
from ranking.formula import Word

NAMES: dict[str, LazyString] = {
    "deals": lazy_gettext("Deals"),
    "response": lazy_gettext("Response"),
    "quality": lazy_gettext("Quality"),
    "benefit": lazy_gettext("Public benefit"),
    "profile": lazy_gettext("Outcomes and profile"),
}
TIMES = "\N{MULTIPLICATION SIGN}"
LETTERS = {"deals": "T", "response": "R", "quality": "Q", "benefit": "V", "profile": "P"}
ITEMS: dict[str, LazyString] = {
    "introduction": lazy_gettext("an introduction of at least 50 characters"),
    "address": lazy_gettext("the address"),
    "website": lazy_gettext("the website"),
    "founded": lazy_gettext("the year of foundation"),
    "staff_count": lazy_gettext("the number of staff"),
    "consultant": lazy_gettext("a linked consultant"),
    "product": lazy_gettext("a listed product"),
    "title": lazy_gettext("the professional title"),
    "photo": lazy_gettext("a photo"),
    "specialities": lazy_gettext("specialities"),
    "qualification": lazy_gettext("a valid qualification"),
}
SAID: dict[str, LazyString] = {
    Word.CONFIRMED: lazy_gettext("confirmed"),
    Word.SILENT: lazy_gettext("no answer in time"),
    Word.ASKED: lazy_gettext("no answer yet"),
    Word.UNREGISTERED: lazy_gettext("not registered here"),
    Word.DENIED: lazy_gettext("denied"),
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
class DealLine:
    """A deal's arithmetic: how it faded, which one of its enterprise it is, what was said."""

    id: int
    signed: date
    days: int
    k: int
    fade: float
    pair: float
    said: str
    confirmation: float
    related: bool
    weight: float


def number(value: float, places: int = 2) -> str:
    """Return a number as the arithmetic shows it, without zeros that say nothing."""
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def values(score: Scored) -> dict[str, float]:
    """Return the five factors of a kept score; Q with the mean that is kept beside it."""
    parts, quality = score.parts, score.parts["quality"]
    found = {name: float(parts[name]["factor"]) for name in formula.FACTORS if name != "quality"}
    found["quality"] = formula.quality_factor(quality["total"], quality["count"], score.mean)
    return found


def factors(score: Scored, *, person: bool = False) -> list[Factor]:
    """Return the five factors of a kept score, explained.

    Args:
        score: with the breakdown that was kept.
        person: whether it is a consultant's.
    """
    found = values(score)
    told = {
        "deals": _deals(score.parts["deals"], found["deals"]),
        "response": _response(score.parts["response"], found["response"]),
        "quality": _quality(score.parts["quality"], score.mean, found["quality"]),
        "benefit": _benefit(score.parts["benefit"], found["benefit"], person=person),
        "profile": _profile(score.parts["profile"], found["profile"]),
    }
    return [
        Factor(
            name, NAMES[name], LETTERS[name], float(score.parts["weights"][name]), found[name],
            *told[name],
        )
        for name in formula.FACTORS
    ]  # fmt: skip


def deal_lines(score: Scored) -> list[DealLine]:
    """Return the arithmetic of the deals that the breakdown names, the heaviest first."""
    return [
        DealLine(
            id=line["id"],
            signed=date.fromisoformat(line["signed"]),
            days=line["days"],
            k=line["k"],
            fade=formula.decay(line["days"]),
            pair=formula.pair(line["k"]),
            said=str(SAID[line["word"]]),
            confirmation=formula.CONFIRMATION[Word(line["word"])],
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


Told = tuple[list[str], list[str]]


def _deals(part: dict[str, Any], value: float) -> Told:
    says = [gettext("%(count)s approved deals of the last 24 months count.", count=part["counted"])]
    if part["beyond"]:
        says.append(
            gettext(
                "%(count)s are the fourth or later with the same enterprise within 12 months, and "
                "count nothing.", count=part["beyond"],
            )
        )  # fmt: skip
    if denied := part["words"].get(Word.DENIED):
        says.append(
            gettext("%(count)s were denied by the enterprise, and count nothing.", count=denied)
        )
    if part["related"]:
        says.append(
            gettext("%(count)s are between related sides, and count nothing.",
                    count=part["related"])
        )  # fmt: skip
    says.append(gettext("The amount plays no part."))
    x = number(part["x"], 3)
    return says, [f"x = {x}", f"T = 1 - e^(-{x} / 10) = {number(value, 4)}"]


def _response(part: dict[str, Any], value: float) -> Told:
    late = part["received"] - part["in_time"] - part["unanswered"]
    says = [
        gettext(
            "Of %(received)s demands %(answered)s were answered within two working days, %(late)s "
            "later, %(never)s not at all.",
            received=part["received"], answered=part["in_time"], late=late,
            never=part["unanswered"],
        ),
        gettext("Everybody begins with two answers to three demands."),
    ]  # fmt: skip
    sum_of = f"({part['in_time']} + 2) / ({part['received']} + 3)"
    return says, [f"R = {sum_of} = {number(value, 4)}"]


def _quality(part: dict[str, Any], mean: float, value: float) -> Told:
    says = [
        gettext(
            "%(count)s published reviews of enterprises gave %(total)s stars together.",
            count=part["count"], total=number(part["total"]),
        )
    ]  # fmt: skip
    if part["count"]:
        spread = reversed(list(enumerate(part["spread"], 1)))
        counted = [
            gettext("%(star)s stars: %(count)s", star=star, count=count) for star, count in spread
        ]
        says.append(" · ".join(counted))
    says.append(
        gettext(
            "Everybody begins with five reviews at the platform's mean, which is %(mean)s stars.",
            mean=number(mean, 3),
        )
    )
    stars = formula.bayesian_mean(part["total"], part["count"], mean)
    top = f"{number(part['total'])} + 5 {TIMES} {number(mean, 3)}"
    return says, [
        f"({top}) / ({part['count']} + 5) = {number(stars, 3)}",
        f"Q = ({number(stars, 3)} - 1) / 4 = {number(value, 4)}",
    ]


def _benefit(part: dict[str, Any], value: float, *, person: bool) -> Told:
    if person:
        first = gettext(
            "The institution held %(count)s public-benefit activities since the consultant was "
            "linked, for %(points)s points.",
            count=part["counted"], points=number(part["points"]),
        )  # fmt: skip
    else:
        first = gettext(
            "%(count)s public-benefit activities of the last 24 months bring %(points)s points.",
            count=part["counted"], points=number(part["points"]),
        )  # fmt: skip
    says = [first]
    if part["beyond"]:
        says.append(
            gettext("%(count)s more are beyond twelve a year, and count nothing.",
                    count=part["beyond"])
        )  # fmt: skip
    return says, [f"V = 1 - e^(-{number(part['points'])} / 6) = {number(value, 4)}"]


def _profile(part: dict[str, Any], value: float) -> Told:
    has = part["items"] - len(part["missing"])
    says = []
    if part["due"]:
        says.append(
            gettext("Of %(due)s outcomes %(recorded)s are on record.",
                    due=part["due"], recorded=part["recorded"])
        )  # fmt: skip
    else:
        says.append(gettext("No outcome is due: the profile is all that counts here."))
    says.append(
        gettext("%(has)s of %(items)s items of the profile are filled in.",
                has=has, items=part["items"])
    )  # fmt: skip
    if part["missing"]:
        says.append(gettext("Missing: %(items)s.", items=listed(part["missing"])))
    share = f"{has} / {part['items']}"
    if part["due"]:
        return says, [
            f"P = ({part['recorded']} / {part['due']} + {share}) / 2 = {number(value, 4)}"
        ]
    return says, [f"P = {share} = {number(value, 4)}"]


def listed(names: list[str]) -> str:
    """Return items of a profile in words."""
    return gettext(", ").join(str(ITEMS[name]) for name in names)
