"""Forms of an offer of a regular product, one or a page of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import wtforms
from flask_babel import lazy_gettext
from sqlalchemy.exc import IntegrityError
from wtforms import validators

from forms.price import PriceForm
from models import CatalogueItem, RegularOffer, User
from workflows import engine
from workflows.engine import Words
from workflows.offer.rules import ALREADY_OFFERED


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


def list_all(
    institution_id: int, filled: Mapping[int, OfferForm], actor: User
) -> tuple[list[int], dict[int, Words]]:
    """List the items of `filled` for an institution, in the caller's unit of work.

    One that is refused never sinks the others.

    Returns:
        Ids of the items that were listed, and the others with the reason why not.

    Raises:
        PermissionError: the actor does not work for the institution.
    """
    done: list[int] = []
    refused: dict[int, Words] = {}
    for item_id, form in filled.items():
        offer = RegularOffer(institution_id=institution_id, item_id=item_id, **form.values())
        try:
            engine.create(offer, "list", actor)
            done.append(item_id)
        except IntegrityError:  # a savepoint: the others stay
            refused[item_id] = ALREADY_OFFERED
        except ValueError as error:
            refused[item_id] = str(error)
    return done, refused
