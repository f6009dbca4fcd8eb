"""The rules of an offer of a regular product: what stands against listing it, and asking for it."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext

from core.database import db
from models import (
    CatalogueItem,
    Institution,
    InstitutionStatus,
    OfferStatus,
    RegularOffer,
)
from workflows.engine import Words

S = OfferStatus


ALREADY_OFFERED: Words = lazy_gettext("Your institution offers this product already.")


NO_LONGER_OFFERED: Words = lazy_gettext(
    "This product is no longer offered, so it takes no new demands."
)


def may_be_listed(offer: RegularOffer) -> Words | None:
    """Guard: only a certified institution lists, and only what the catalogue still has.

    The share locks keep a suspension and a retirement of the same moment from slipping in between.
    """
    read = {"read": True}
    institution = db.session.get(
        Institution, offer.institution_id, with_for_update=read, populate_existing=True
    )
    if institution is None or institution.status is not InstitutionStatus.CERTIFIED:
        return lazy_gettext("While suspended you cannot list anything.")
    item = db.session.get(
        CatalogueItem, offer.item_id, with_for_update=read, populate_existing=True
    )
    if item is None or item.retired:
        return lazy_gettext("The platform no longer has this product in its catalogue.")
    return None


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
