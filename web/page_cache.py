"""The cache of what everybody sees alike: made once, and again when a table it was made of changes.

While something is made, the tables that its statements read are recorded (`tables.cache_mark`).
It is right as long as the marks of these tables stand; a write to another table keeps it. Nobody
declares the tables, so nobody can forget one. Nothing of a person is kept: what is made must be the
same whoever reads, and what reads a table without a mark, such as `user`, is never kept.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import current_app, request

from core.clock import now, park_day
from core.database import db, reading
from core.shared_cache import SharedCache
from models import Announcement, CacheMark
from tables.cache_mark import UNMARKED, reads

MOST_KEPT = 8_192  # counts and cards, in a process
Stamp = tuple[str, ...]
K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
_mark: Any = CacheMark.__table__.c
_news: Any = Announcement.__table__.c
# name -> the tables it was made of, their marks, the value
_kept: SharedCache[Hashable, tuple[frozenset[str], Stamp, Any]] = SharedCache(MOST_KEPT)


def _asked() -> sa.Select[Any]:
    at = sa.bindparam("at", type_=_news.publish_at.type)
    number = sa.select(sa.func.count())
    pair = _mark.name + sa.literal("=", literal_execute=True) + _mark.value
    return sa.select(
        sa.select(sa.func.aggregate_strings(pair, ",")).scalar_subquery(),
        number.where(_news.publish_at <= at).scalar_subquery(),
        number.where(_news.ends_at <= at).scalar_subquery(),
    ).execution_options(unguarded=True)


_ASKED = _asked()  # at every page: built once


class Marks:
    """The marks that stand, with the day, and the announcements that time brought or took."""

    def __init__(self, told: str, news: str, day: str) -> None:
        self._values = dict(pair.split("=", 1) for pair in told.split(",") if pair)
        self._values["announcement"] = f"{self._values.get('announcement', '')}{news}"
        self._day = day
        self._stamps: dict[frozenset[str], Stamp] = {}

    def stamp(self, tables: frozenset[str]) -> Stamp:
        """Return what stands for the state of these tables; no other state has the same."""
        held = self._stamps.get(tables)
        if held is None:
            values = self._values
            held = (self._day, *(values.get(name, "") for name in sorted(tables)))
            self._stamps[tables] = held
        return held


@lru_cache(maxsize=4)  # nearly every request finds the marks of the one before
def _read(told: str, news: str, day: str) -> Marks:
    return Marks(told, news, day)


def marks() -> Marks:
    """Return the marks that stand: one query a request, before any data that they stand for."""
    held: Marks | None = request.environ.get("cache.marks")
    if held is None:
        with observed():  # the marks are of no page
            at = now()
            told, begun, ended = db.session.execute(_ASKED, {"at": at}).one()
        held = _read(told or "", f"+{begun}-{ended}", str(park_day(at)))
        request.environ["cache.marks"] = held
    return held


# --- what was read ----------------------------------------------------------------------------


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
    told = reads.get()
    if told is not None:
        told.update(tables)


def read_so_far() -> frozenset[str]:
    """Return the tables that the request has read."""
    return frozenset(reads.get() or ())


# --- what is kept -----------------------------------------------------------------------------


def _may_keep() -> bool:
    """Only a request that reads keeps: what an open unit of work sees may never be committed.

    Nothing is kept in debug mode, where templates and static files change beside the database.
    """
    return bool(request) and reading.get() and not current_app.debug


def kept(name: Hashable, make: Callable[[], T], *, alone: bool = False) -> T:
    """Return what `make` returns, made once under the marks that stand. Nobody may change it.

    Args:
        name: tells it from everything else that is kept.
        make: reads what it needs.
        alone: all that `make` uses, it reads by statements of its own. Else it may use what the
            request read before (a row that is loaded already sends no statement), and depends on
            all those tables too.
    """
    return kept_each((name,), ("",), lambda _keys: {"": make()}, alone=alone)[""]


def kept_each(
    name: Hashable,
    keys: Sequence[K],
    make: Callable[[Sequence[K]], Mapping[K, T]],
    *,
    alone: bool = False,
) -> dict[K, T]:
    """Return what `make` returns for `keys`, each made once under the marks that stand.

    Args:
        name: what all of them have in common.
        keys: what is asked for.
        make: is asked for those that are not kept, all at once; it may leave some out.
        alone: as for `kept`.
    """
    if not _may_keep():
        return dict(make(keys))
    stand, app = marks(), current_app.instance_path  # tests have several
    found: dict[K, T] = {}
    for key in keys:
        held = _kept.get((app, name, key))
        if held is not None and held[1] == stand.stamp(held[0]):
            found[key] = held[2]
            used(held[0])
    missing = [key for key in keys if key not in found]
    if missing:
        before = () if alone else read_so_far() - UNMARKED
        with observed() as tables:
            made = make(missing)
        used(tables)
        tables.update(before)
        of = frozenset(tables)
        if not of & UNMARKED:
            for key, value in made.items():
                _kept.put((app, name, key), (of, stand.stamp(of), value))
        found.update(made)
    return found
