"""Form fields generated from `form_columns`, relations limited to rows in scope."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
import wtforms
from sqlalchemy.orm import ColumnProperty
from wtforms import validators

import labels
from core.database import Yuan
from core.ids import LARGEST_ID
from forms.base import Form, choices, required
from forms.fields import MoneyField

NOTHING = "—"
Rows = Callable[[type[Any]], Sequence[Any]]  # the rows of a table that the reader may choose


def build(
    model: type[Any], names: Sequence[str], label_of: Callable[[str], Any], rows: Rows
) -> Any:
    """Return a form class with a field for each of `names`.

    Raises:
        ValueError: a column is of a kind that nobody edits by hand.
    """
    fields = {}
    for name in names:
        attribute = getattr(model, name)
        if isinstance(attribute.property, ColumnProperty):
            fields[name] = _column_field(attribute.property.columns[0], label_of(name))
        else:
            fields[name] = _relation_field(attribute.property, label_of(name), rows)
    return type(f"{model.__name__}Form", (Form,), fields)


def row_key(value: Any) -> str:
    """Return a row, an id or nothing as the value of an option."""
    return str(getattr(value, "id", value) or "")


class RowField(wtforms.SelectField):
    """One row of a related table, or none: no row is the empty option."""

    def process_data(self, value: Any) -> None:
        self.data = row_key(value)


def _column_field(column: Any, label: Any) -> Any:
    kind = column.type
    needed = not column.nullable and column.default is None
    rule: list[Any] = [required() if needed else validators.Optional()]
    if isinstance(kind, Yuan):
        return MoneyField(label, validators=rule)
    if isinstance(kind, sa.Enum):
        return _enum_field(kind, label, column.nullable)
    if isinstance(kind, sa.Boolean):
        return wtforms.BooleanField(label)
    if isinstance(kind, sa.Integer):
        rule = [validators.InputRequired() if needed else validators.Optional()]
        bounds = validators.NumberRange(-LARGEST_ID, LARGEST_ID)
        return wtforms.IntegerField(label, validators=[*rule, bounds])
    if isinstance(kind, sa.Date):
        return wtforms.DateField(label, validators=rule)
    if isinstance(kind, sa.Text):
        return wtforms.TextAreaField(label, validators=[*rule, validators.Length(max=20_000)])
    if isinstance(kind, sa.String):
        longest = validators.Length(max=kind.length or -1)
        return wtforms.StringField(label, validators=[*rule, longest])
    raise ValueError(f"{column} is not edited by hand")


def _enum_field(kind: sa.Enum, label: Any, nullable: bool) -> Any:
    members: Any = kind.enum_class
    options = [(member.value, labels.label(member)) for member in members]
    if nullable:
        options.insert(0, ("", NOTHING))
    return wtforms.SelectField(label, choices=choices(options))


def _relation_field(relation: Any, label: Any, rows: Rows) -> Any:
    remote = relation.mapper.class_
    optional = all(column.nullable for column in relation.local_columns)

    def options() -> Any:
        found = [(str(row.id), str(row)) for row in rows(remote)]
        if not relation.uselist and optional:
            found.insert(0, ("", NOTHING))
        return choices(found)

    if relation.uselist:
        return wtforms.SelectMultipleField(label, choices=options, coerce=row_key)
    return RowField(label, choices=options, coerce=row_key)


def values_of(model: type[Any], form: Any, rows: Rows) -> dict[str, Any]:
    """Return {name: value} for each field that is a column or relation of `model`."""
    found = {}
    for field in form:
        attribute = getattr(model, field.name, None)
        prop = getattr(attribute, "property", None)
        if prop is None:
            continue
        if isinstance(prop, ColumnProperty):
            value = _stored(prop.columns[0], field.data)
            if value is not None or prop.columns[0].nullable:  # else the default, or as it was
                found[field.name] = value
        elif prop.uselist:
            wanted = set(field.data or ())
            found[field.name] = [row for row in rows(prop.mapper.class_) if str(row.id) in wanted]
        else:
            found[field.name] = next(
                (row for row in rows(prop.mapper.class_) if str(row.id) == field.data), None
            )
    return found


def _stored(column: Any, value: Any) -> Any:
    if isinstance(column.type, sa.Enum):
        kind: Any = column.type.enum_class
        return kind(value) if value else None
    if value == "" and column.nullable:
        return None
    return value
