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


def read(found: ProductFilters, args: Any) -> None:
    """Put into `found` what its category can be filtered by, and what of it the address asks."""
    assert found.chosen is not None
    id = found.chosen.id
    found.asked, found.schema_ids = fragment_cache.cached(("asked", id), lambda: _asked(id))
    for one in found.asked:
        if one.type in RANGED:
            for way in ("from", "to"):
                value = _bound(found, args, one, f"{one.name}_{way}")
                if value is not None:
                    found.picked.append((one, way, value))
        else:
            _read_choice(found, args, one)


def _asked(id: int) -> tuple[tuple[Parameter, ...], tuple[int, ...]]:
    """Return what products of a category can be filtered by, and its schema's versions."""
    category = db.session.get(Category, id)
    schema = parameters.schema_of(category) if category else None
    if schema is None:
        return (), ()
    versions = sa.select(ParameterSchema.id).where(
        ParameterSchema.category_id == schema.category_id
    )
    asked = tuple(one for one in parameters.fields_of(schema) if one.filtered)
    return asked, tuple(db.session.scalars(versions))


def _bound(found: ProductFilters, args: Any, one: Parameter, name: str) -> Any:
    if one.type is not T.DATE:
        return amount(found, args, name, places=4)
    typed = text(found, args, name)
    if not typed:
        return None
    try:
        return date.fromisoformat(typed).isoformat()
    except ValueError:
        found.errors[name] = gettext("Give a day, such as 2026-01-31.")
        return None


def _read_choice(found: ProductFilters, args: Any, one: Parameter) -> None:
    value = args.get(one.name, "")
    offered = one.type is T.YES_NO and value in ("yes", "no")
    if offered or one.option(value):
        found.typed[one.name] = value
        found.picked.append((one, "is", value))


# --- conditions -------------------------------------------------------------------------------


def condition(schema_ids: Sequence[int], one: Parameter, way: str, value: Any) -> Condition:
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
