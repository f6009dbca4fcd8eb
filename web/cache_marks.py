"""Cache invalidation, the web's side: the marks that stand, and the tables that a request read.

`tables.cache_mark` leaves a new mark for each table that a commit wrote. What was made of some
tables is right as long as their marks stand; a write to another table keeps it. While something is
made, the tables that its statements read are recorded: nobody declares them, so nobody can forget
one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import request

from core.clock import now, park_day
from core.database import db
from models import Announcement, CacheMark
from tables.cache_mark import reads

Stamp = tuple[str, ...]
_mark: Any = CacheMark.__table__.c
_news: Any = Announcement.__table__.c


def _query() -> sa.Select[Any]:
    at = sa.bindparam("at", type_=_news.publish_at.type)
    number = sa.select(sa.func.count())
    pair = _mark.name + sa.literal("=", literal_execute=True) + _mark.value
    return sa.select(
        sa.select(sa.func.aggregate_strings(pair, ",")).scalar_subquery(),
        number.where(_news.publish_at <= at).scalar_subquery(),
        number.where(_news.ends_at <= at).scalar_subquery(),
    )


_QUERY = _query()  # at every page: built once


class Marks:
    """The marks that stand, with the day, and the announcements that time brought or took."""

    def __init__(self, pairs: str, news: str, day: str) -> None:
        self._values = dict(pair.split("=", 1) for pair in pairs.split(",") if pair)
        self._values["announcement"] = f"{self._values.get('announcement', '')}{news}"
        self._day = day
        self._stamps: dict[frozenset[str], Stamp] = {}

    def stamp(self, tables: frozenset[str]) -> Stamp:
        """Return what stands for the state of these tables; no other state has the same."""
        found = self._stamps.get(tables)
        if found is None:
            values = self._values
            found = (self._day, *(values.get(name, "") for name in sorted(tables)))
            self._stamps[tables] = found
        return found


@lru_cache(maxsize=4)  # nearly every request finds the marks of the one before
def _marks(pairs: str, news: str, day: str) -> Marks:
    return Marks(pairs, news, day)


def marks() -> Marks:
    """Return the marks that stand: one query a request, before any data that they stand for."""
    found: Marks | None = request.environ.get("cache.marks")
    if found is None:
        with observed():  # the marks are of no page
            at = now()
            # on the connection: the ORM has no part in it, and takes its time at every page
            pairs, begun, ended = db.session.connection().execute(_QUERY, {"at": at}).one()
        found = _marks(pairs or "", f"+{begun}-{ended}", str(park_day(at)))
        request.environ["cache.marks"] = found
    return found


# --- the tables that were read ------------------------------------------------------------------


@contextmanager
def observed() -> Iterator[set[str]]:
    """Record the tables that are read meanwhile, apart from those that were read before."""
    found: set[str] = set()
    token = reads.set(found)
    try:
        yield found
    finally:
        reads.reset(token)


def begin() -> None:
    """A request begins: record all tables that it reads."""
    reads.set(set())


def end() -> None:
    """The request is over: record no more."""
    reads.set(None)


def used(tables: Iterable[str]) -> None:
    """Record that the request used what was read of these tables earlier."""
    recorded = reads.get()
    if recorded is not None:
        recorded.update(tables)


def read_so_far() -> frozenset[str]:
    """Return the tables that the request has read."""
    return frozenset(reads.get() or ())
