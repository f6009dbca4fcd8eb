"""The front page of the workbench: what waits for the institution."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString, lazy_gettext

import access
from admin_views.workbench.place import institution_of, spoken_for
from database import db
from models import Demand, DemandStatus, Event, Institution, InstitutionStatus, ProfileChange, User
from workflows import engine

TEMPLATE = "admin/workbench_dashboard.html"
NAMED = 5  # demands that are named on the page

S = DemandStatus


@dataclass(frozen=True, slots=True)
class Pile:
    """Demands in one state: how many, and since when the first of them waits."""

    state: DemandStatus
    label: LazyString
    empty: LazyString
    count: int = 0
    oldest: datetime | None = None
    urgent: bool = False


WAITING = (
    (S.SUBMITTED, lazy_gettext("New demands"), lazy_gettext("Every demand was opened.")),
    (S.READ, lazy_gettext("Read, not answered"), lazy_gettext("Every demand was answered.")),
    (
        S.ACCEPTED,
        lazy_gettext("Accepted, outcome to record"),
        lazy_gettext("Every outcome is on record."),
    ),
    (S.DISPUTED, lazy_gettext("Disputed outcomes"), lazy_gettext("Nobody disputes an outcome.")),
)


def contents(user: User) -> dict[str, Any]:
    """Return what the template shows to `user`."""
    spoken = spoken_for(user)
    institution = spoken or institution_of(user)
    return {
        "institution": institution,
        "consultant": spoken is not None,
        "suspended": institution.status is InstitutionStatus.SUSPENDED,
        "suspension": None if spoken else last_suspension(institution),
        "piles": piles(user),
        "waiting": waiting_longest(user),
        "change": last_change(user),
    }


def piles(user: User) -> list[Pile]:
    """Return what waits for the institution of `user`, counted in one statement."""
    figures = db.session.execute(
        sa.select(
            Demand.status,
            sa.func.count().label("number"),
            sa.func.min(Demand.status_at).label("at"),
        )
        .where(access.workbench(user, Demand), Demand.status.in_([state for state, *_ in WAITING]))
        .group_by(Demand.status)
    ).all()
    found = {row.status: row for row in figures}
    return [
        Pile(
            state,
            label,
            empty,
            count=found[state].number if state in found else 0,
            oldest=found[state].at if state in found else None,
            urgent=state is S.DISPUTED,
        )
        for state, label, empty in WAITING
    ]


def waiting_longest(user: User) -> Sequence[Demand]:
    """Return the demands that wait for the institution the longest."""
    return db.session.scalars(
        sa.select(Demand)
        .where(access.workbench(user, Demand), Demand.status.in_([state for state, *_ in WAITING]))
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
    """Return the event that tells why the institution is suspended, while it is."""
    if institution.status is not InstitutionStatus.SUSPENDED:
        return None
    return next(
        (event for event in reversed(engine.history(institution)) if event.name == "suspend"), None
    )
