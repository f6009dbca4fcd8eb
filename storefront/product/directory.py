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
from storefront.listing.fragments import counted, drawn
from storefront.listing.keyset import leaf
from storefront.listing.paging import MOST_COUNTED
from storefront.product import filters, parameters, shelf
from storefront.product.filters import ProductFilters
from web.page_cache import for_visitors

CARD = ("storefront/product/_cards.html", "product_card")
ITEM = ("storefront/product/_cards.html", "item_card")


@bp.get("/products", endpoint="products")
@for_visitors
def product_list() -> Any:
    """Featured products, or regular ones, by every filter; the whole state is in the address."""
    found = filters.read(request.args, shelf.fields)
    page, drawn_cards = (_regular if found.kind == "regular" else _featured)(found)
    return render_template(
        "storefront/product/directory.html",
        found=found,
        totals={kind: shelf.size(kind) for kind in filters.KINDS},
        page=page,
        cards=drawn_cards,
        institutions=shelf.suppliers(found.kind),
    )


def _featured(found: ProductFilters) -> Any:
    if found.chosen is not None:
        parameters.read(found, request.args)
    query = cards.public(shelf.conditions(found))
    total = counted(found, query)
    if found.words and total > MOST_COUNTED:
        query = cards.public(shelf.conditions(found, often=True))
    page = leaf(query, FeaturedProduct.id, shelf.featured_order(found), total, cards.public)
    return page, drawn(CARD, page.ids, _told, 2, total > 1)


def _told(ids: Sequence[int]) -> Mapping[int, tuple[Any, ...]]:
    told = cards.cards(ids)
    rated = ratings.rating_of({card.institution_id for card in told})
    return {card.id: (card, rated.get(card.institution_id)) for card in told}


def _regular(found: ProductFilters) -> Any:
    query, key, order = shelf.regular(found)
    page = leaf(query, key, order, counted(found, query), lambda: query)
    conditions = shelf.conditions(found)  # a card tells of the offers that meet them

    def told(ids: Sequence[int]) -> Mapping[int, tuple[Any, ...]]:
        return {card.id: (card,) for card in items.cards(ids, conditions)}

    return page, drawn(ITEM, page.ids, told, 2, among=tuple(found.address(sort="").items()))
