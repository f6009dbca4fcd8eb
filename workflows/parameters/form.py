"""The dynamic form of a parameter schema: its fields as WTForms controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import wtforms
from flask_babel import gettext
from wtforms import validators

from forms.base import Form, choices
from forms.fields import DayField, MoneyField, NumberField
from workflows.parameters.fields import FieldType, Parameter, fields_of
from workflows.parameters.values import EMPTY, loaded, stored

T = FieldType
LONGEST = {T.TEXT: 200, T.LONG_TEXT: 5000}


class ParameterForm(Form):
    """The parameters that a version of a schema asks for. Built by `parameter_form`."""

    fields: tuple[Parameter, ...] = ()

    def values(self) -> dict[str, Any]:
        """Return what was filled in, as JSON: {key: value}, without what was left empty."""
        found = {field.key: stored(field, self[field.name].data) for field in self.fields}
        return {key: value for key, value in found.items() if value is not None}


def _answered(_form: wtforms.Form, field: wtforms.Field) -> None:
    """Required: zero and 'no' are answers too, so this is not WTForms' DataRequired."""
    if field.data in EMPTY:
        field.errors = []
        raise validators.StopValidation(gettext("Please fill this in."))


_answered.field_flags = {"required": True}  # type: ignore[attr-defined]  # WTForms reads it


class ChoicesField(wtforms.SelectMultipleField):
    """Boxes to tick."""

    widget = wtforms.widgets.ListWidget(prefix_label=False)
    option_widget = wtforms.widgets.CheckboxInput()


def parameter_form(
    schema: Any | None,
    formdata: Any = None,
    values: Mapping[str, Any] | None = None,
    *,
    draft: bool = False,
) -> ParameterForm:
    """Return the form of a ParameterSchema.

    Args:
        schema: the version to ask by; None: the category asks nothing, the form is empty.
        formdata: what was posted, None for a fresh form. Fields are called "p_<key>".
        values: what the product says so far, by key. What no longer fits is asked anew.
        draft: whether required fields may still be empty.
    """
    fields = fields_of(schema)
    controls = {field.name: _control(field, draft) for field in fields}
    form_class: Any = type("SchemaForm", (ParameterForm,), {"fields": fields, **controls})
    kept = values or {}
    data = {field.name: loaded(field, kept.get(field.key)) for field in fields}
    form: ParameterForm = form_class(formdata, data=data)
    return form


def _control(field: Parameter, draft: bool) -> Any:
    needed = field.required and not draft
    rules = [_answered if needed else validators.Optional()]
    label = field.with_unit
    options: dict[str, Any] = {"description": field.hint, "validators": rules}
    return _CONTROLS[field.type](field, label, options)


def _text(field: Parameter, label: str, options: dict[str, Any]) -> Any:
    kind = wtforms.StringField if field.type is T.TEXT else wtforms.TextAreaField
    options["validators"].append(validators.Length(max=LONGEST[field.type]))
    return kind(label, **options)


def _number(_field: Parameter, label: str, options: dict[str, Any]) -> Any:
    return NumberField(label, render_kw={"inputmode": "decimal"}, **options)


def _money(field: Parameter, label: str, options: dict[str, Any]) -> Any:
    caption = label if field.measure else gettext("%(name)s (yuan)", name=label)
    return MoneyField(caption, zero=True, render_kw={"inputmode": "decimal"}, **options)


def _yes_no(field: Parameter, label: str, options: dict[str, Any]) -> Any:
    pairs = [("yes", gettext("Yes")), ("no", gettext("No"))]
    if not field.required:
        pairs.append(("", gettext("Not said")))
    return wtforms.RadioField(
        label, choices=choices(pairs), coerce=_text_of, default="", validate_choice=True, **options
    )


def _text_of(value: Any) -> str:
    return "" if value is None else str(value)


def _choice(field: Parameter, label: str, options: dict[str, Any]) -> Any:
    pairs = [
        ("", gettext("Please choose")),
        *((option.value, option.localized_label) for option in field.choices),
    ]
    return wtforms.SelectField(label, choices=choices(pairs), coerce=_text_of, **options)


def _choices(field: Parameter, label: str, options: dict[str, Any]) -> Any:
    pairs = [(option.value, option.localized_label) for option in field.choices]
    return ChoicesField(label, choices=choices(pairs), **options)


def _day(_field: Parameter, label: str, options: dict[str, Any]) -> Any:
    return DayField(label, **options)


_CONTROLS: dict[FieldType, Callable[[Parameter, str, dict[str, Any]], Any]] = {
    T.TEXT: _text,
    T.LONG_TEXT: _text,
    T.NUMBER: _number,
    T.MONEY: _money,
    T.YES_NO: _yes_no,
    T.CHOICE: _choice,
    T.CHOICES: _choices,
    T.DATE: _day,
}
