"""Editor of a parameter schema: a form row for each field, added, ordered and removed.

Every button sends the whole form, so the editor works without script: what was typed comes back,
with the row added, moved or gone. Nothing is stored before 'save'.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import wtforms
from flask_babel import lazy_gettext
from wtforms import validators

from forms.base import Form, choices, required
from workflows.parameters import FILTERABLE, OF_CHOICES, TYPE_LABELS, FieldType, Option, Parameter

MOST_ROWS = 60
ROW = re.compile(r"[0-9]{1,3}")
ACT = re.compile(r"(up|down|remove):([0-9]{1,3})")
MEASURED = (FieldType.NUMBER, FieldType.MONEY)
BETWEEN = "|"  # a choice in Chinese, and in English


class RowForm(Form):
    """One field of the schema."""

    key = wtforms.StringField(
        lazy_gettext("Key"),
        validators=[validators.Optional(), validators.Length(max=40)],
        description=lazy_gettext("May be left empty: it is made of the label, and then stays."),
    )
    label = wtforms.StringField(
        lazy_gettext("Label in Chinese"), validators=[required(), validators.Length(max=60)]
    )
    label_en = wtforms.StringField(
        lazy_gettext("Label in English"),
        validators=[validators.Optional(), validators.Length(max=60)],
    )
    type = wtforms.SelectField(
        lazy_gettext("Type"),
        choices=choices((kind.value, words) for kind, words in TYPE_LABELS.items()),
    )
    unit = wtforms.StringField(
        lazy_gettext("Unit in Chinese"),
        validators=[validators.Optional(), validators.Length(max=20)],
    )
    unit_en = wtforms.StringField(
        lazy_gettext("Unit in English"),
        validators=[validators.Optional(), validators.Length(max=20)],
    )
    choices = wtforms.TextAreaField(
        lazy_gettext("Choices"),
        validators=[validators.Optional(), validators.Length(max=5000)],
        description=lazy_gettext("One a line; in English behind a |."),
        render_kw={"rows": 4},
    )
    help = wtforms.StringField(
        lazy_gettext("Help in Chinese"),
        validators=[validators.Optional(), validators.Length(max=200)],
    )
    help_en = wtforms.StringField(
        lazy_gettext("Help in English"),
        validators=[validators.Optional(), validators.Length(max=200)],
    )
    required = wtforms.BooleanField(lazy_gettext("Required"))
    filtered = wtforms.BooleanField(lazy_gettext("Shown in filters"))

    def parameter(self, taken: Sequence[str]) -> Parameter:
        """Return the field that this row describes; `taken` are the keys of the others."""
        kind = FieldType(self.type.data)
        return Parameter(
            key=self.key.data or made_key(self.label_en.data or self.label.data or "", taken),
            label=self.label.data or "",
            label_en=self.label_en.data or "",
            type=kind,
            # what belongs to another type is not kept
            unit=(self.unit.data or "") if kind in MEASURED else "",
            unit_en=(self.unit_en.data or "") if kind in MEASURED else "",
            choices=read_options(self.choices.data or "") if kind in OF_CHOICES else (),
            required=bool(self.required.data),
            help=self.help.data or "",
            help_en=self.help_en.data or "",
            filtered=bool(self.filtered.data) and kind in FILTERABLE,
        )

    @property
    def empty(self) -> bool:
        """Whether nothing was typed: such a row is no field."""
        typed = ("key", "label", "label_en", "choices", "help", "help_en", "unit", "unit_en")
        return not any(self[name].data for name in typed)


def made_key(label: str, taken: Sequence[str]) -> str:
    """Return a key made of a label, Chinese by its sound, that no other field has."""
    from pypinyin import lazy_pinyin  # its dictionary takes long to load

    sounds = "_".join(lazy_pinyin(label)).lower()
    plain = re.sub(r"[^a-z0-9]+", "_", sounds).strip("_")[:32].rstrip("_")
    stem = plain if plain[:1].isalpha() else f"field_{plain}".rstrip("_")
    number, key = 2, stem
    while key in taken:
        key, number = f"{stem}_{number}", number + 1
    return key


def read_options(text: str) -> tuple[Option, ...]:
    """Return the choices of a text of lines."""
    found = []
    for line in text.splitlines():
        value, _, english = line.partition(BETWEEN)
        if value.strip():
            found.append(Option(value.strip()[:60], english.strip()[:60]))
    return tuple(found)


def write_options(options: Sequence[Option]) -> str:
    return "\n".join(
        f"{option.value} {BETWEEN} {option.label_en}" if option.label_en else option.value
        for option in options
    )


def rows_of(fields: Sequence[Parameter]) -> list[RowForm]:
    """Return the rows of the fields of a schema, and an empty one where there are none."""
    rows = [
        RowForm(prefix=f"r{at}-", data=_row_data(field)) for at, field in enumerate(fields)
    ]  # fmt: skip
    return rows or [RowForm(prefix="r0-")]


def _row_data(field: Parameter) -> dict[str, Any]:
    names = ("key", "label", "label_en", "unit", "unit_en", "help", "help_en", "required",
             "filtered")  # fmt: skip
    values = {name: getattr(field, name) for name in names}
    return values | {"type": field.type.value, "choices": write_options(field.choices)}


def sent_rows(sent: Any) -> tuple[list[RowForm], str]:
    """Return the rows of a posted form in their order, after the act of its button.

    Args:
        sent: the posted values: the numbers of the rows in order as "row", fields as "r<n>-name",
            and the button as "act": "save", "add", or "up", "down", "remove" with ":<n>".

    Returns:
        The rows, and "save" where they are to be stored.
    """
    numbers = list(dict.fromkeys(number for number in sent.getlist("row") if ROW.fullmatch(number)))
    numbers = numbers[:MOST_ROWS]
    act = sent.get("act", "save")
    if act == "add" and len(numbers) < MOST_ROWS:
        free = next(str(number) for number in range(1000) if str(number) not in numbers)
        numbers.append(free)
    if (match := ACT.fullmatch(act)) and match[2] in numbers:
        at = numbers.index(match[2])
        if match[1] == "remove":
            del numbers[at]
        else:
            other = at - 1 if match[1] == "up" else at + 1
            if 0 <= other < len(numbers):
                numbers[at], numbers[other] = numbers[other], numbers[at]
    return [RowForm(sent, prefix=f"r{number}-") for number in numbers], act


def parameters_of(rows: Sequence[RowForm]) -> list[Parameter] | None:
    """Return the fields that the rows describe, None where a row has something to correct."""
    kept = [row for row in rows if not row.empty]
    valid = [row.validate() for row in kept]  # a list: every row is checked
    if not all(valid):
        return None
    taken = [row.key.data for row in kept if row.key.data]
    found = []
    for row in kept:
        found.append(row.parameter(taken))
        taken.append(found[-1].key)
    return found
