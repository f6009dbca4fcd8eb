"""The answers of a step as JSON, and back: a task is carried out long after it was ordered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

MOMENT, DAY, AMOUNT = "$moment", "$day", "$amount"  # keys that no answer has


def pack(value: Any) -> Any:
    """Return `value` as JSON holds it.

    Raises:
        TypeError: it is of a kind that cannot be stored, such as a file.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):  # which is a date too
        return {MOMENT: value.isoformat()}
    if isinstance(value, date):
        return {DAY: value.isoformat()}
    if isinstance(value, Decimal):
        return {AMOUNT: str(value)}
    if isinstance(value, Mapping):
        return {str(key): pack(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [pack(item) for item in value]
    raise TypeError(f"no answer of a task: {type(value).__name__}")


def unpack(value: Any) -> Any:
    """Return what `pack` was given; tuples come back as lists."""
    if isinstance(value, list):
        return [unpack(item) for item in value]
    if not isinstance(value, dict):
        return value
    if MOMENT in value:
        return datetime.fromisoformat(value[MOMENT])
    if DAY in value:
        return date.fromisoformat(value[DAY])
    if AMOUNT in value:
        return Decimal(value[AMOUNT])
    return {key: unpack(item) for key, item in value.items()}
