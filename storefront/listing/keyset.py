"""Keyset pagination of a list of any length.

A page begins where its neighbour ends: the address names the row that was seen last (`after=`) or
first (`before=`), and the database goes on from what that row is ordered by. So a page costs the
same wherever it stands (OFFSET 500,000: 30 ms, a comparison of rows: 0.6 ms), and what comes or
goes meanwhile neither repeats a row nor hides one. `page=` beside it only shows the reader where
they are; alone, as in old bookmarks, it is an offset among the first ten thousand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import request

from core.database import db
from core.ids import parse_id
from storefront.listing.paging import MOST_COUNTED, PAGE
from storefront.listing.sort_orders import Cursor, Order

CURSOR_PARAMETERS = ("page", "after", "before")  # the parameters that say where in a list


@dataclass(frozen=True, slots=True)
class KeysetPage:
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


def keyset_page(
    query: sa.Select[Any],
    key: Any,
    order: Order,
    total: int,
    unfiltered: Callable[[], sa.Select[Any]],
) -> KeysetPage:
    """Return the page of a list that the request's address asks for.

    Args:
        query: SELECT of the ids, with every condition.
        key: the column of the ids.
        order: what the list goes by.
        total: how many rows there are, as paging.capped_count counts.
        frame: returns `query` without what narrows it down: where does a row stand that left it?
    """
    if total > MOST_COUNTED and order.when_long is not None:
        order = order.when_long()
    cursor = _cursor(key, order, unfiltered)
    if cursor is None:
        return _numbered_page(query, key, order, total)
    ids = _read(query, key, order, cursor)
    more, ids = len(ids) > PAGE, ids[:PAGE]
    page = _number()
    if cursor.backwards:
        ids.reverse()
        if not more:  # the beginning is near: show it whole
            return _numbered_page(query, key, order, total, first=True)
        return KeysetPage(ids, max(page, 2), total, _before(ids, max(page, 2)), _after(ids, page))
    if not ids:
        return _numbered_page(query, key, order, total)
    page = max(page, 2)
    return KeysetPage(ids, page, total, _before(ids, page), _after(ids, page) if more else None)


def _numbered_page(
    query: sa.Select[Any], key: Any, order: Order, total: int, *, first: bool = False
) -> KeysetPage:
    """Return the page of a number: the first, or one among those that were counted."""
    last = max(1, -(-min(total, MOST_COUNTED) // PAGE))
    page = 1 if first else min(_number(last), last)
    if page == 1:
        ids = _read(query, key, order, None)
    else:
        query = order.from_offset(query, key)
        ids = list(db.session.scalars(query.limit(PAGE + 1).offset((page - 1) * PAGE)))
    more, ids = len(ids) > PAGE, ids[:PAGE]
    earlier = _before(ids, page) if page > 1 and ids else None
    return KeysetPage(ids, page, total, earlier, _after(ids, page) if more else None)


def _cursor(key: Any, order: Order, unfiltered: Callable[[], sa.Select[Any]]) -> Cursor | None:
    """Return the row that the address names; None for none, or for one that is gone."""
    for name, backwards in (("after", False), ("before", True)):
        id = parse_id(request.args.get(name))
        if id is not None:
            found = order.value_of(unfiltered(), key, id)
            return Cursor(id, found[0], backwards) if found else None
    return None


def _read(query: sa.Select[Any], key: Any, order: Order, cursor: Cursor | None) -> list[int]:
    """Return a page of ids and one more, from `place` on in its direction."""
    found: list[int] = []
    for run in order.runs(query, key, cursor):
        found += db.session.scalars(run.limit(PAGE + 1 - len(found)))
        if len(found) > PAGE:
            break
    return found


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


def _address(**cursor: int) -> str:
    """Return the address of this list at another place."""
    pairs = [pair for pair in request.args.items(multi=True) if pair[0] not in CURSOR_PARAMETERS]
    pairs += [(name, str(value)) for name, value in cursor.items()]
    return f"{request.path}?{urlencode(pairs)}" if pairs else request.path
