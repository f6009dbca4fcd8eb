"""Kinds of columns in a backup: what a value is on either database, and how it stands in JSON."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from core.database import UTCDateTime, Yuan

# kind -> the type that reads and writes it on both engines
TYPES: dict[str, TypeEngine[Any]] = {
    "text": sa.Text(),
    "whole": sa.BigInteger(),
    "real": sa.Double(),
    "switch": sa.Boolean(),
    "moment": UTCDateTime(),
    "day": sa.Date(),
    "json": sa.JSON(),
    "bytes": sa.LargeBinary(),
}
# the first that fits; Yuan is whole fen, an enum is text
KINDS: tuple[tuple[type[Any], str], ...] = (
    (UTCDateTime, "moment"),
    (Yuan, "whole"),
    (sa.Boolean, "switch"),
    (sa.Integer, "whole"),
    (sa.Float, "real"),
    (sa.Date, "day"),
    (sa.JSON, "json"),
    (sa.LargeBinary, "bytes"),
    (sa.String, "text"),
)


class UnknownColumn(TypeError):
    """A column is of a type that no backup knows."""


def kind_of(column: sa.Column[Any]) -> str:
    """Return the kind of a column of ours.

    Raises:
        UnknownColumn: its type is none that KINDS holds.
    """
    for type_, kind in KINDS:
        if isinstance(column.type, type_):
            return kind
    raise UnknownColumn(f"{column.table.name}.{column.name}: {column.type!r}")


def table_of(name: str, kinds: dict[str, str]) -> sa.TableClause:
    """Return a table to read and write by kinds alone, whatever the models say of it today."""
    return sa.table(name, *(sa.column(column, TYPES[kind]) for column, kind in kinds.items()))


def plain(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Decimal):
        return str(value)
    return value


READERS: dict[str, Callable[[Any], Any]] = {
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "bytes": base64.b64decode,
}


def read(kind: str, value: Any) -> Any:
    """Return the value that `plain` wrote."""
    reader = READERS.get(kind)
    return value if reader is None or value is None else reader(value)
