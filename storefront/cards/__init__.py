"""Cards of public lists: columns of published rows, never whole rows.

Each kind has `public(conditions)`, a SELECT of ids, and `cards(ids)`, the cards themselves, in a
fixed number of queries. What is asked for by a condition of `access.published` needs no second
guard, and says so: a visitor's list is the same for everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

EXCERPT = 160  # characters of an introduction on a card
UNGUARDED: Mapping[str, Any] = {"unguarded": True}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Named:
    """A category as a card names it: `| named` says it in the reader's language."""

    name: str
    name_en: str


def in_order(ids: Sequence[int], cards_found: Iterable[T]) -> list[T]:
    """Return the cards of `ids` in that order; what is gone meanwhile is left out."""
    known: dict[int, T] = {card.id: card for card in cards_found}  # type: ignore[attr-defined]  # cards of every kind
    return [known[id] for id in ids if id in known]
