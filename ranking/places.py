"""Places in the ranking (rank and tie-break), and the newcomers that take turns.

Ties are broken by a fixed random order of the day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

import access
from core.database import db
from models import Institution
from ranking.formula import months_before
from ranking.kinds import Kind
from workdays import calendar

PAGE = 20
NEW = 6  # months that an institution is new
PRIME = 2_147_483_647  # 2^31 - 1: products with an id stay within 64 bits


@dataclass(frozen=True, slots=True)
class Placed:
    """A line of the ranking."""

    id: int
    name: str
    place: int
    score: float
    former_place: int | None
    deals: int
    ratings: int
    stars: float

    @property
    def change(self) -> int | None:
        """How many places up since the end of last month; None: it had no place then."""
        return None if self.former_place is None else self.former_place - self.place


def lot(key: Any, day: date) -> Any:
    """Return what orders equals on `day`: drawn anew each day, the same for everybody.

    Works on a number and on a column: it is mixed within a field of prime order.
    """
    digest = hashlib.sha256(day.isoformat().encode()).digest()
    factor = int.from_bytes(digest[:8], "big") % (PRIME - 1) + 1
    shift = int.from_bytes(digest[8:16], "big") % PRIME
    mixed = (key + shift) % PRIME * factor % PRIME
    return mixed * mixed % PRIME  # squared: products alone keep the order of neighbours


def _lot_of(kind: Kind, day: date) -> sa.ColumnElement[int]:
    return lot(sa.cast(kind.owner, sa.BigInteger), day)


def _in_list(kind: Kind, category_id: int | None) -> sa.ColumnElement[bool]:
    column = kind.scores.c.category_id
    return column.is_(None) if category_id is None else column == category_id


def _ranked(kind: Kind, category_id: int | None) -> tuple[sa.ColumnElement[bool], ...]:
    return _in_list(kind, category_id), access.published(kind.model)


def top(
    kind: Kind,
    *,
    day: date,
    category_id: int | None = None,
    limit: int = PAGE,
    offset: int = 0,
) -> list[Placed]:
    """Return lines of the ranking, the best first; who is not published has no place."""
    table, model = kind.scores, kind.model
    order = (table.c.score.desc(), _lot_of(kind, day))
    # first who, down the index and no further than the page; then the rows of twenty, which carry
    # a breakdown each. As a join SQLite would read every row of the table, and sort them all.
    stands = sa.exists().where(model.id == kind.owner, access.published(model))
    leading = (
        sa.select(table.c.id)
        .where(_in_list(kind, category_id), stands)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(
            model.id,
            model.name,
            table.c.score,
            table.c.former_place,
            table.c.deals,
            table.c.ratings,
            table.c.stars,
        )
        .join(table, kind.owner == model.id)
        .join(leading, leading.c.id == table.c.id)
        .order_by(*order)
    ).all()
    return [
        Placed(key, name, offset + number, *rest)
        for number, (key, name, *rest) in enumerate(rows, 1)
    ]


def count(kind: Kind, category_id: int | None = None) -> int:
    """Return how many are ranked."""
    query = sa.select(sa.func.count()).select_from(
        sa.join(kind.scores, kind.model, kind.owner == kind.model.id)
    )
    return db.session.scalar(query.where(*_ranked(kind, category_id))) or 0


def place_of(kind: Kind, key: int, *, day: date, category_id: int | None = None) -> int | None:
    """Return the place of one, or None for who is not ranked."""
    own = db.session.scalar(
        sa.select(kind.scores.c.score)
        .join(kind.model, kind.owner == kind.model.id)
        .where(kind.owner == key, *_ranked(kind, category_id))
    )
    if own is None:
        return None
    return place_with(kind, key, own, day=day, category_id=category_id)


def scores_of(kind: Kind, key: int) -> dict[int | None, Any]:
    """Return the stored scores of a subject: {category: score}, None for the overall one."""
    column = getattr(kind.score, kind.key)
    rows = db.session.scalars(sa.select(kind.score).where(column == key))
    return {row.category_id: row for row in rows}


def place_with(
    kind: Kind, key: int, score: float, *, day: date, category_id: int | None = None
) -> int:
    """Return the place that a subject would have with `score`, as the others stand now."""
    table = kind.scores
    better = sa.or_(
        table.c.score > score,
        sa.and_(table.c.score == score, _lot_of(kind, day) < lot(key, day)),
    )
    query = sa.select(sa.func.count()).select_from(
        sa.join(table, kind.model, kind.owner == kind.model.id)
    )
    others = db.session.scalar(query.where(better, kind.owner != key, *_ranked(kind, category_id)))
    return (others or 0) + 1


def newcomers(day: date, count: int) -> Sequence[int]:
    """Return the ids of `count` institutions under six months old, others every day.

    They stand in a ring, and each day begins where the day before ended: each is shown as often.
    """
    since: datetime = calendar.end_of(months_before(day, NEW))
    ring = db.session.scalars(
        sa.select(Institution.id)
        .where(access.published(), Institution.certified_at >= since)
        .order_by(Institution.certified_at, Institution.id)
    ).all()
    if len(ring) <= count:
        return ring
    start = day.toordinal() * count % len(ring)
    return (list(ring) * 2)[start : start + count]
