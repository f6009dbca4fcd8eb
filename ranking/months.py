"""The places at the end of a month, to compare with: computed as of that moment, however late."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from datetime import date, datetime, timedelta

import sqlalchemy as sa

import access
from core.clock import park_day
from core.database import db
from ranking import formula, scores
from ranking.breakdown import Result
from ranking.kinds import KINDS, Kind
from ranking.marks import only_reading, settle
from ranking.places import lot
from workdays import calendar

INSTANT = timedelta(microseconds=1)
Scores = dict[tuple[int, int | None], Result]  # by owner and category


def last_month(at: datetime) -> tuple[date, datetime]:
    """Return the first day of the month that ended last in the park, and its last moment."""
    first = park_day(at).replace(day=1)
    end = calendar.end_of(first - calendar.DAY) - INSTANT
    return formula.months_before(first, 1), end


def store_places(at: datetime) -> int:
    """Keep the place that everybody held when last month ended, once a month; commit.

    A month's end that was missed is made up: what counts is what had happened by then. Only who
    is published now had a place.

    Returns:
        How many places were stored; 0 where they were stored before.
    """
    month, end = last_month(at)
    number = 0
    if not any(_missing(kind, month) for kind in KINDS):
        db.session.rollback()
        return number
    with suppress(ExceptionGroup):  # their marks stay, and the worker logs them
        settle()  # a place is written beside a score
    for kind in KINDS:
        with only_reading():
            if not _missing(kind, month):
                continue
            places = places_at(kind, end)
        scores.lock()
        if _missing(kind, month):  # another worker may have been quicker
            number += _write(kind, month, places)
        db.session.commit()
    return number


def _missing(kind: Kind, month: date) -> bool:
    stored = db.session.scalar(sa.select(sa.func.max(kind.scores.c.former_month)))
    return (stored or date.min) < month


def places_at(kind: Kind, end: datetime) -> dict[tuple[int, int | None], int]:
    """Return the places at a moment of the past: {(owner, category): place}."""
    ids = list(db.session.scalars(sa.select(kind.model.id).where(access.published(kind.model))))
    everybody = scores.everybody(kind)
    found: Scores = {}
    for start in range(0, len(everybody), scores.BATCH):
        batch = everybody[start : start + scores.BATCH]
        for owner, results in scores.compute(kind, batch, end).items():
            found |= {(owner, result.category_id): result for result in results}
    overall = [result for (_, category_id), result in found.items() if category_id is None]
    count = sum(result.ratings for result in overall)
    mean = sum(result.stars for result in overall) / count if count else formula.MIDDLE
    day = park_day(end)
    lists: dict[int | None, list[tuple[float, int, int]]] = defaultdict(list)
    for (owner, category_id), result in found.items():
        lists[category_id].append((-(result.base + result.slope * mean), lot(owner, day), owner))
    public = set(ids)
    return {
        (owner, category_id): place
        for category_id, line in lists.items()
        for place, (*_, owner) in enumerate(
            sorted(entry for entry in line if entry[2] in public), 1
        )
    }


def _write(kind: Kind, month: date, places: dict[tuple[int, int | None], int]) -> int:
    table = kind.scores
    db.session.execute(sa.update(table).values(former_month=month, former_place=None))
    rows = db.session.execute(sa.select(table.c.id, kind.owner, table.c.category_id)).all()
    stored = [
        {"key": key, "place": places[owner, category_id]}
        for key, owner, category_id in rows
        if (owner, category_id) in places
    ]
    if stored:
        query = sa.update(table).where(table.c.id == sa.bindparam("key"))
        db.session.connection().execute(query.values(former_place=sa.bindparam("place")), stored)
    return len(stored)
