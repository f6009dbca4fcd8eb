"""The points of an activity for each role, by the rule table in force."""

from __future__ import annotations

from datetime import date

from models import ActivityRole
from ranking import rules


def points_in_force(day: date) -> dict[ActivityRole, float]:
    """Return the points for each role by the rule that is in force on `day`, else the defaults."""
    points = rules.in_force(day).points
    return {role: float(points[role.value]) for role in ActivityRole}
