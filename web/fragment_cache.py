"""Fragment cache: what everybody sees alike on a page, such as counts and cards, made once.

A value is a hit as long as the marks of the tables it was made of stand (web/cache_marks.py).
Nothing of a person is cached: what is made must be the same whoever reads, and what reads a table
without a mark, such as `user`, is never cached.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

from flask import current_app, request

from core.database import reading
from core.shared_cache import SharedCache
from tables.cache_mark import UNMARKED
from web.cache_marks import Stamp, marks, observed, read_so_far, used

MOST = 8_192  # values in a process
K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
# name -> the tables it was made of, their marks, the value
_fragments: SharedCache[Hashable, tuple[frozenset[str], Stamp, Any]] = SharedCache(MOST)


def _may_cache() -> bool:
    """Only a request that reads may: what an open unit of work sees may never be committed.

    Nothing is cached in debug mode, where templates and static files change beside the database.
    """
    return bool(request) and reading.get() and not current_app.debug


def cached(name: Hashable, make: Callable[[], T], *, alone: bool = False) -> T:
    """Return what `make` returns, made once under the marks that stand. Nobody may change it.

    Args:
        name: tells it from everything else that is cached.
        make: reads what it needs.
        alone: all that `make` uses, it reads by statements of its own. Else it may use what the
            request read before (a row that is loaded already sends no statement), and depends on
            all those tables too.
    """
    return cached_each((name,), ("",), lambda _keys: {"": make()}, alone=alone)[""]


def cached_each(
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
        make: is asked for those that are no hit, all at once; it may leave some out.
        alone: as for `cached`.
    """
    if not _may_cache():
        return dict(make(keys))
    stand, app = marks(), current_app.instance_path  # tests have several
    found: dict[K, T] = {}
    for key in keys:
        entry = _fragments.get((app, name, key))
        if entry is not None and entry[1] == stand.stamp(entry[0]):
            found[key] = entry[2]
            used(entry[0])
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
                _fragments.put((app, name, key), (of, stand.stamp(of), value))
        found.update(made)
    return found
