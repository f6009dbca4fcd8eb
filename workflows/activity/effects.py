"""Side effects of an activity's transitions: points awarded and withdrawn, scores marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

import ranking
from core.clock import park_today
from core.database import db
from models import Activity, ActivityPart, User
from workflows.activity.points import points_in_force
from workflows.engine import Answers


def award_points(rows: list[Activity], _actor: User, _answers: Answers) -> None:
    """Give every institution the points of its role, and count them."""
    for role, points in points_in_force(park_today()).items():
        set_points(rows, points, ActivityPart.role == role)
    mark_scores(rows)


def withdraw_points(rows: list[Activity], _actor: User, _answers: Answers) -> None:
    """Take the points back, and count without them."""
    set_points(rows, 0.0)
    mark_scores(rows)


def set_points(rows: list[Activity], points: float, *which: sa.ColumnElement[bool]) -> None:
    """Write the points of the parts of all `rows` at once, past the mapper: it asks row by row."""
    ids = [row.id for row in rows]
    db.session.execute(
        sa.update(ActivityPart)
        .where(ActivityPart.activity_id.in_(ids), *which)
        .values(points=points, version=ActivityPart.version + 1)
    )


def mark_scores(rows: list[Activity]) -> None:
    """Mark the scores whose points changed for the ranking."""
    ranking.mark(institutions={part.institution_id for row in rows for part in row.parts})


def points_on_record(rows: Sequence[Activity], _answers: Answers) -> dict[int, dict[str, Any]]:
    """What the audit event of an approval keeps: who took part in which role."""
    return {
        row.id: {"parts": sorted(f"{part.institution.name}: {part.role}" for part in row.parts)}
        for row in rows
    }
