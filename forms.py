"""What every form shares: translated messages, trimmed text, and the fields of this trade.

Plain WTForms: CSRFProtect guards every changing request, so a form never needs the request.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import wtforms
from flask_babel import gettext, lazy_gettext, to_user_timezone, to_utc
from wtforms import validators
from wtforms.fields.choices import SelectChoice

LARGEST_AMOUNT = Decimal("99999999999.99")  # yuan
LARGEST_NUMBER = Decimal(1_000_000_000)
# digits, or digits with commas between thousands; no exponent, no name of a number
NUMBER = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.(?P<after>[0-9]+))?")
MOBILE = re.compile(r"^(?:\+?86[- ]?)?1[3-9]\d{9}$")
LANDLINE = re.compile(
    r"^(?:(?:\+?86[- ]?)?0\d{2,3}[- ]?\d{7,8}|400[- ]?\d{3,4}[- ]?\d{3,4}|\d{7,8})"
    r"(?:(?:[-*#]|转|[ ]?ext\.?[ ]?)\d{1,6})?$"
)


class _Babel:
    """WTForms' own messages, through our catalog."""

    def gettext(self, text: str) -> str:
        return gettext(text)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return gettext(one if n == 1 else many)


def trimmed(value: Any) -> Any:
    """Take the spaces off both ends, and out the NULs that a database refuses in text."""
    return value.replace("\x00", "").strip() if isinstance(value, str) else value


def one_line(value: Any) -> Any:
    """Fold line breaks and runs of spaces: a title also stands in the subject of a mail."""
    return " ".join(value.split()) if isinstance(value, str) else value


class Form(wtforms.Form):
    """The base of every form in the house."""

    class Meta(wtforms.Form.Meta):
        def get_translations(self, _form: wtforms.Form) -> _Babel:
            return _Babel()

        def bind_field(self, form: Any, unbound: Any, options: dict[str, Any]) -> Any:
            if issubclass(unbound.field_class, wtforms.StringField):
                filters = list(unbound.kwargs.get("filters", []))
                if trimmed not in filters:
                    unbound.kwargs["filters"] = [trimmed, *filters]
            return unbound.bind(form=form, **options)


def half_width(text: str) -> str:
    """Return `text` with full-width digits, letters and signs as plain ones (NFKC)."""
    return unicodedata.normalize("NFKC", text)


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


class _AmountField(wtforms.DecimalField):
    """A number as people write it; what was typed is kept beside the error."""

    widget = wtforms.widgets.TextInput()  # a number input would refuse the comma before we see it

    def pre_validate(self, _form: wtforms.Form) -> None:
        if self.process_errors:  # nothing to measure
            raise validators.StopValidation

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
    """A moment, shown and read in the reader's time zone, kept in UTC."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **options)

    def process_data(self, value: datetime | None) -> None:
        self.data = to_user_timezone(value).replace(tzinfo=None) if value else None

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata([half_width(one) for one in valuelist])
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


class DayField(wtforms.DateField):
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

    def pre_validate(self, _form: wtforms.Form) -> None:
        if self.process_errors:  # nothing to measure
            raise validators.StopValidation


def choices(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Return (value, label) pairs as WTForms' choices."""
    return [SelectChoice(value=value, label=label) for value, label in pairs]


def phone_number(_form: wtforms.Form, field: wtforms.Field) -> None:
    """A Chinese mobile or landline number, a 400 number, with or without an extension."""
    field.data = half_width(field.data or "")
    if not (MOBILE.match(field.data) or LANDLINE.match(field.data)):
        raise validators.ValidationError(
            gettext("Give a mobile or telephone number, such as 13812345678 or 0512-67068048.")
        )


def mobile_number(_form: wtforms.Form, field: wtforms.Field) -> None:
    """A Chinese mobile number."""
    field.data = half_width(field.data or "")
    if not MOBILE.match(field.data):
        raise validators.ValidationError(gettext("Give a mobile number, such as 13812345678."))


def email_address() -> list[Any]:
    """Validators of an e-mail address."""
    return [
        validators.Length(max=254),
        validators.Email(message=lazy_gettext("Give an e-mail address, such as li@example.com.")),
    ]


def required(message: Any = None) -> validators.DataRequired:
    return validators.DataRequired(message or lazy_gettext("Please fill this in."))


def new_key() -> str:
    """Return a key that makes a form post once."""
    return str(uuid.uuid4())


def kept_key(value: str | None) -> str:
    """Return the key that the form came with where it is one of ours, else a new one."""
    try:
        return str(uuid.UUID(value or ""))
    except ValueError:
        return new_key()


class ReasonForm(Form):
    """Why: read by the person on the other side."""

    reason = wtforms.TextAreaField(
        lazy_gettext("Reason"), validators=[required(), validators.Length(max=2000)]
    )
