"""Targets of a demand beside the institution: a consultant, a product, an offer; with guards.

A kind of target is a column of the demand, a word for the reader, and a check that it takes
demands today. `Demand.asked_for` keeps {"kind", "id", "name", ...} as it stood that day.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask_babel import LazyString, lazy_gettext

from core.database import db
from models import (
    Affiliation,
    AffiliationStatus,
    Demand,
    FeaturedProduct,
    Institution,
    InstitutionStatus,
    ProductStatus,
)
from workflows.engine import Words
from workflows.offer import rules as offer_rules
from workflows.offer.rules import NO_LONGER_OFFERED

NOT_LINKED = lazy_gettext("This consultant speaks for no institution at present.")

KINDS: Mapping[str, LazyString] = {
    "consultant": lazy_gettext("Service consultant"),
    "product": lazy_gettext("Featured product"),
    "offer": lazy_gettext("Regular product"),
}


def consultant_linked(demand: Demand) -> Words | None:
    """Why the consultant that `demand` names takes none; locked against an unlink just now."""
    link = db.session.get(
        Affiliation, demand.affiliation_id, with_for_update={"read": True}, populate_existing=True
    )
    if link is None or link.status is not AffiliationStatus.LINKED:
        return NOT_LINKED
    return None


def product_listed(demand: Demand) -> Words | None:
    """Why the product that `demand` names takes none; locked against a delisting just now."""
    product = db.session.get(
        FeaturedProduct, demand.product_id, with_for_update={"read": True}, populate_existing=True
    )
    if product is None or product.status is not ProductStatus.LISTED:
        return NO_LONGER_OFFERED
    return None


def offer_listed(demand: Demand) -> Words | None:
    """Why the offer that `demand` names takes none; locked against a delisting just now."""
    return offer_rules.takes_demands(demand.offer_id)


# column of the demand -> why what it names takes no demand
CHECKS: Mapping[str, Callable[[Demand], Words | None]] = {
    "affiliation_id": consultant_linked,
    "product_id": product_listed,
    "offer_id": offer_listed,
}


def takes_demands(demand: Demand) -> Words | None:
    """Guard: a certified institution takes new demands, for what it offers today.

    The share lock keeps a suspension of the same moment from slipping in between.
    """
    institution = db.session.get(
        Institution, demand.institution_id, with_for_update={"read": True}, populate_existing=True
    )
    if institution is None or institution.status is not InstitutionStatus.CERTIFIED:
        return lazy_gettext("This institution takes no new demands at present.")
    for column, check in CHECKS.items():
        if getattr(demand, column) is not None and (words := check(demand)) is not None:
            return words
    return None


def asked_for(demand: Demand) -> tuple[LazyString, str] | None:
    """Return what was asked for beside the institution, as (kind, name); None for itself."""
    snapshot = demand.asked_for or {}
    label = KINDS.get(snapshot.get("kind", ""))
    return (label, snapshot["name"]) if label is not None else None
