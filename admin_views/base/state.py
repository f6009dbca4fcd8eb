"""List state in the query string: page, size, order, search and filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

PAGE_SIZES = (20, 50, 100)
LONGEST_SEARCH = 100  # characters
LARGEST_PAGE = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """What a list shows. Anything in the address that makes no sense has fallen to its default."""

    values: Mapping[str, str]  # of the filters
    search: str = ""
    sort: str = ""  # a column, with "-" before it for descending; empty: the view's order
    page: int = 1
    size: int = PAGE_SIZES[0]
    default_size: int = PAGE_SIZES[0]

    @property
    def filtered(self) -> bool:
        return bool(self.search or self.values)

    def query(self, **changes: Any) -> str:
        """Return the state as a query string, with some of it changed; defaults are left out."""
        state = replace(self, **changes) if changes else self
        pairs = dict(state.values)
        if state.search:
            pairs["q"] = state.search
        if state.sort:
            pairs["sort"] = state.sort
        if state.size != state.default_size:
            pairs["size"] = str(state.size)
        if state.page > 1:
            pairs["page"] = str(state.page)
        return f"?{urlencode(pairs)}" if pairs else "?"


def read_state(
    args: Mapping[str, str], values: Mapping[str, str], sorts: frozenset[str], default_size: int
) -> ListState:
    """Return the state that a request asks for.

    Args:
        args: the query parameters.
        values: those of the filters, already checked.
        sorts: the columns that may be sorted by.
        default_size: rows on a page where none are asked for.
    """
    sort = args.get("sort", "")
    size = _number(args.get("size"))
    return ListState(
        values=values,
        search=args.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
        sort=sort if sort.removeprefix("-") in sorts else "",
        page=min(max(_number(args.get("page")), 1), LARGEST_PAGE),
        size=size if size in PAGE_SIZES else default_size,
        default_size=default_size,
    )


def _number(text: str | None) -> int:
    """Return `text` as a count, and 0 where it is none."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0
