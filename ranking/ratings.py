"""Ratings out of published reviews: how many, how they spread, and how they went over time.

A rating is never a bare average: it is shown with the number of reviews and the spread of their
stars. What is hidden or lapsed does not count.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from core.clock import PARK, now, park_day
from core.database import db
from models import Affiliation, Review, ReviewSide, ReviewStatus

MOST = 5  # stars
QUARTERS = 8  # shown
_review = Review.__table__.c
_link = Affiliation.__table__


@dataclass(slots=True)
class Rating:
    """How many reviews gave how many stars. No review: nothing to show."""

    stars: dict[int, int] = field(default_factory=lambda: dict.fromkeys(range(1, MOST + 1), 0))
    total: float = 0.0  # of the stars, unrounded

    @property
    def count(self) -> int:
        return sum(self.stars.values())

    @property
    def mean(self) -> float:
        """The mean of the stars, unrounded; 0 without a review."""
        return self.total / self.count if self.count else 0.0

    @property
    def spread(self) -> list[tuple[int, int, int]]:
        """(stars, reviews, per cent of all), the most stars first."""
        return [
            (star, number, round(100 * number / self.count) if self.count else 0)
            for star, number in sorted(self.stars.items(), reverse=True)
        ]


def whole_stars(column: Any = _review.stars) -> sa.ColumnElement[int]:
    """Return the stars of a review as a whole number: 3.5 counts as 4, as everybody rounds."""
    return sa.case(*((column >= star - 0.5, star) for star in range(MOST, 1, -1)), else_=1)


def rating_of(
    institutions: Collection[int] = (),
    *,
    consultants: Collection[int] = (),
    enterprises: Collection[int] = (),
) -> dict[int, Rating]:
    """Return the ratings of many at once, in one query; who has no review is not in it.

    Args:
        institutions: ids of institutions, rated by enterprises;
        consultants: or of consultants, rated by enterprises, wherever they advised;
        enterprises: or of enterprises, rated by institutions. One kind at a time.
    """
    tables: Any = Review.__table__
    side, stars = ReviewSide.ENTERPRISE, _review.stars
    if consultants:
        owner, ids, stars = _link.c.consultant_id, consultants, _review.consultant_stars
        tables = tables.join(_link, _link.c.id == _review.affiliation_id)
    elif enterprises:
        owner, ids, side = _review.enterprise_id, enterprises, ReviewSide.INSTITUTION
    else:
        owner, ids = _review.institution_id, institutions
    found: dict[int, Rating] = {}
    if not ids:
        return found
    bucket = whole_stars(stars).label("bucket")
    rows = db.session.execute(
        sa.select(owner, bucket, sa.func.count(), sa.func.sum(stars))
        .select_from(tables)
        .where(
            owner.in_(ids),
            _review.side == side,
            _review.status == ReviewStatus.PUBLISHED,
            stars.is_not(None),
        )
        .group_by(owner, bucket)
    )
    for key, star, number, total in rows:
        rating = found.setdefault(key, Rating())
        rating.stars[star] = number
        rating.total += float(total)
    return found


@dataclass(frozen=True, slots=True)
class Quarter:
    """The reviews that were published in a quarter of a year."""

    year: int
    number: int
    count: int
    mean: float


def over_time(*conditions: sa.ColumnElement[bool]) -> list[Quarter]:
    """Return the last quarters with their means, the earliest first, in one query.

    Args:
        conditions: on Review; what is not published is left out.
    """
    starts = quarter_starts(now())
    place = sa.case(
        *((Review.published_at >= midnight(starts[at]), at) for at in reversed(range(QUARTERS)))
    ).label("place")
    rows = db.session.execute(
        sa.select(place, sa.func.count(), sa.func.avg(Review.stars))
        .where(
            *conditions,
            Review.status == ReviewStatus.PUBLISHED,
            Review.published_at >= midnight(starts[0]),
        )
        .group_by(place)
    )
    known = {at: (number, float(mean)) for at, number, mean in rows}
    return [
        Quarter(day.year, (day.month + 2) // 3, *known.get(at, (0, 0.0)))
        for at, day in enumerate(starts)
        if at in known or any(earlier in known for earlier in range(at))
    ]


def quarter_starts(at: datetime) -> list[date]:
    """Return the first days of the last quarters as the park's calendar has them."""
    today = park_day(at)
    last = today.year * 4 + (today.month - 1) // 3
    return [
        date(number // 4, number % 4 * 3 + 1, 1) for number in range(last - QUARTERS + 1, last + 1)
    ]


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=PARK)
