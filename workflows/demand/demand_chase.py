"""An enterprise that waits for an answer asks for it again, once per working day of the park."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from flask_babel import lazy_gettext

from core.clock import now
from core.database import db
from models import Demand, Event
from workdays.calendar import add_working_days, calendar, park_day, working_days_between
from workflows.demand.demand_audience import tell_consultant, tell_institution
from workflows.demand.demand_rules import S, on_the_customers_side
from workflows.engine import Transition, Words

ANSWER_WITHIN = 2  # working days: what a receipt promises
UNANSWERED = frozenset({S.SUBMITTED, S.READ})
TODAY_DONE = lazy_gettext("You asked for an answer already. You can again on the next working day.")


def answer_due(demand: Demand) -> date:
    """Return the last day on which a first answer to `demand` is in time."""
    return add_working_days(park_day(demand.created_at), ANSWER_WITHIN)


def overdue(demands: Iterable[Demand]) -> list[Demand]:
    """Return those of `demands` that wait for a first answer beyond the day it was due."""
    days, today = calendar(), park_day(now())
    return [
        one
        for one in demands
        if one.status in UNANSWERED and days.add(park_day(one.created_at), ANSWER_WITHIN) < today
    ]


def not_yet_today(demand: Demand) -> Words | None:
    """Guard: a working day has begun since the last time."""
    query = sa.select(sa.func.max(Event.at)).where(
        Event.subject_type == Demand.__tablename__,
        Event.subject_id == demand.id,
        Event.name == "chase",
    )
    last = db.session.scalar(query.execution_options(unguarded=True))
    if last is None or working_days_between(last, now()):
        return None
    return TODAY_DONE


CHASE = Transition(
    name="chase",
    label=lazy_gettext("Ask for an answer"),
    source=UNANSWERED,
    target=None,
    by=on_the_customers_side,
    guard=not_yet_today,
    tells=(tell_institution("demand_chased"), tell_consultant("demand_chased")),
    tone="secondary",
)
