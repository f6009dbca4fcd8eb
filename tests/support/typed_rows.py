"""What the type checker refuses: a guard, an effect or a recipient for another kind of row.

`make check` reads this file. Should mypy no longer object to one of these lines, its ignore is
unused, and that is an error of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import access
from models import Demand, DemandStatus, Institution, NoticeKind, User
from workflows.engine import Answers, Process, Transition, Words, for_all_rows
from workflows.engine.notices import Notice, Recipient, reviewers

S = DemandStatus


def is_titled(demand: Demand) -> Words | None:
    return None if demand.title else "No title."


def is_named(institution: Institution) -> Words | None:
    return None if institution.name else "No name."


@for_all_rows
def are_named(institutions: Sequence[Institution]) -> dict[int, Words]:
    return {row.id: "No name." for row in institutions if not row.name}


def applicants(institutions: Sequence[Institution]) -> dict[int, list[Recipient]]:
    return {row.id: [Recipient(email=row.contact_email)] for row in institutions}


def close_all(_rows: list[Institution], _actor: User, _answers: Answers) -> None: ...


def names(institutions: Sequence[Institution]) -> dict[int, dict[str, Any]]:
    return {row.id: {"name": row.name} for row in institutions}


def titles(demands: Sequence[Demand]) -> dict[int, dict[str, Any]]:
    return {row.id: {"title": row.title} for row in demands}


def notes(demands: Sequence[Demand], _answers: Answers) -> dict[int, dict[str, Any]]:
    return titles(demands)


GOOD = Process[Demand](
    model=Demand,
    context=titles,
    transitions=(
        Transition(
            name="read",
            label="Read",
            done="Was read",
            source=frozenset({S.SUBMITTED}),
            target=S.READ,
            by=access.answers,
            guard=is_titled,
            records=notes,
            notices=(
                Notice(
                    template="demand_new",
                    kind=NoticeKind.DEMAND,
                    recipients=reviewers,
                    link=lambda demand: f"/demands/{demand.number}",
                ),
            ),
        ),
    ),
)

BAD = Process[Demand](
    model=Demand,
    context=names,  # type: ignore[arg-type]
    transitions=(
        Transition(
            name="read",
            label="Read",
            done="Was read",
            source=frozenset({S.SUBMITTED}),
            target=S.READ,
            by=access.applied,  # type: ignore[arg-type]
            guard=is_named,  # type: ignore[arg-type]
            then=close_all,  # type: ignore[arg-type]
            notices=(
                Notice(
                    template="demand_new",
                    kind=NoticeKind.DEMAND,
                    recipients=applicants,  # type: ignore[arg-type]
                    link=lambda demand: demand.credit_code,  # type: ignore[attr-defined]
                ),
            ),
        ),
        Transition(
            name="close",
            label="Close",
            done="Was closed",
            source=frozenset({S.SUBMITTED}),
            target=S.DECLINED,
            by=access.by_itself,
            guard=are_named,  # type: ignore[arg-type]
        ),
    ),
)
