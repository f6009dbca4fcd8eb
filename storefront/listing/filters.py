"""Filters of a list from the query string. Invalid values are ignored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import request
from flask_babel import LazyString, lazy_gettext

from storefront.listing.categories import CountedCategory

ACTIVITY, RATING, NEWEST, CHEAPEST, DEAREST, NAME = (
    "activity", "rating", "newest", "price", "-price", "name",
)  # fmt: skip
SORTS: dict[str, LazyString] = {
    ACTIVITY: lazy_gettext("Most active first"),
    RATING: lazy_gettext("Best rated first"),
    NEWEST: lazy_gettext("Newest first"),
    CHEAPEST: lazy_gettext("Price, low to high"),
    DEAREST: lazy_gettext("Price, high to low"),
    NAME: lazy_gettext("By name"),
}
STARS = ("4", "3", "2")
YES = "yes"
LONGEST_SEARCH = 100


@dataclass(slots=True, kw_only=True)
class Filters:
    """What every list can be narrowed down and ordered by."""

    words: str = ""
    categories: Sequence[CountedCategory] = ()  # the categories to choose from
    chosen: CountedCategory | None = None
    stars: str = ""  # at least so many; "" for any
    member: bool = False  # of the association
    park: bool = False  # settled in the park
    sort: str
    sorts: Sequence[str] = field(default=())  # what the list can be ordered by; its own first

    @property
    def top(self) -> CountedCategory | None:
        """The first-level category that was chosen, or whose child was."""
        if self.chosen is None:
            return None
        return next(category for category in self.categories if self.chosen.id in category.all_ids)

    @property
    def narrowed(self) -> bool:
        return bool(self.address().keys() - {"sort", "kind"})

    @property
    def orders(self) -> list[tuple[str, LazyString]]:
        """(value, words) of the orders to choose from; the list's own needs no value."""
        return [("" if at == 0 else sort, SORTS[sort]) for at, sort in enumerate(self.sorts)]

    def parameters(self) -> dict[str, Any]:
        """Return the query parameters of these filters."""
        return {
            "q": self.words,
            "category": self.chosen.slug if self.chosen else "",
            "stars": self.stars,
            "member": YES if self.member else "",
            "park": YES if self.park else "",
            "sort": self.sort if self.sort != self.sorts[0] else "",
        }

    def href(self, **changes: Any) -> str:
        """Return the address of this list that keeps all but `changes`."""
        parameters = urlencode(self.address(**changes))
        return f"{request.path}?{parameters}" if parameters else request.path

    def in_category(self, slug: str) -> str:
        """Return the address of this list in another category, which may ask for other things."""
        return self.href(category=slug)

    def address(self, **changes: Any) -> dict[str, Any]:
        """Return the parameters of the address that keeps all but `changes`; no empty one."""
        return {name: value for name, value in (self.parameters() | changes).items() if value}


def common(
    args: Any, categories: Sequence[CountedCategory], sorts: Sequence[str]
) -> Mapping[str, Any]:
    """Return the arguments of Filters that an address gives.

    Args:
        args: of the request.
        fields: the categories to choose from.
        sorts: what the list can be ordered by; the first where the address says nothing.
    """
    stars, sort = args.get("stars", ""), args.get("sort", "")
    return {
        "words": typed_words(args),
        "categories": categories,
        "chosen": category_by_slug(categories, args.get("category", "")),
        "stars": stars if stars in STARS else "",
        "member": args.get("member") == YES,
        "park": args.get("park") == YES,
        "sort": sort if sort in sorts else sorts[0],
        "sorts": sorts,
    }


def typed_words(args: Any) -> str:
    """Return what was typed into a search, without what no text holds."""
    text: str = args.get("q", "")
    return text.replace("\x00", "").strip()[:LONGEST_SEARCH].strip()


def category_by_slug(categories: Sequence[CountedCategory], slug: str) -> CountedCategory | None:
    """Return the category of either level with this slug, or None."""
    every = [category for top in categories for category in (top, *top.children)]
    return next((category for category in every if slug and category.slug == slug), None)
