"""A price as people read it: one amount, a range, or by agreement."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext

import labels
from i18n.locales import money
from models import PriceKind


def price_text(row: Any) -> str:
    """Return the price of a Priced row, or of any row with its columns, as a reader reads it."""
    if row.price_kind is PriceKind.AGREEMENT:
        return str(labels.label(PriceKind.AGREEMENT))
    if row.price_kind is PriceKind.RANGE:
        text = f"{money(row.price_from)} ~ {money(row.price_to)}"
    elif row.price_from == 0:
        return gettext("Free of charge")
    else:
        text = money(row.price_from)
    return f"{text} / {row.price_unit}" if row.price_unit else text
