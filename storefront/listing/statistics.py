"""Statistics of institutions: rating, activity score, transactions, response time."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from core.clock import park_today
from core.database import db
from models import Demand, Event, InstitutionScore, Transaction, TransactionStatus
from ranking import ratings
from ranking.formula import WINDOW, months_before
from ranking.gathering import ANSWERS
from storefront import bp
from tables.cache_mark import CHANGES_WITH_OTHERS
from workdays import calendar

FEWEST = 3  # answers from which on a median says something
MOST = 5_000  # answers that the platform's median is taken of, the latest
_demand = Demand.__table__  # bare tables: figures for everybody, nobody's rows
_event = Event.__table__
_score = InstitutionScore.__table__
_transaction = Transaction.__table__


@dataclass(frozen=True, slots=True)
class Statistics:
    """The statistics of an institution. None: nothing is known yet."""

    rating: ratings.Rating | None
    score: float | None  # the activity score, 0 to 100
    transactions: int  # approved, signed in the last 24 months
    hours: float | None  # median from a demand to its first answer


def statistics_of(ids: Collection[int]) -> dict[int, Statistics]:
    """Return the statistics of institutions, in four queries however many they are."""
    if not ids:
        return {}
    rated, scored, traded, answered = (
        ratings.rating_of(ids),
        _scores(ids),
        transactions_of(ids),
        hours_of(ids),
    )
    return {
        id: Statistics(rated.get(id), scored.get(id), traded.get(id, 0), answered.get(id))
        for id in ids
    }


def since() -> Any:
    """Return the last day in the park that is too long ago to count."""
    return months_before(park_today(), WINDOW)


def _scores(ids: Collection[int]) -> dict[int, float]:
    query = sa.select(_score.c.institution_id, _score.c.score).where(
        _score.c.institution_id.in_(ids), _score.c.category_id.is_(None)
    )
    return {id: score for id, score in db.session.execute(query)}  # noqa: C416  # rows


def transactions_of(ids: Collection[int]) -> dict[int, int]:
    """Return {institution id: transactions that were approved and signed in the last 24 months}."""
    query = (
        sa.select(_transaction.c.institution_id, sa.func.count())
        .where(
            _transaction.c.institution_id.in_(ids),
            _transaction.c.status == TransactionStatus.APPROVED,
            _transaction.c.signed_on > since(),
        )
        .group_by(_transaction.c.institution_id)
    )
    return {id: count for id, count in db.session.execute(query)}  # noqa: C416  # rows


def _first_answers(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Return a SELECT of (institution, posted, first answered) over the demands of 24 months."""
    first = sa.func.min(_event.c.at, type_=_event.c.at.type)
    return (
        sa.select(_demand.c.institution_id, _demand.c.created_at, first)
        .join(
            _event,
            sa.and_(
                _event.c.subject_type == _demand.name,
                _event.c.subject_id == _demand.c.id,
                _event.c.name.in_(ANSWERS),
            ),
        )
        .where(_demand.c.created_at >= calendar.end_of(since()), *conditions)
        .group_by(_demand.c.id, _demand.c.institution_id, _demand.c.created_at)
        # an answer is a transition: it writes the demand too
        .execution_options(**{CHANGES_WITH_OTHERS: frozenset({_event.name})})
    )


def _hours(posted: datetime, answered: datetime) -> float:
    return max((answered - posted).total_seconds(), 0) / 3600


def hours_of(ids: Collection[int]) -> dict[int, float]:
    """Return {institution id: median hours to the first answer}, where three are known."""
    taken: dict[int, list[float]] = defaultdict(list)
    for id, posted, answered in db.session.execute(
        _first_answers(_demand.c.institution_id.in_(ids))
    ):
        taken[id].append(_hours(posted, answered))
    return {id: statistics.median(all) for id, all in taken.items() if len(all) >= FEWEST}


def platform_hours() -> float | None:
    """Return the median of the platform's latest first answers; None for fewer than three."""
    query = _first_answers().order_by(_demand.c.id.desc()).limit(MOST)
    taken = [_hours(posted, answered) for _, posted, answered in db.session.execute(query)]
    return statistics.median(taken) if len(taken) >= FEWEST else None


@bp.app_template_filter("time_taken")
def time_taken(hours: float | None) -> str:
    """Return a number of hours in words, in the largest fitting unit; a dash for None."""
    if hours is None:
        return "—"
    if hours < 1:
        return gettext("less than 1 h")
    if hours < 48:
        return gettext("%(count)s h", count=round(hours))
    return gettext("%(count)s days", count=round(hours / 24))
