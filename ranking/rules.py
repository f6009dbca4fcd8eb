"""The weights and points in force: versions with a date, of which the latest begun holds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from core.database import db
from models import ActivityRole, ScoreRule

WEIGHTS = {"deals": 35.0, "response": 20.0, "quality": 20.0, "benefit": 15.0, "profile": 10.0}
POINTS = {ActivityRole.HOST: 3.0, ActivityRole.COHOST: 2.0, ActivityRole.SUPPORT: 1.0}


@dataclass(frozen=True, slots=True)
class Rule:
    """What counts how much, from a day on; without a day from the beginning."""

    weights: dict[str, float] = field(default_factory=lambda: dict(WEIGHTS))
    points: dict[str, float] = field(
        default_factory=lambda: {role.value: points for role, points in POINTS.items()}
    )
    valid_from: date | None = None
    note: str = ""


def in_force(day: date) -> Rule:
    """Return the rule that holds on `day` in the park: the latest begun, else the first one."""
    rows = ScoreRule.__table__.c
    row = db.session.execute(
        sa.select(rows.weights, rows.points, rows.valid_from, rows.note)
        .where(rows.valid_from <= day)
        .order_by(rows.valid_from.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return Rule()
    return Rule(Rule().weights | row.weights, Rule().points | row.points, row.valid_from, row.note)
