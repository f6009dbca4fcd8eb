"""Predicates and guards of a demand: who may take a step, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

import access
from content import settings
from core.clock import now, park_day, park_today
from core.database import db
from models import Demand, DemandStatus, Event, InstitutionStatus, User
from workdays.calendar import add_working_days, calendar, working_days_between
from workflows.engine import Words

S = DemandStatus
# waits for something that only the institution can do
UNANSWERED = frozenset({S.SUBMITTED, S.READ, S.ACCEPTED})
# ends with the institution: a disputed outcome, too, is for nobody but it to correct
UNSETTLED = UNANSWERED | {S.DISPUTED}


def may_post(user: User, demand: Demand) -> bool:
    """Takes part in the trade, and asks another institution than their own."""
    return takes_part(user, demand) and not access.stands_for(user, demand)


def takes_part(user: User, row: Any) -> bool:
    """Asks in their own name, for an enterprise they act for or as an ordinary user.

    The platform's staff keep out of the trade. Settings say whether ordinary users take part, and
    who is not verified yet for their enterprise.
    """
    ours = row.enterprise_id is None or row.enterprise_id in access.enterprise_ids(user)
    if row.poster_id != user.id or not ours or access.is_staff(user):
        return False
    if row.enterprise_id is None:
        return bool(settings.get("ordinary_may_post"))
    verified = row.enterprise_id in access.verified_enterprise_ids(user)
    return verified or bool(settings.get("unverified_may_post"))


def unverified(user: User, row: Any) -> bool:
    """Whether the person asks for an enterprise for which they are not verified."""
    verified = access.verified_enterprise_ids(user)
    return row.enterprise_id is not None and row.enterprise_id not in verified


def confirms(user: User, demand: Demand) -> bool:
    """On the customer's side, and for an enterprise only where they are verified."""
    return on_the_customers_side(user, demand) and not unverified(user, demand)


def on_the_customers_side(user: User, demand: Demand) -> bool:
    """Posted it or acts for the enterprise, and is not also the institution's own."""
    return access.posted(user, demand) and not access.stands_for(user, demand)


def follows_unlinking(user: User, _row: object = None) -> bool:
    """Follows from the end of a consultant's link: by itself, and the institution's own affair."""
    return access.by_itself(user)


def still_answers(demand: Demand) -> Words | None:
    """Guard: a suspended institution finishes what it accepted, and takes on nothing new."""
    if demand.institution.status is not InstitutionStatus.CERTIFIED:
        return lazy_gettext("While suspended you can only finish what you accepted.")
    return None


def may_finish(demand: Demand) -> Words | None:
    """Guard: as `still_answers`, but what was accepted can be finished."""
    return None if demand.status is not S.READ else still_answers(demand)


# a demand that somebody still has to do something about
OPEN = frozenset({S.SUBMITTED, S.READ, S.ACCEPTED, S.OUTCOME, S.DISPUTED})


def open_demands(affiliation_ids: Sequence[int]) -> sa.Select[Any]:
    """Return a SELECT of the open demands in the hands of these affiliations, the oldest first."""
    return (
        sa.select(Demand)
        .where(Demand.affiliation_id.in_(affiliation_ids), Demand.status.in_(OPEN))
        .order_by(Demand.id)
    )


ANSWER_WITHIN = 2  # working days: what a receipt promises
AWAITING_ANSWER = frozenset({S.SUBMITTED, S.READ})
CHASED_TODAY = lazy_gettext(
    "You asked for an answer already. You can again on the next working day."
)


def answer_due(demand: Demand) -> date:
    """Return the last day on which a first answer to `demand` is in time."""
    return add_working_days(park_day(demand.created_at), ANSWER_WITHIN)


def overdue(demands: Iterable[Demand]) -> list[Demand]:
    """Return those of `demands` that wait for a first answer beyond the day it was due."""
    days, today = calendar(), park_today()
    return [
        demand
        for demand in demands
        if demand.status in AWAITING_ANSWER
        and days.add(park_day(demand.created_at), ANSWER_WITHIN) < today
    ]


def not_chased_today(demand: Demand) -> Words | None:
    """Guard: a working day has begun since the last time."""
    query = sa.select(sa.func.max(Event.at)).where(
        Event.subject_type == Demand.__tablename__,
        Event.subject_id == demand.id,
        Event.name == "chase",
    )
    last = db.session.scalar(query.execution_options(unguarded=True))
    if last is None or working_days_between(last, now()):
        return None
    return CHASED_TODAY
