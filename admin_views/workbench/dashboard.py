"""The workbench's dashboard: what waits for the institution."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

import access
from admin_views.base.office import OfficeIndex
from admin_views.base.rules import ForInstitutions
from admin_views.workbench.own_institution import institution_of, linked_institution
from admin_views.workbench.queues import queue_counts
from core.database import db
from models import Demand, DemandStatus, Event, Institution, InstitutionStatus, ProfileChange, User
from workflows import engine

NAMED = 5  # demands that are named on the page

S = DemandStatus


WAITING = (S.SUBMITTED, S.READ, S.ACCEPTED, S.DISPUTED)


class WorkbenchIndex(ForInstitutions, OfficeIndex):
    """What waits for an institution, or for its consultant."""

    consultants = True
    index_template = "admin/workbench_dashboard.html"

    def contents(self, user: User) -> dict[str, Any]:
        spoken = linked_institution(user)
        institution = spoken or institution_of(user)
        return {
            "institution": institution,
            "consultant": spoken is not None,
            "suspended": institution.status is InstitutionStatus.SUSPENDED,
            "suspension": None if spoken else last_suspension(institution),
            "queue_counts": queue_counts(user),
            "waiting": waiting_longest(user),
            "change": last_change(user),
            "suggest_factor": not user.second_factor_at and access.owns(user, institution),
        }


def waiting_longest(user: User) -> Sequence[Demand]:
    """Return the demands that wait for the institution the longest."""
    return db.session.scalars(
        sa.select(Demand)
        .where(access.workbench(user, Demand), Demand.status.in_(WAITING))
        .order_by(Demand.status_at, Demand.id)
        .limit(NAMED)
    ).all()


def last_change(user: User) -> ProfileChange | None:
    """Return the latest change of what was certified, whatever became of it."""
    return db.session.scalar(
        sa.select(ProfileChange)
        .where(access.workbench(user, ProfileChange))
        .order_by(ProfileChange.id.desc())
        .limit(1)
    )


def last_suspension(institution: Institution) -> Event | None:
    """Return the event with the reason why the institution is suspended, while it is."""
    if institution.status is not InstitutionStatus.SUSPENDED:
        return None
    return next(
        (event for event in reversed(engine.history(institution)) if event.name == "suspend"), None
    )
