"""Fragment cache of list pages: cards and counts, see web/fragment_cache.py."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import get_template_attribute, request
from flask_babel import get_locale
from markupsafe import Markup

from storefront.listing.filters import Filters
from storefront.listing.paging import capped_count
from web import fragment_cache


def cached_count(criteria: Filters, query: sa.Select[Any]) -> int:
    """Return how many rows `query` finds, as paging.capped_count does.

    The order and the place in the list do not matter: all pages of a list count once.
    """
    parameters = tuple(sorted(criteria.address(sort="").items()))
    return fragment_cache.cached(
        ("count", request.endpoint, parameters), lambda: capped_count(query)
    )


def rendered_cards(
    macro: tuple[str, str],
    ids: Sequence[int],
    arguments_of: Callable[[Sequence[int]], Mapping[int, tuple[Any, ...]]],
    *options: Hashable,
    among: Hashable = (),
) -> list[Markup]:
    """Return the cards of `ids` in their order, drawn by a macro in the reader's language.

    Args:
        macro: template and name; it is imported without context.
        ids: of what is listed.
        arguments_of: returns, for some of the ids, the first arguments of the macro; what is gone
            is not among them.
        options: the other arguments, alike for all cards.
        among: what else a card depends on, such as the filters of the list.
    """

    def make(missing: Sequence[int]) -> dict[int, Markup]:
        draw = get_template_attribute(*macro)
        return {id: draw(*arguments, *options) for id, arguments in arguments_of(missing).items()}

    name = (macro, str(get_locale()), request.script_root, options, among)
    cards = fragment_cache.cached_each(name, ids, make)
    return [cards[id] for id in ids if id in cards]
