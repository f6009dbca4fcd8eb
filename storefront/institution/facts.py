"""Public facts of an institution: its activities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core.database import db
from models import (
    Activity,
    ActivityPart,
    ActivityStatus,
)

ACTIVITIES = 5  # the latest


def activities_of(institution_id: int) -> Sequence[Any]:
    """Return (title, held_on, authority, role) of its latest approved activities."""
    return db.session.execute(
        sa.select(Activity.title, Activity.held_on, Activity.authority, ActivityPart.role)
        .join(ActivityPart, ActivityPart.activity_id == Activity.id)
        .where(
            ActivityPart.institution_id == institution_id,
            Activity.status == ActivityStatus.APPROVED,
        )
        .order_by(Activity.held_on.desc().nulls_last(), Activity.id.desc())
        .limit(ACTIVITIES)
    ).all()
