"""What the approval of an activity brings, and what taking it back takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ranking
from core.clock import park_today
from models import Activity, User
from workflows.activity.points import points_in_force
from workflows.engine import Answers, recipients
from workflows.engine.notices import Recipient


def award(rows: list[Activity], _actor: User, _answers: Answers) -> None:
    """Give every institution the points of its role, and count them."""
    points = points_in_force(park_today())
    for row in rows:
        for part in row.parts:
            part.points = points[part.role]
    count_anew(rows)


def take_back(rows: list[Activity], _actor: User, _answers: Answers) -> None:
    """Take the points back, and count without them."""
    for row in rows:
        for part in row.parts:
            part.points = 0.0
    count_anew(rows)


def count_anew(rows: list[Activity]) -> None:
    """Tell the ranking whose points changed."""
    ranking.mark(institutions={part.institution_id for row in rows for part in row.parts})


def points_on_record(rows: Sequence[Activity], _answers: Answers) -> dict[int, dict[str, Any]]:
    """What the journal keeps of an approval: who took part in which role."""
    return {
        row.id: {"parts": sorted(f"{part.institution.name}: {part.role}" for part in row.parts)}
        for row in rows
    }


def those_who_took_part(rows: Sequence[Activity]) -> dict[int, list[Recipient]]:
    """The people of every institution that the activity names."""
    ids = {part.institution_id for row in rows for part in row.parts}
    people = recipients.of_institutions(ids)
    return {
        row.id: [one for part in row.parts for one in people.get(part.institution_id, ())]
        for row in rows
    }
