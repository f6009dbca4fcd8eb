"""Parameter schema of a category: the fields that may be asked of a featured product.

A schema keeps its fields as JSON. The type of a key never changes within a category, so that a
value can be read whatever version it was written under.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from flask_babel import get_locale, gettext, lazy_gettext

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


class FieldType(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    MONEY = "money"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    DATE = "date"


TYPE_LABELS = {
    FieldType.TEXT: lazy_gettext("Text, one line"),
    FieldType.LONG_TEXT: lazy_gettext("Long text"),
    FieldType.NUMBER: lazy_gettext("Number with unit"),
    FieldType.MONEY: lazy_gettext("Money (yuan)"),
    FieldType.YES_NO: lazy_gettext("Yes or no"),
    FieldType.CHOICE: lazy_gettext("One choice"),
    FieldType.CHOICES: lazy_gettext("Several choices"),
    FieldType.DATE: lazy_gettext("Day"),
}
OF_CHOICES = (FieldType.CHOICE, FieldType.CHOICES)
# what a storefront can filter by: a long text is for reading
FILTERABLE = frozenset(FieldType) - {FieldType.TEXT, FieldType.LONG_TEXT}


def reads_chinese() -> bool:
    """Whether the locale is Chinese, as it is unless the reader chose another."""
    locale = get_locale()
    return locale is None or bool(locale.language == "zh")


@dataclass(frozen=True, slots=True)
class Option:
    """One of the choices of a field. Its Chinese name is what a product keeps."""

    value: str
    label_en: str = ""

    @property
    def localized_label(self) -> str:
        return self.value if reads_chinese() or not self.label_en else self.label_en


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One field of a schema."""

    key: str
    label: str
    label_en: str = ""
    type: FieldType = FieldType.TEXT
    unit: str = ""
    unit_en: str = ""
    choices: tuple[Option, ...] = ()
    required: bool = False
    help: str = ""
    help_en: str = ""
    filtered: bool = False

    @property
    def localized_label(self) -> str:
        """What the field is called, in the reader's language."""
        return self.label if reads_chinese() or not self.label_en else self.label_en

    @property
    def hint(self) -> str:
        return self.help if reads_chinese() or not self.help_en else self.help_en

    @property
    def measure(self) -> str:
        return self.unit if reads_chinese() or not self.unit_en else self.unit_en

    @property
    def with_unit(self) -> str:
        """What the field is called, with what it is measured in."""
        if not self.measure:
            return self.localized_label
        return gettext("%(name)s (%(unit)s)", name=self.localized_label, unit=self.measure)

    @property
    def name(self) -> str:
        """The name of the field in forms and in remarks: no attribute of a form is called so."""
        return f"p_{self.key}"

    def option(self, value: Any) -> Option | None:
        """Return the choice that a product keeps as `value`, None where it is not offered."""
        return next((option for option in self.choices if option.value == value), None)


def parse(fields: Iterable[Mapping[str, Any]]) -> tuple[Parameter, ...]:
    """Return the fields that a ParameterSchema keeps as JSON."""
    return tuple(
        Parameter(
            **{
                **field,
                "type": FieldType(field["type"]),
                "choices": tuple(Option(**option) for option in field.get("choices", ())),
            }
        )
        for field in fields
    )


def dump(fields: Iterable[Parameter]) -> list[dict[str, Any]]:
    """Return `fields` as a ParameterSchema keeps them."""
    return [
        asdict(field)
        | {"type": field.type.value, "choices": [asdict(option) for option in field.choices]}
        for field in fields
    ]


def fields_of(schema: Any | None) -> tuple[Parameter, ...]:
    """Return the fields of a ParameterSchema; none for None: the category asks nothing."""
    return parse(schema.fields) if schema is not None else ()
