"""An institution's offer of a regular product (常规产品): listed, delisted, listed again.

Nobody reviews it. The platform can take it down, and lift that: the offer is then delisted, and
the institution itself lists it again, so that nothing is published in its name.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from database import db
from models import (
    CatalogueItem,
    Institution,
    InstitutionStatus,
    OfferStatus,
    RegularOffer,
)
from workflows.demand_rules import institution_people
from workflows.engine import Process, Transition, Words, register
from workflows.forms import ReasonForm
from workflows.notices import Notice

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


def to_workbench(row: RegularOffer) -> str:
    return f"/workbench/offer/details/?id={row.id}"


def context(row: RegularOffer) -> dict[str, Any]:
    return {"product": row.item.name, "institution": row.institution.name}


offers = register(
    Process(
        model=RegularOffer,
        context=context,
        loads=(joinedload(RegularOffer.institution), joinedload(RegularOffer.item)),
        transitions=(
            Transition(
                name="list",
                label=lazy_gettext("List"),
                source=frozenset(),
                target=S.LISTED,
                by=access.works_for,
                guard=may_be_listed,
                conflicts={"regular_offer": ALREADY_OFFERED},
            ),
            Transition(
                name="relist",
                label=lazy_gettext("List again"),
                source=frozenset({S.DELISTED}),
                target=S.LISTED,
                by=access.works_for,
                guard=may_be_listed,
            ),
            Transition(
                name="delist",
                label=lazy_gettext("Delist"),
                source=frozenset({S.LISTED}),
                target=S.DELISTED,
                by=access.works_for,
                tone="danger",
                confirm=True,
            ),
            Transition(
                name="take_down",
                label=lazy_gettext("Take down"),
                source=frozenset({S.LISTED, S.DELISTED}),
                target=S.TAKEN_DOWN,
                by=access.is_administrator,
                asks=ReasonForm,
                sets=lambda answers, _actor: {"reason": answers["reason"]},
                tells=(
                    Notice(template="offer_taken_down", to=institution_people, link=to_workbench),
                ),
                tone="danger",
            ),
            Transition(
                name="lift",
                label=lazy_gettext("Lift the take-down"),
                source=frozenset({S.TAKEN_DOWN}),
                target=S.DELISTED,
                by=access.is_administrator,
                sets=lambda _answers, _actor: {"reason": None},
                tells=(Notice(template="offer_lifted", to=institution_people, link=to_workbench),),
                confirm=True,
            ),
            # the catalogue's steps, not the offer's own: catalogue_end.py takes them
            Transition(
                name="item_retired",
                label=lazy_gettext("The platform retired this product"),
                source=frozenset({S.LISTED}),
                target=None,
                by=access.is_administrator,
                tells=(
                    Notice(template="offer_item_retired", to=institution_people, link=to_workbench),
                ),
            ),
            Transition(
                name="item_restored",
                label=lazy_gettext("The product is back in the catalogue"),
                source=frozenset({S.LISTED}),
                target=None,
                by=access.is_administrator,
                tells=(
                    Notice(
                        template="offer_item_restored", to=institution_people, link=to_workbench
                    ),
                ),
            ),
        ),
    )
)
