"""The filters of the products' page as SQL: conditions, and the order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa

from database import db
from models import (
    CatalogueItem,
    Category,
    FeaturedProduct,
    Institution,
    RegularOffer,
)
from storefront.product_filters import Filters
from workflows.parameters import FieldType, Parameter

Condition = sa.ColumnElement[bool]
T = FieldType


def conditions(found: Filters) -> list[Condition]:
    """Return the SQL conditions of the filters, for the shelf of their kind."""
    of_products = found.kind == "featured"
    model: Any = FeaturedProduct if of_products else RegularOffer
    result: list[Condition] = []
    if found.chosen is not None:
        ids = [found.chosen.id, *(child.id for child in found.chosen.children)]
        owner = FeaturedProduct.category_id if of_products else CatalogueItem.category_id
        result.append(owner.in_(ids))
    if found.institution is not None:
        result.append(model.institution_id == found.institution)
    if found.low is not None:
        result.append(sa.func.coalesce(model.price_to, model.price_from) >= found.low)
    if found.high is not None:
        result.append(model.price_from <= found.high)
    texts = (
        (FeaturedProduct.name, FeaturedProduct.summary)
        if of_products
        else (CatalogueItem.name, CatalogueItem.covers)
    )
    for word in found.words.split()[:8]:
        places = (*texts, Institution.name, Category.name, Category.name_en)
        result.append(sa.or_(*(one.icontains(word, autoescape=True) for one in places)))
    result += [_parameter(found.schema_ids, *one) for one in found.picked]
    return result


def _parameter(schema_ids: Sequence[int], one: Parameter, way: str, value: Any) -> Condition:
    """Return the condition on one parameter.

    The CASE keeps the database from reading a value under a schema that is not the category's:
    there the same key may be of another type.
    """
    column: Any = FeaturedProduct.parameters
    ours = FeaturedProduct.schema_id.in_(schema_ids)
    if one.type is T.CHOICES:
        return sa.and_(ours, _holds(one.key, value))
    if one.type is T.YES_NO:
        said = sa.case((ours, column[one.key].as_boolean()))
        return said.is_(sa.true()) if value == "yes" else said.is_(sa.false())
    kept: Any = sa.case((ours, column[one.key].as_string()))
    if one.type is T.CHOICE:
        return kept == value
    if one.type is not T.DATE:
        kept, value = sa.cast(kept, sa.Double), float(value)
    return kept >= value if way == "from" else kept <= value


def _holds(key: str, value: str) -> Condition:
    """Return the condition that the list kept under `key` holds `value`."""
    column: Any = FeaturedProduct.parameters
    if db.engine.dialect.name == "postgresql":
        kept = sa.case(
            (sa.func.json_typeof(column[key]) == "array", column[key]),
            else_=sa.cast(sa.literal("[]", sa.Text), sa.JSON),
        )
        element = sa.func.json_array_elements_text(kept).column_valued("element")
        return sa.exists().where(element == value)
    each = sa.func.json_each(column, f'$."{key}"').table_valued("value")
    return sa.exists().where(each.c.value == value)


def order(found: Filters, lowest: Callable[[], Any], highest: Callable[[], Any]) -> list[Any]:
    """Return the ORDER BY of the filters; what has no price comes last."""
    of_products = found.kind == "featured"
    if found.sort in ("price", "-price"):
        low = FeaturedProduct.price_from if of_products else lowest()
        upper = sa.func.coalesce(FeaturedProduct.price_to, FeaturedProduct.price_from)
        high = upper if of_products else highest()
        return [low.asc().nulls_last() if found.sort == "price" else high.desc().nulls_last()]
    if found.sort == "name":
        return [FeaturedProduct.name if of_products else CatalogueItem.name]
    if of_products:
        return [FeaturedProduct.listed_at.desc()]
    return [sa.func.max(RegularOffer.status_at).desc()]
