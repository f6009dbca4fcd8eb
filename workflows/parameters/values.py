"""The value of a parameter: as JSON, as a reader reads it, and one beside another.

Numbers and amounts are kept as text, "1234.50": JSON knows no exact decimals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext

from forms import LARGEST_AMOUNT, LARGEST_NUMBER
from locales import money
from workflows.parameters.fields import FieldType, Parameter

T = FieldType
EMPTY: tuple[Any, ...] = (None, "", [])
LARGEST = {T.NUMBER: LARGEST_NUMBER, T.MONEY: LARGEST_AMOUNT}


def stored(field: Parameter, value: Any) -> Any:
    """Return a value out of a form as JSON; None where nothing was said."""
    if value in EMPTY:
        return None
    if field.type in (T.NUMBER, T.MONEY):
        return f"{value.normalize():f}"
    if field.type is T.DATE:
        return value.isoformat()
    if field.type is T.YES_NO:
        return value == "yes"
    return value


def loaded(field: Parameter, value: Any) -> Any:
    """Return a kept value as a form holds it; None where it is of another kind."""
    try:
        return _loaded(field, value)
    except (ValueError, TypeError, InvalidOperation):
        return None


def _loaded(field: Parameter, value: Any) -> Any:
    if value in EMPTY:
        return None
    if field.type in (T.NUMBER, T.MONEY):
        number = Decimal(str(value))
        return number if number.is_finite() and abs(number) <= LARGEST[field.type] else None
    if field.type is T.DATE:
        return date.fromisoformat(value)
    if field.type is T.YES_NO:
        return {True: "yes", False: "no"}.get(value)
    if field.type is T.CHOICES:
        kept = [value] if isinstance(value, str) else [str(one) for one in value]
        return [one for one in kept if field.option(one)] or None
    if field.type is T.CHOICE:
        return value if field.option(value) else None
    return value if isinstance(value, str) else None


def shown(field: Parameter, value: Any) -> str:
    """Return a kept value in the reader's language; a dash where there is none."""
    held = loaded(field, value)
    if held is None:
        return "—"
    if field.type is T.MONEY:
        return money(held)
    if field.type is T.NUMBER:
        return f"{held:,f} {field.measure}".rstrip()
    if field.type is T.YES_NO:
        return gettext("Yes") if held == "yes" else gettext("No")
    if field.type in (T.CHOICE, T.CHOICES):
        picked = [held] if isinstance(held, str) else held
        options = [field.option(one) for one in picked]
        return gettext(", ").join(one.said for one in options if one)
    return str(held)


def facts(fields: Sequence[Parameter], values: Mapping[str, Any]) -> list[tuple[Parameter, str]]:
    """Return what is known of a product, field by field in order; empty ones are left out."""
    return [
        (field, shown(field, values[field.key]))
        for field in fields
        if loaded(field, values.get(field.key)) is not None
    ]


@dataclass(frozen=True, slots=True)
class Difference:
    """A parameter that is not what it was. `field` is as the newer schema has it, if it does."""

    field: Parameter
    before: str
    after: str


def differences(
    old: Sequence[Parameter],
    before: Mapping[str, Any],
    new: Sequence[Parameter],
    after: Mapping[str, Any],
) -> list[Difference]:
    """Compare two sets of values, each read under its own version of the schema."""
    was, now = ({field.key: field for field in fields} for fields in (old, new))
    found = []
    for key in dict.fromkeys([*now, *was]):
        first, second = was.get(key), now.get(key)
        left, right = (
            loaded(field, values.get(key)) if field else None
            for field, values in ((first, before), (second, after))
        )
        if left != right:
            field = second or first
            assert field is not None
            found.append(
                Difference(
                    field,
                    shown(first, before.get(key)) if first else "—",
                    shown(second, after.get(key)) if second else "—",
                )
            )
    return found


def carried(new: Sequence[Parameter], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of `values` still fits the fields `new`: what a product takes along."""
    return {
        field.key: stored(field, held)
        for field in new
        if (held := loaded(field, values.get(field.key))) is not None
    }


def missing(fields: Sequence[Parameter], values: Mapping[str, Any]) -> list[Parameter]:
    """Return the required fields that `values` leave open."""
    return [one for one in fields if one.required and loaded(one, values.get(one.key)) is None]
