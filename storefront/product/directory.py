"""The list of products of both kinds, by every filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request

from models import FeaturedProduct
from ranking import ratings
from storefront import bp
from storefront.cards import items
from storefront.cards import products as cards
from storefront.listing.fragments import cached_count, rendered_cards
from storefront.listing.keyset import keyset_page
from storefront.listing.paging import MOST_COUNTED
from storefront.product import filters, list_queries, parameters
from storefront.product.filters import ProductFilters
from web.page_cache import for_visitors

CARD = ("storefront/product/_cards.html", "product_card")
ITEM = ("storefront/product/_cards.html", "item_card")


@bp.get("/products", endpoint="products")
@for_visitors
def product_list() -> Any:
    """Featured products, or regular ones, by every filter; the whole state is in the address."""
    criteria = filters.read(request.args, list_queries.categories)
    page, drawn_cards = (_regular if criteria.kind == "regular" else _featured)(criteria)
    return render_template(
        "storefront/product/directory.html",
        criteria=criteria,
        totals={kind: list_queries.count(kind) for kind in filters.KINDS},
        page=page,
        cards=drawn_cards,
        institutions=list_queries.suppliers(criteria.kind),
    )


def _featured(criteria: ProductFilters) -> Any:
    if criteria.chosen is not None:
        parameters.read(criteria, request.args)
    query = cards.public(list_queries.conditions(criteria))
    total = cached_count(criteria, query)
    if criteria.words and total > MOST_COUNTED:
        query = cards.public(list_queries.conditions(criteria, often=True))
    page = keyset_page(
        query, FeaturedProduct.id, list_queries.featured_order(criteria), total, cards.public
    )
    return page, rendered_cards(CARD, page.ids, _card_arguments, 2, total > 1)


def _card_arguments(ids: Sequence[int]) -> Mapping[int, tuple[Any, ...]]:
    known = cards.cards(ids)
    rated = ratings.rating_of({card.institution_id for card in known})
    return {card.id: (card, rated.get(card.institution_id)) for card in known}


def _regular(criteria: ProductFilters) -> Any:
    query, key, order = list_queries.regular(criteria)
    page = keyset_page(query, key, order, cached_count(criteria, query), lambda: query)
    conditions = list_queries.conditions(criteria)  # a card shows the offers that meet them

    def known(ids: Sequence[int]) -> Mapping[int, tuple[Any, ...]]:
        return {card.id: (card,) for card in items.cards(ids, conditions)}

    return page, rendered_cards(
        ITEM, page.ids, known, 2, among=tuple(criteria.address(sort="").items())
    )
