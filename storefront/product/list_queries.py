"""Product list: SQL conditions and sort orders of featured and of regular products."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

import access
import search
from core.database import db
from models import CatalogueItem, Category, FeaturedProduct, Institution, RegularOffer
from storefront.cards import UNGUARDED, items, products
from storefront.listing import queries
from storefront.listing.categories import CountedCategory, tree
from storefront.listing.filters import ACTIVITY, CHEAPEST, DEAREST, NAME, RATING
from storefront.listing.sort_orders import Order
from storefront.product import parameters
from storefront.product.filters import ProductFilters
from web import fragment_cache

Condition = sa.ColumnElement[bool]


def featured_order(criteria: ProductFilters) -> Order:
    """Return the order of featured products. By price: what it begins with, as the cards say it."""
    if criteria.sort in (CHEAPEST, DEAREST):
        return Order(FeaturedProduct.price_from, descending=criteria.sort == DEAREST, sparse=True)
    if criteria.sort == NAME:
        return Order(FeaturedProduct.name, descending=False)
    return queries.ordered(criteria, FeaturedProduct.listed_at, FeaturedProduct.institution_id)


def regular(criteria: ProductFilters) -> tuple[sa.Select[Any], Any, Order]:
    """Return the list of regular products: a SELECT of ids, their column, and the order.

    An item stands where the best of its offers that meet the filters would stand.
    """
    price = items.highest() if criteria.sort == DEAREST else items.lowest()
    columns: dict[str, Any] = {
        CHEAPEST: price,
        DEAREST: price,
        NAME: sa.func.min(CatalogueItem.name),
    }
    inner = items.offered([CatalogueItem.id], conditions(criteria))
    best = sa.func.max(RegularOffer.status_at, type_=RegularOffer.status_at.type)
    if criteria.sort in (ACTIVITY, RATING):
        of_firm = queries.ordered(criteria, None, RegularOffer.institution_id)
        inner, best = of_firm.join(inner), sa.func.max(of_firm.by)
    best = columns.get(criteria.sort, best).label("best")
    listed = inner.add_columns(best).group_by(CatalogueItem.id).subquery("listed")
    order = Order(listed.c.best, descending=criteria.sort not in (CHEAPEST, NAME), sparse=True)
    query = sa.select(listed.c.id).execution_options(unguarded=True)
    return query, listed.c.id, order


def conditions(criteria: ProductFilters, *, often: bool = False) -> list[Condition]:
    """Return the SQL conditions of the filters, for the list of their kind.

    Args:
        criteria: the filters.
        often: whether they are met by more rows than are counted.
    """
    of_products = criteria.kind == "featured"
    model: Any = FeaturedProduct if of_products else RegularOffer
    thing: Any = FeaturedProduct if of_products else CatalogueItem
    result = queries.conditions(criteria, model.institution_id)
    if criteria.chosen is not None:
        result.append(thing.category_id.in_(criteria.chosen.all_ids))
    if criteria.institution is not None:
        result.append(model.institution_id == criteria.institution)
    if criteria.low is not None:
        result.append(sa.func.coalesce(model.price_to, model.price_from) >= criteria.low)
    if criteria.high is not None:
        result.append(model.price_from <= criteria.high)
    if criteria.words and not search.words_of(criteria.words):
        result.append(sa.false())  # signs alone find nothing
    result += [_holds_word(thing, model, word, often) for word in search.words_of(criteria.words)]
    result += [parameters.condition(criteria.schema_ids, *picked) for picked in criteria.picked]
    return result


def _holds_word(thing: Any, model: Any, word: str, often: bool) -> Condition:
    """Return the condition that a product, or the name of its institution, holds `word`."""
    firms = search.found(Institution, [word], Institution.id, by_name=True)
    if often:
        return sa.or_(search.matches(thing, word, often=True), model.institution_id.in_(firms))
    # an OR is asked of every row; a union is gone through by its keys
    rows = model.__table__.alias("matched")
    key = rows.c.id if thing is model else rows.c.item_id
    of_firms = sa.select(rows.c.id).where(rows.c.institution_id.in_(firms))
    of_things = sa.select(rows.c.id).where(key.in_(search.ids(thing, word)))
    condition: Condition = model.id.in_(of_things.union_all(of_firms))
    return condition


# --- what is on them ----------------------------------------------------------------------------


def suppliers(kind: str) -> Any:
    """Return (id, name) of the institutions that offer products of `kind`."""
    return fragment_cache.cached(("suppliers", kind), lambda: _suppliers(kind), alone=True)


def _suppliers(kind: str) -> Any:
    model: Any = RegularOffer if kind == "regular" else FeaturedProduct
    has_some = sa.exists().where(access.published(model), model.institution_id == Institution.id)
    query = (
        sa.select(Institution.id, Institution.name)
        .where(access.published(), has_some)
        .order_by(Institution.name, Institution.id)
        .execution_options(**UNGUARDED)
    )
    return db.session.execute(query).all()


def categories(kind: str) -> list[CountedCategory]:
    """Return the categories in use on two levels, with the products of `kind` counted."""
    return fragment_cache.cached(
        ("product categories", kind), lambda: _categories(kind), alone=True
    )


def count(kind: str) -> int:
    """Return how many products of `kind` there are."""
    return sum(category.count for category in categories(kind))


def _categories(kind: str) -> list[CountedCategory]:
    if kind == "featured":
        owner = FeaturedProduct.category_id
        query = products.public().with_only_columns(owner, sa.func.count())
    else:
        owner = CatalogueItem.category_id
        query = items.offered([owner, sa.func.count(sa.distinct(CatalogueItem.id))])
    counts = {key: count for key, count in db.session.execute(query.group_by(owner))}  # noqa: C416  # rows
    tops = db.session.execute(sa.select(Category.id, Category.parent_id)).all()
    per_top: dict[int, int] = defaultdict(int)
    for id, parent in tops:
        per_top[parent or id] += counts.get(id, 0)
    return tree(counts, per_top)
