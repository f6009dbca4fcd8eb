"""Guards of an offer of a regular product: listing it, and demands for it."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext

from core.database import db
from models import CatalogueItem, OfferStatus, RegularOffer
from workflows.engine import Words, for_all_rows
from workflows.product.rules import certified_among

S = OfferStatus
_item = CatalogueItem.__table__
ALREADY_OFFERED: Words = lazy_gettext("Your institution offers this product already.")
NO_LONGER_OFFERED: Words = lazy_gettext(
    "This product is no longer offered, so it takes no new demands."
)


@for_all_rows
def may_be_listed(offers: Sequence[RegularOffer]) -> dict[int, Words]:
    """Guard: only a certified institution lists, and only what the catalogue still has.

    The share locks keep a suspension and a retirement of the same moment from slipping in between.
    """
    certified = certified_among({offer.institution_id for offer in offers})
    items = db.session.execute(
        sa.select(_item.c.id, _item.c.retired)
        .where(_item.c.id.in_({offer.item_id for offer in offers}))
        .order_by(_item.c.id)
        .with_for_update(read=True)
    )
    offered = {item.id for item in items if not item.retired}
    found: dict[int, Words] = {}
    for offer in offers:
        if offer.institution_id not in certified:
            found[offer.id] = lazy_gettext("While suspended you cannot list anything.")
        elif offer.item_id not in offered:
            found[offer.id] = lazy_gettext(
                "The platform no longer has this product in its catalogue."
            )
    return found


def takes_demands(offer_id: int | None) -> Words | None:
    """Return why an offer takes no demand now, None where it does.

    Read anew under a share lock: whoever delists it waits, or has been and is seen here.
    """
    offer = db.session.get(
        RegularOffer, offer_id, with_for_update={"read": True}, populate_existing=True
    )
    if offer is None or offer.status is not S.LISTED:
        return NO_LONGER_OFFERED
    retired = sa.select(CatalogueItem.retired).where(CatalogueItem.id == offer.item_id)
    return NO_LONGER_OFFERED if db.session.scalar(retired) else None
