"""What each factor of a score says in plain words, and its arithmetic."""

from __future__ import annotations

from typing import Any

from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from ranking import formula
from ranking.formula import ConfirmationAnswer

TIMES = "\N{MULTIPLICATION SIGN}"
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


def number(value: float, places: int = 2) -> str:
    """Return a number as the arithmetic shows it, without zeros that say nothing."""
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


Explanation = tuple[list[str], list[str]]


def of_transactions(part: dict[str, Any], value: float) -> Explanation:
    says = [
        ngettext(
            "%(count)s approved deal of the last 24 months counts.",
            "%(count)s approved deals of the last 24 months count.",
            part["counted"],
            count=part["counted"],
        )
    ]
    if part["beyond"]:
        says.append(
            ngettext(
                "%(count)s is the fourth or later with the same enterprise within 12 months, and "
                "counts nothing.",
                "%(count)s are the fourth or later with the same enterprise within 12 months, and "
                "count nothing.",
                part["beyond"],
                count=part["beyond"],
            )
        )
    if denied := part["words"].get(ConfirmationAnswer.DENIED):
        says.append(
            ngettext(
                "%(count)s was denied by the enterprise, and counts nothing.",
                "%(count)s were denied by the enterprise, and count nothing.",
                denied,
                count=denied,
            )
        )
    if part["related"]:
        says.append(
            ngettext(
                "%(count)s is between related sides, and counts nothing.",
                "%(count)s are between related sides, and count nothing.",
                part["related"],
                count=part["related"],
            )
        )
    says.append(gettext("The amount plays no part."))
    x = number(part["x"], 3)
    return says, [f"x = {x}", f"T = 1 - e^(-{x} / 10) = {number(value, 4)}"]


def of_response(part: dict[str, Any], value: float) -> Explanation:
    late = part["received"] - part["in_time"] - part["unanswered"]
    says = [
        ngettext(
            "Of %(received)s demand %(answered)s was answered within two working days, %(late)s "
            "later, %(never)s not at all.",
            "Of %(received)s demands %(answered)s were answered within two working days, %(late)s "
            "later, %(never)s not at all.",
            part["received"],
            received=part["received"],
            answered=part["in_time"],
            late=late,
            never=part["unanswered"],
        ),
        gettext("Everybody begins with two answers to three demands."),
    ]
    sum_of = f"({part['in_time']} + 2) / ({part['received']} + 3)"
    return says, [f"R = {sum_of} = {number(value, 4)}"]


def of_quality(part: dict[str, Any], mean: float, value: float) -> Explanation:
    says = [
        ngettext(
            "%(count)s published review of an enterprise gave %(total)s of 5 stars.",
            "%(count)s published reviews of enterprises gave %(total)s stars together.",
            part["count"],
            count=part["count"],
            total=number(part["total"]),
        )
    ]
    if part["count"]:
        spread = reversed(list(enumerate(part["spread"], 1)))
        counted = [
            ngettext(
                "%(star)s star: %(count)s",
                "%(star)s stars: %(count)s",
                star,
                star=star,
                count=count,
            )
            for star, count in spread
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


def of_benefit(part: dict[str, Any], value: float, *, person: bool) -> Explanation:
    if person:
        first = ngettext(
            "The institution held %(count)s public-benefit activity since the consultant was "
            "linked; its points: %(points)s.",
            "The institution held %(count)s public-benefit activities since the consultant was "
            "linked; their points: %(points)s.",
            part["counted"],
            count=part["counted"],
            points=number(part["points"]),
        )
    else:
        first = ngettext(
            "%(count)s public-benefit activity of the last 24 months; its points: %(points)s.",
            "%(count)s public-benefit activities of the last 24 months; their points: %(points)s.",
            part["counted"],
            count=part["counted"],
            points=number(part["points"]),
        )
    says = [first]
    if part["beyond"]:
        says.append(
            ngettext(
                "%(count)s more is beyond twelve a year, and counts nothing.",
                "%(count)s more are beyond twelve a year, and count nothing.",
                part["beyond"],
                count=part["beyond"],
            )
        )
    return says, [f"V = 1 - e^(-{number(part['points'])} / 6) = {number(value, 4)}"]


def of_profile(part: dict[str, Any], value: float) -> Explanation:
    has = part["items"] - len(part["missing"])
    says = []
    if part["due"]:
        says.append(
            ngettext(
                "Of %(due)s outcome %(recorded)s is on record.",
                "Of %(due)s outcomes %(recorded)s are on record.",
                part["due"],
                due=part["due"],
                recorded=part["recorded"],
            )
        )
    else:
        says.append(gettext("No outcome is due: the profile is all that counts here."))
    says.append(
        gettext(
            "%(has)s of %(items)s items of the profile are filled in.", has=has, items=part["items"]
        )
    )
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
