"""Leafing through a list of any length.

A page begins where its neighbour ends: the address names the row that was seen last (`after=`) or
first (`before=`), and the database goes on from what that row is ordered by. So a page costs the
same wherever it stands (OFFSET 500,000: 30 ms, a comparison of rows: 0.6 ms), and what comes or
goes meanwhile neither repeats a row nor hides one. `page=` beside it only tells the reader where
he is; alone, as in old bookmarks, it is an offset among the first ten thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import request

from database import db
from storefront.public.paging import MOST_COUNTED, PAGE

LARGEST_KEY = 2_147_483_647
PLACES = ("page", "after", "before")  # the parameters that say where in a list


@dataclass(frozen=True, slots=True)
class Order:
    """What a list goes by; ties by id, in the same direction, so that one index serves both."""

    by: Any
    descending: bool = True
    sparse: bool = False  # it may be NULL: such rows come last, whatever the direction
    join: Callable[[sa.Select[Any]], sa.Select[Any]] = lambda query: query


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of a list: what stands on it, and the way to its neighbours."""

    ids: list[int]
    page: int
    total: int  # above MOST_COUNTED: more than that
    earlier: str | None = None  # addresses
    later: str | None = None

    @property
    def pages(self) -> int | None:
        """How many pages there are; None where nobody counted on."""
        counted = max(1, -(-self.total // PAGE))
        return counted if self.total <= MOST_COUNTED and self.page <= counted else None


@dataclass(frozen=True, slots=True)
class _Place:
    """A row of the list: the page lies behind it, or before it."""

    id: int
    value: Any
    backwards: bool


def leaf(
    query: sa.Select[Any],
    key: Any,
    order: Order,
    total: int,
    frame: Callable[[], sa.Select[Any]],
) -> Leaf:
    """Return the page of a list that the request's address asks for.

    Args:
        query: SELECT of the ids, with every condition.
        key: the column of the ids.
        order: what the list goes by.
        total: how many rows there are, as paging.capped_count counts.
        frame: returns `query` without what narrows it down: where does a row stand that left it?
    """
    query, place = order.join(query), _place(key, order, frame)
    if place is None:
        return _counted_off(query, key, order, total)
    ids = _walk(query, key, order, place)
    more, ids = len(ids) > PAGE, ids[:PAGE]
    page = _number()
    if place.backwards:
        ids.reverse()
        if not more:  # the beginning is near: show it whole
            return _counted_off(query, key, order, total, first=True)
        return Leaf(ids, max(page, 2), total, _before(ids, max(page, 2)), _after(ids, page))
    if not ids:
        return _counted_off(query, key, order, total)
    page = max(page, 2)
    return Leaf(ids, page, total, _before(ids, page), _after(ids, page) if more else None)


def _counted_off(
    query: sa.Select[Any], key: Any, order: Order, total: int, *, first: bool = False
) -> Leaf:
    """Return the page of a number: the first, or one among those that were counted."""
    last = max(1, -(-min(total, MOST_COUNTED) // PAGE))
    page = 1 if first else min(_number(last), last)
    if page == 1:
        ids = _walk(query, key, order, None)
    else:
        column = order.by.desc() if order.descending else order.by.asc()
        ties = key.desc() if order.descending else key.asc()
        query = query.order_by(column.nulls_last() if order.sparse else column, ties)
        ids = list(db.session.scalars(query.limit(PAGE + 1).offset((page - 1) * PAGE)))
    more, ids = len(ids) > PAGE, ids[:PAGE]
    earlier = _before(ids, page) if page > 1 and ids else None
    return Leaf(ids, page, total, earlier, _after(ids, page) if more else None)


def _place(key: Any, order: Order, frame: Callable[[], sa.Select[Any]]) -> _Place | None:
    """Return the row that the address names; None for none, or for one that is gone."""
    for name, backwards in (("after", False), ("before", True)):
        raw = request.args.get(name, "")
        if raw.isascii() and raw.isdigit() and len(raw) <= 10 and int(raw) <= LARGEST_KEY:
            row = db.session.execute(
                order.join(frame()).add_columns(order.by).where(key == int(raw)).limit(1)
            ).first()
            return _Place(row[0], row[1], backwards) if row else None
    return None


def _walk(query: sa.Select[Any], key: Any, order: Order, place: _Place | None) -> list[int]:
    """Return a page of ids and one more, from `place` on in its direction."""
    backwards = place is not None and place.backwards
    found: list[int] = []
    for part in _parts(query, key, order, place, backwards):
        found += db.session.scalars(part.limit(PAGE + 1 - len(found)))
        if len(found) > PAGE:
            break
    return found


def _parts(
    query: sa.Select[Any], key: Any, order: Order, place: _Place | None, backwards: bool
) -> Iterator[sa.Select[Any]]:
    """Yield what to read one after the other: rows that hold the column, and those that do not.

    Each is one run through an index, which a single ORDER BY .. NULLS LAST with a comparison of
    rows is not.
    """
    runs = (True, False) if order.sparse else (True,)
    begun = place is None
    for holds in reversed(runs) if backwards else runs:
        columns = (order.by, key) if holds else (key,)
        down = order.descending != backwards
        part = query
        if order.sparse:
            part = part.where(order.by.is_not(None) if holds else order.by.is_(None))
        if place is not None and not begun:
            if holds != (place.value is not None):
                continue
            begun = True
            here = sa.tuple_(
                *((sa.literal(place.value, order.by.type),) if holds else ()), sa.literal(place.id)
            )
            row = sa.tuple_(*columns)
            part = part.where(row < here if down else row > here)
        yield part.order_by(*(one.desc() if down else one.asc() for one in columns))


# --- addresses --------------------------------------------------------------------------------


def _number(most: int = 1) -> int:
    """Return the page number in the address; `most` for one with too many digits."""
    raw = request.args.get("page", "")
    if not (raw.isascii() and raw.isdigit()):
        return 1
    return max(int(raw), 1) if len(raw) < 8 else most


def _after(ids: list[int], page: int) -> str:
    return _address(page=page + 1, after=ids[-1])


def _before(ids: list[int], page: int) -> str:
    """The way back; to the first page without a key, where everybody else finds it kept."""
    return _address(page=page - 1, before=ids[0]) if page > 2 else _address()


def _address(**place: int) -> str:
    """Return the address of this list at another place."""
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] not in PLACES]
    pairs += [(name, str(value)) for name, value in place.items()]
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path
