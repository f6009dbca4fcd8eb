"""The points of an activity for each role, by the rule table in force."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from database import db
from models import ActivityRole, ScoreRule

DEFAULTS = {ActivityRole.HOST: 3.0, ActivityRole.COHOST: 2.0, ActivityRole.SUPPORT: 1.0}


def points_in_force(day: date) -> dict[ActivityRole, float]:
    """Return the points for each role by the rule that is in force on `day`, else the defaults."""
    said = db.session.scalar(
        sa.select(ScoreRule.points)
        .where(ScoreRule.valid_from <= day)
        .order_by(ScoreRule.valid_from.desc())
        .limit(1)
    )
    return {role: float((said or {}).get(role.value, usual)) for role, usual in DEFAULTS.items()}
