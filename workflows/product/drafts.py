"""Editing a product draft or change under optimistic locking (`seen` against `version`).

A row is locked, and a version that is newer than the one the person looked at is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext

from core.database import db
from core.markdown import cleaned
from models import (
    Category,
    EventName,
    FeaturedProduct,
    Institution,
    ParameterSchema,
    ProductChange,
    User,
)
from workflows import engine
from workflows.product import change_rules
from workflows.product.rules import OPEN
from workflows.product.text import parameters_text

TEXTS = ("name", "summary", "description")
NOT_NOW = lazy_gettext("This product is not to be edited now.")


class ChangedMeanwhile(ValueError):
    """Somebody saved a newer version than the one that was looked at."""

    def __init__(self) -> None:
        super().__init__(str(engine.CHANGED))


def save(
    row: FeaturedProduct | ProductChange,
    actor: User,
    category: Category,
    schema: ParameterSchema | None,
    values: Mapping[str, Any],
    seen: int | None,
) -> None:
    """Write the texts, the category and its parameters to a draft or what came back.

    Raises:
        ChangedMeanwhile: there is a newer version than `seen`.
        ValueError: the row is under review, or over, in the reader's words.
    """
    lock(row, seen)
    states: Any = OPEN if isinstance(row, FeaturedProduct) else change_rules.OPEN
    if row.status not in states:
        raise ValueError(str(NOT_NOW))
    columns = _columns(category, schema, values)
    if all(getattr(row, name) == value for name, value in columns.items()):
        return
    changes = _in_the_journal(row, category, schema, columns)
    for name, value in columns.items():
        setattr(row, name, value)
    engine.note(row, EventName.EDITED, actor, changes=changes)
    db.session.flush()
    db.session.expire(row, ["category", "schema"])


def says(
    row: FeaturedProduct | ProductChange,
    category: Category,
    schema: ParameterSchema | None,
    values: Mapping[str, Any],
) -> bool:
    """Whether the row says all that already: a form that was sent twice."""
    columns = _columns(category, schema, values)
    return all(getattr(row, name) == value for name, value in columns.items())


def _columns(
    category: Category, schema: ParameterSchema | None, values: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "category_id": category.id,
        "schema_id": schema.id if schema else None,
        "parameters": dict(values.get("parameters") or {}),
        **{name: cleaned_text(name, values[name]) for name in TEXTS if name in values},
    }


def _in_the_journal(
    row: FeaturedProduct | ProductChange,
    category: Category,
    schema: ParameterSchema | None,
    columns: Mapping[str, Any],
) -> dict[str, list[Any]]:
    """Return {name: [before, after]} of what differs, the parameters in words."""
    pairs = {name: [getattr(row, name), columns[name]] for name in TEXTS if name in columns}
    pairs["parameters"] = [
        parameters_text(row.schema, row.parameters),
        parameters_text(schema, columns["parameters"]),
    ]
    pairs["category"] = [row.category.name, category.name]
    if row.category_id == category.id:
        del pairs["category"]
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def lock(row: Any, seen: int | None) -> None:
    """Read the row as it is now, under a lock.

    Raises:
        ChangedMeanwhile: there is a newer version than `seen`.
    """
    of = row if isinstance(row, FeaturedProduct) else row.product
    engine.lock(Institution, [of.institution_id], read=True)  # before its products, as everybody
    db.session.refresh(row, with_for_update={"of": type(row), "key_share": True})
    if seen is not None and seen != row.version:
        raise ChangedMeanwhile


def cleaned_text(name: str, value: Any) -> str:
    return cleaned(value or "") if name == "description" else " ".join(str(value or "").split())
