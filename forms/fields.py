"""The fields of this trade: amounts, numbers, days and moments as people write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import wtforms
from flask_babel import gettext, lazy_gettext, to_user_timezone, to_utc
from wtforms import validators

from forms.contact import half_width

LARGEST_AMOUNT = Decimal("99999999999.99")  # yuan


LARGEST_NUMBER = Decimal(1_000_000_000)


# digits, or digits with commas between thousands; no exponent, no name of a number
NUMBER = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.(?P<after>[0-9]+))?")


def number_in(text: str, places: int) -> Decimal | None:
    """Return the number that `text` writes, or None where it writes none.

    Full-width digits and signs are read, and commas where they part thousands. What Python takes
    for a number but nobody means as one (NaN, Infinity, 1e30, 1_000) is none here, nor are more
    than `places` digits after the point.
    """
    match = NUMBER.fullmatch(half_width(text).strip())
    if match is None or len(match["after"] or "") > places:
        return None
    return Decimal(match[0].replace(",", ""))


class _Read:
    """Mixed into a field: where the text could not be read, nothing is measured."""

    process_errors: Any

    def pre_validate(self, _form: wtforms.Form) -> None:
        if self.process_errors:
            raise validators.StopValidation


class _AmountField(_Read, wtforms.DecimalField):
    """A number as people write it; what was typed stays beside the error."""

    widget = wtforms.widgets.TextInput()  # a number input would refuse the comma before we see it

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:f}"


class MoneyField(_AmountField):
    """An amount in yuan: '1,234.50' and full-width digits are read, NaN and 1e30 refused.

    `zero` takes an amount of nothing too: a price may be free of charge.
    """

    def __init__(self, *args: Any, zero: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lowest = Decimal(0) if zero else Decimal("0.01")

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        text = half_width(valuelist[0]).strip().lstrip("¥").rstrip("元")
        amount = number_in(text, places=2)
        if amount is None or amount.is_signed():
            raise ValueError(gettext("Give an amount in yuan, such as 12000 or 12,000.50."))
        if not self.lowest <= amount <= LARGEST_AMOUNT:
            raise ValueError(gettext("The amount is out of range."))
        self.data = amount


class LocalDateTimeField(wtforms.DateTimeLocalField):
    """A moment, shown and read in the reader's time zone, stored in UTC."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **options)

    def process_data(self, value: datetime | None) -> None:
        self.data = to_user_timezone(value).replace(tzinfo=None) if value else None

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([half_width(text) for text in valuelist])
        except ValueError as error:
            raise ValueError(gettext("Give a day and a time, such as 2026-09-01 09:00.")) from error

    def moment(self) -> datetime | None:
        """Return what was given as an aware moment in UTC."""
        return to_utc(self.data).replace(tzinfo=UTC) if self.data else None


class NumberField(_AmountField):
    """A number with up to four decimals, of a size that something countable has."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        number = number_in(valuelist[0], places=4)
        if number is None:
            raise ValueError(gettext("Give a number, such as 12 or 1,234.5."))
        if abs(number) > LARGEST_NUMBER:
            raise ValueError(gettext("The number is out of range."))
        self.data = number


class DayField(_Read, wtforms.DateField):
    """A day of this or a neighbouring century; full-width digits are read."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        text = half_width(valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
        if day is None or not 1900 <= day.year <= 2199:
            raise ValueError(gettext("Give a day, such as 2026-01-31."))
        self.data = day


class WholeField(_Read, wtforms.IntegerField):
    """A whole number; full-width digits are read, and what is no number gets a message."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = half_width(valuelist[0]).strip() if valuelist else ""
        if text and not (text.isascii() and text.isdigit() and len(text) <= 9):
            self.data = None
            raise ValueError(gettext("Give a whole number."))
        self.data = int(text) if text else None


ACCEPT = ".pdf,.jpg,.jpeg,.png"  # for the file chooser; uploads/checks.py reads the content


FILE_HINT = lazy_gettext("PDF, JPEG or PNG, up to 10 MB.")


class TicksField(wtforms.SelectMultipleField):
    """Boxes to tick: any number of what there is to choose from."""

    widget = wtforms.widgets.ListWidget(prefix_label=False)
    option_widget = wtforms.widgets.CheckboxInput()
