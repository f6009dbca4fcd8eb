"""Forms of an offer of a regular product, one or a page of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import wtforms
from flask_babel import lazy_gettext
from wtforms import validators

from forms.price import PriceForm
from models import CatalogueItem


class OfferForm(PriceForm):
    """Price, duration and remarks of an offer."""

    duration = wtforms.StringField(
        lazy_gettext("Duration"),
        validators=[validators.Optional(), validators.Length(max=200)],
        description=lazy_gettext("How long it usually takes, such as 10 working days."),
    )
    remark = wtforms.TextAreaField(
        lazy_gettext("Notes for enterprises"),
        validators=[validators.Optional(), validators.Length(max=2000)],
        description=lazy_gettext("What an enterprise should know of your offer."),
        render_kw={"rows": 3},
    )

    def values(self) -> dict[str, Any]:
        """Return the columns of an offer out of a valid form."""
        return self.price() | {
            "duration": self.duration.data or "",
            "remark": self.remark.data or "",
        }


def offer_forms(items: Iterable[CatalogueItem], formdata: Any = None) -> dict[int, OfferForm]:
    """Return a form for each item, all of one page; a fresh one starts as the catalogue says."""
    return {
        item.id: OfferForm(
            formdata,
            prefix=f"item{item.id}-",
            data={"duration": item.duration, "price_unit": item.price_unit},
        )
        for item in items
    }
