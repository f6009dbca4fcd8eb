"""A dictionary that forgets: what is kept in a process must end somewhere."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any


class Bounded(dict[Any, Any]):
    """Holds so many values at most. Once it is full, the quarter that came first goes."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def put(self, key: Hashable, value: Any) -> None:
        """Hold `value` under `key`."""
        if len(self) >= self.most:
            for old in list(self)[: max(1, self.most // 4)]:
                self.pop(old, None)
        self[key] = value
