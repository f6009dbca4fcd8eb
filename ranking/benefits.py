"""The public-benefit activities that bring points.

A consultant shares in what the institution held since they were linked to it: activities
are held by institutions, with everybody's work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from core.clock import park_day
from core.database import db
from models import Activity, ActivityPart, ActivityStatus, AffiliationStatus
from ranking.kinds import INSTITUTIONS, Kind, link

_activity: Any = Activity.__table__
_part: Any = ActivityPart.__table__


@dataclass(frozen=True, slots=True)
class Held:
    """An approved activity: the day, the role, and the points that it brings."""

    id: int
    day: date
    role: str
    points: float


def gather(
    kind: Kind, ids: Sequence[int], after: date, until: date, at: datetime
) -> Iterable[tuple[int, Held]]:
    """Yield the activities held after `after` and approved by `at`, each with its owner."""
    of_activity = _part.join(_activity, _activity.c.id == _part.c.activity_id)
    columns = (_activity.c.id, _activity.c.held_on, _part.c.role, _part.c.points)
    held = (
        _activity.c.status == ActivityStatus.APPROVED,
        _activity.c.status_at <= at,
        _activity.c.held_on > after,
        _activity.c.held_on <= until,
    )
    if kind is INSTITUTIONS:
        query = sa.select(_part.c.institution_id, sa.null(), *columns).select_from(of_activity)
        query = query.where(_part.c.institution_id.in_(ids), *held)
    else:
        query = (
            sa.select(link.c.consultant_id, link.c.linked_at, *columns)
            .select_from(of_activity.join(link, link.c.institution_id == _part.c.institution_id))
            .where(link.c.consultant_id.in_(ids), link.c.status == AffiliationStatus.LINKED, *held)
        )
    for who, since, key, day, role, points in db.session.execute(query):
        if since is None or day >= park_day(since):
            yield who, Held(key, day, role.value, points)
