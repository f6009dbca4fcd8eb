"""Filtering featured products by the parameters that administrators gave their category."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext

from core.database import db
from models import Category, FeaturedProduct, ParameterSchema
from storefront.product.filters import ProductFilters, amount, text
from web import fragment_cache
from workflows import parameters
from workflows.parameters import FieldType as T
from workflows.parameters import Parameter

Condition = sa.ColumnElement[bool]
RANGED = (T.NUMBER, T.MONEY, T.DATE)


def read(criteria: ProductFilters, args: Any) -> None:
    """Put into `criteria` what its category can be filtered by, and what of it the address asks."""
    assert criteria.chosen is not None
    id = criteria.chosen.id
    criteria.asked, criteria.schema_ids = fragment_cache.cached(("asked", id), lambda: _asked(id))
    for parameter in criteria.asked:
        if parameter.type in RANGED:
            for way in ("from", "to"):
                value = _bound(criteria, args, parameter, f"{parameter.name}_{way}")
                if value is not None:
                    criteria.picked.append((parameter, way, value))
        else:
            _read_choice(criteria, args, parameter)


def _asked(id: int) -> tuple[tuple[Parameter, ...], tuple[int, ...]]:
    """Return what products of a category can be filtered by, and its schema's versions."""
    category = db.session.get(Category, id)
    schema = parameters.schema_of(category) if category else None
    if schema is None:
        return (), ()
    versions = sa.select(ParameterSchema.id).where(
        ParameterSchema.category_id == schema.category_id
    )
    asked = tuple(parameter for parameter in parameters.fields_of(schema) if parameter.filtered)
    return asked, tuple(db.session.scalars(versions))


def _bound(criteria: ProductFilters, args: Any, parameter: Parameter, name: str) -> Any:
    if parameter.type is not T.DATE:
        return amount(criteria, args, name, places=4)
    typed = text(criteria, args, name)
    if not typed:
        return None
    try:
        return date.fromisoformat(typed).isoformat()
    except ValueError:
        criteria.errors[name] = gettext("Give a day, such as 2026-01-31.")
        return None


def _read_choice(criteria: ProductFilters, args: Any, parameter: Parameter) -> None:
    value = args.get(parameter.name, "")
    offered = parameter.type is T.YES_NO and value in ("yes", "no")
    if offered or parameter.option(value):
        criteria.typed[parameter.name] = value
        criteria.picked.append((parameter, "is", value))


# --- conditions -------------------------------------------------------------------------------


def condition(schema_ids: Sequence[int], parameter: Parameter, way: str, value: Any) -> Condition:
    """Return the condition on one parameter.

    The CASE keeps the database from reading a value under a schema that is not the category's:
    there the same key may be of another type.
    """
    column: Any = FeaturedProduct.parameters
    ours = FeaturedProduct.schema_id.in_(schema_ids)
    if parameter.type is T.CHOICES:
        return sa.and_(ours, _holds(parameter.key, value))
    if parameter.type is T.YES_NO:
        flag = sa.case((ours, column[parameter.key].as_boolean()))
        return flag.is_(sa.true()) if value == "yes" else flag.is_(sa.false())
    kept: Any = sa.case((ours, column[parameter.key].as_string()))
    if parameter.type is T.CHOICE:
        return kept == value
    if parameter.type is not T.DATE:
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
