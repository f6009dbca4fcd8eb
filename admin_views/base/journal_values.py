"""Decoding of the JSON values in audit events into enums, dates and names of rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from admin_views.base.journal_labels import model_of
from core.database import Yuan, db
from models import Event, SignInFailure

# what a step puts on record beside columns
RECORDED: dict[str, type[StrEnum]] = {"failed": SignInFailure}
Names = Mapping[str, Mapping[Any, str]]  # {column: {id: what the row is called}}


def kind_of(row: type[Any] | Any, name: str) -> type[StrEnum] | None:
    """Return the enum of the column `name` of `row`, or None."""
    column = row.__table__.columns.get(name)
    kind: Any = getattr(column.type, "enum_class", None) if column is not None else None
    return kind


def decoded(model: type[Any], name: str, value: Any) -> Any:
    """Return `value` as the column `name` of `model` had it; as it is where that fails."""
    column = model.__table__.columns.get(name)
    if column is None:
        kind = RECORDED.get(name)
        return kind(value) if kind is not None and value in list(kind) else value
    try:
        if isinstance(column.type, Yuan) and isinstance(value, str | int):
            return Decimal(value)
        if not isinstance(value, str):
            return value
        kind = kind_of(model, name) or column.type.python_type
        if issubclass(kind, StrEnum):
            return kind(value)
        if issubclass(kind, date):  # a moment is one too
            return (datetime if issubclass(kind, datetime) else date).fromisoformat(value)
    except (ArithmeticError, NotImplementedError, ValueError):
        pass
    return value


def target_of(model: type[Any], name: str) -> type[Any] | None:
    """Return the table whose rows the column `name` of `model` holds the ids of, or None."""
    column = model.__table__.columns.get(name)
    for key in column.foreign_keys if column is not None else ():
        if key.column.name == "id":
            return model_of(key.column.table.name)
    return None


def names_of(model: type[Any], events: Sequence[Event]) -> Names:
    """Return what the rows are called whose ids `events` of a `model` hold.

    In one query for each table. Who may see a row may see its past, so nobody is asked.
    """
    wanted: dict[type[Any], set[int]] = {}
    columns: dict[str, type[Any]] = {}
    for name, value in _pairs(events):
        target = target_of(model, name)
        if target is not None:
            columns[name] = target
            values = value if isinstance(value, list) else [value]
            wanted.setdefault(target, set()).update(value for value in values if type(value) is int)
    found = {target: called(target, ids) for target, ids in wanted.items() if ids}
    return {name: found.get(target, {}) for name, target in columns.items()}


def _pairs(events: Iterable[Event]) -> Iterable[tuple[str, Any]]:
    for event in events:
        for name, value in (event.changes or {}).items():
            yield from value.items() if isinstance(value, dict) else [(name, value)]


def called(target: type[Any], ids: set[int]) -> dict[int, str]:
    """Return {id: what the row is called} of the rows of a table that are there."""
    query = sa.select(target).where(target.id.in_(ids)).execution_options(unguarded=True)
    return {row.id: str(row) for row in db.session.scalars(query).unique()}
