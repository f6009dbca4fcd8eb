"""A thread-safe LRU cache: bounded, shared by the threads of a process.

`cachetools` keeps the bound; the lock is here, since its caches are not safe between threads. There
is no `in` and no `[]` on purpose: between the question and the answer another thread may evict.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import Any, Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class SharedCache(Generic[K, V]):
    """At most `maxsize` values of this process, by key."""

    def __init__(self, maxsize: int) -> None:
        self._values: LRUCache[K, V] = LRUCache(maxsize)
        self._lock = threading.Lock()

    def get(self, key: K) -> V | None:
        """Return what is held under `key`, or None: it was never put, or is evicted."""
        with self._lock:
            value: Any = self._values.get(key)
        return value

    def put(self, key: K, value: V) -> None:
        """Hold `value` under `key`; where the cache is full, the least recently used goes."""
        with self._lock:
            self._values[key] = value

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._values.clear()

    def __len__(self) -> int:
        return len(self._values)
