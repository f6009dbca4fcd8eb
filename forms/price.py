"""A price as people give and read it: one amount, a range, or by agreement.

The same part of a form, and the same words, for the catalogue, for offers and for products."""

from __future__ import annotations

from typing import Any

import wtforms
from flask_babel import gettext, lazy_gettext
from wtforms import validators

import labels
from forms.base import Form, choices
from forms.fields import MoneyField
from models import PriceKind

COLUMNS = ("price_kind", "price_from", "price_to", "price_unit")


class PriceForm(Form):
    """The part of a form that asks for a price. Mix it into a form, and read `price()`."""

    price_kind = wtforms.RadioField(
        lazy_gettext("Price"),
        choices=choices((kind.value, labels.label(kind)) for kind in PriceKind),
        default=PriceKind.AGREEMENT.value,
        coerce=lambda value: str(getattr(value, "value", value) or ""),
    )
    price_from = MoneyField(
        lazy_gettext("Amount, or the lower one (yuan)"),
        validators=[validators.Optional()],
        zero=True,
        description=lazy_gettext("0 is free of charge. Empty where the price is by agreement."),
        render_kw={"inputmode": "decimal"},
    )
    price_to = MoneyField(
        lazy_gettext("Upper amount (yuan)"),
        validators=[validators.Optional()],
        zero=True,
        description=lazy_gettext("Of a price range."),
        render_kw={"inputmode": "decimal"},
    )
    price_unit = wtforms.StringField(
        lazy_gettext("What the price buys"),
        validators=[validators.Optional(), validators.Length(max=64)],
        description=lazy_gettext("Such as a case, a year or a person. May be left empty."),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """As ever, and the amounts that belong to the kind; what does not belong gets a message."""
        valid = super().validate(extra_validators)
        fitting = {
            PriceKind.AGREEMENT: self._by_agreement,
            PriceKind.FIXED: self._fixed,
            PriceKind.RANGE: self._range,
        }.get(self.price_kind.data)
        return (fitting() if fitting else False) and valid

    def _by_agreement(self) -> bool:
        words = gettext("By agreement there is no amount: leave this empty.")
        low = _empty(self.price_from, words)
        return _empty(self.price_to, words) and low

    def _fixed(self) -> bool:
        low = _filled(self.price_from)
        words = gettext("A fixed price is one amount: leave this empty.")
        return _empty(self.price_to, words) and low

    def _range(self) -> bool:
        low = _filled(self.price_from)
        if not (_filled(self.price_to) and low):
            return False
        if (self.price_to.data or 0) > (self.price_from.data or 0):
            return True
        return _object(
            self.price_to, gettext("The upper amount has to be more than the lower one.")
        )

    def price(self) -> dict[str, Any]:
        """Return the columns of `Priced` out of a valid form."""
        return {
            "price_kind": PriceKind(self.price_kind.data),
            "price_from": self.price_from.data,
            "price_to": self.price_to.data,
            "price_unit": self.price_unit.data or "",
        }


def _empty(field: Any, words: str) -> bool:
    return _object(field, words) if field.data is not None else not field.errors


def _filled(field: Any) -> bool:
    if field.data is None and not field.errors:
        return _object(field, gettext("Please fill this in."))
    return not field.errors


def _object(field: Any, words: str) -> bool:
    field.errors = [*field.errors, words]
    return False
