"""Parameter values: as JSON, in a form, and formatted for the reader.

Numbers and amounts are kept as text, "1234.50": JSON knows no exact decimals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext

from forms.fields import LARGEST_AMOUNT, LARGEST_NUMBER
from i18n.locales import money
from workflows.parameters.fields import FieldType, Parameter

T = FieldType
EMPTY: tuple[Any, ...] = (None, "", [])
LARGEST = {T.NUMBER: LARGEST_NUMBER, T.MONEY: LARGEST_AMOUNT}


def stored(field: Parameter, value: Any) -> Any:
    """Return a value out of a form as JSON; None where nothing was filled in."""
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
        kept = [value] if isinstance(value, str) else [str(choice) for choice in value]
        return [choice for choice in kept if field.option(choice)] or None
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
        options = [field.option(choice) for choice in picked]
        return gettext(", ").join(option.localized_label for option in options if option)
    return str(held)


def facts(fields: Sequence[Parameter], values: Mapping[str, Any]) -> list[tuple[Parameter, str]]:
    """Return what is known of a product, field by field in order; empty ones are left out."""
    return [
        (field, shown(field, values[field.key]))
        for field in fields
        if loaded(field, values.get(field.key)) is not None
    ]


def missing(fields: Sequence[Parameter], values: Mapping[str, Any]) -> list[Parameter]:
    """Return the required fields that `values` leave open."""
    return [
        field for field in fields if field.required and loaded(field, values.get(field.key)) is None
    ]
