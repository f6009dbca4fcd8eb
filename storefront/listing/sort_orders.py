"""Sort orders of a list for keyset pagination: one index scan after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from core.database import db

Query = sa.Select[Any]
FEW = 4  # owners to begin with


@dataclass(frozen=True, slots=True)
class Cursor:
    """A row of the list: the page lies behind it, or before it."""

    id: int
    value: Any
    backwards: bool


@dataclass(frozen=True, slots=True)
class Order:
    """What a list goes by; ties by id, in the same direction, so that one index serves both."""

    by: Any
    descending: bool = True
    sparse: bool = False  # it may be NULL: such rows come last, whatever the direction
    join: Callable[[Query], Query] = lambda query: query
    when_long: Callable[[], Order] | None = None  # the same, where sorting the list takes too long

    def from_offset(self, query: Query, key: Any) -> Query:
        """Return `query` in this order, to be read from a number on."""
        column = self.by.desc() if self.descending else self.by.asc()
        ties = key.desc() if self.descending else key.asc()
        return self.join(query).order_by(column.nulls_last() if self.sparse else column, ties)

    def value_of(self, unfiltered: Query, key: Any, id: int) -> tuple[Any] | None:
        """Return, as the only one of a tuple, what the row `id` of `frame` is ordered by."""
        query = self.join(unfiltered).with_only_columns(self.by).where(key == id).limit(1)
        found = db.session.execute(query).first()
        return (found[0],) if found else None

    def runs(self, query: Query, key: Any, cursor: Cursor | None) -> Iterator[Query]:
        """Yield what to read one after the other, from `place` on in its direction.

        Rows that hold the column, and those that do not: each is one run through an index, which a
        single ORDER BY .. NULLS LAST with a comparison of rows is not.
        """
        backwards = cursor is not None and cursor.backwards
        ways = (self._valued, self._unvalued) if self.sparse else (self._valued,)
        begun = cursor is None
        for way in reversed(ways) if backwards else ways:
            here = None
            if cursor is not None and not begun:
                if (way == self._valued) != (cursor.value is not None):
                    continue
                begun, here = True, cursor
            yield from way(query, key, here, self.descending != backwards)

    def _valued(self, query: Query, key: Any, here: Cursor | None, down: bool) -> Iterator[Query]:
        part = self.join(query)
        if self.sparse:
            part = part.where(self.by.is_not(None))
        yield _run(part, (self.by, key), (here.value, here.id) if here else None, down)

    def _unvalued(self, query: Query, key: Any, here: Cursor | None, down: bool) -> Iterator[Query]:
        part = self.join(query).where(self.by.is_(None))
        yield _run(part, (key,), (here.id,) if here else None, down)


@dataclass(frozen=True, slots=True)
class ByOwner(Order):
    """An order by a value of what stands behind the rows, as of the institution of a product.

    No index of the rows goes by it, and sorting a million takes a second. But the owners are few
    and known in their order: so their rows are looked for a few owners at a time.
    """

    owner: Any = None  # the column with the owner's id
    values: Mapping[int, float] | None = None  # of the owners that have one

    def value_of(self, unfiltered: Query, key: Any, id: int) -> tuple[Any] | None:
        found = db.session.execute(
            unfiltered.with_only_columns(self.owner).where(key == id)
        ).first()
        return ((self.values or {}).get(found[0]),) if found else None

    def _valued(self, query: Query, key: Any, here: Cursor | None, down: bool) -> Iterator[Query]:
        for few in self._few_by_few(here, down):
            value = sa.case(few, value=self.owner)
            part = query.where(self.owner.in_(few))
            yield _run(part, (value, key), (here.value, here.id) if here else None, down)

    def _few_by_few(self, here: Cursor | None, down: bool) -> Iterator[dict[int, float]]:
        """Yield the owners from `here` on, twice as many each time; equals stand together."""
        known = sorted((self.values or {}).items(), key=lambda pair: pair[1], reverse=down)
        few: dict[int, float] = {}
        most = FEW
        for value, owners in groupby(known, key=lambda pair: pair[1]):
            if here is not None and (value > here.value if down else value < here.value):
                continue
            few.update(owners)
            if len(few) >= most:
                yield few
                few, most = {}, 2 * most
        if few:
            yield few


def _run(query: Query, columns: tuple[Any, ...], beyond: tuple[Any, ...] | None, down: bool) -> Any:
    """Return `query` in the order of `columns`, from the row on that holds `beyond`."""
    if beyond is not None:
        here = sa.tuple_(
            *(sa.literal(value, by.type) for value, by in zip(beyond, columns, strict=True))
        )
        row = sa.tuple_(*columns)
        query = query.where(row < here if down else row > here)
    return query.order_by(*(column.desc() if down else column.asc() for column in columns))
