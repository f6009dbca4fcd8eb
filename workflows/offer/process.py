"""Transition table of an offer of a regular product (常规产品): listed, delisted, taken down.

Nobody reviews it. The platform can take it down, and lift that: the offer is then delisted, and
the institution itself lists it again, so that nothing is published in its name.
"""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import CatalogueItem, Institution, OfferStatus, RegularOffer
from workflows.engine import Process, Transition, columns, parents, register
from workflows.offer import notices, rules

S = OfferStatus
ABOVE = (("institution_id", Institution), ("item_id", CatalogueItem))

offers = register(
    Process[RegularOffer](
        model=RegularOffer,
        context=notices.context,
        loads=(joinedload(RegularOffer.institution), joinedload(RegularOffer.item)),
        transitions=(
            Transition(
                name="list",
                label=lazy_gettext("List"),
                done=lazy_gettext("Listed"),
                source=frozenset(),
                target=S.LISTED,
                by=access.works_for,
                guard=rules.may_be_listed,
                conflicts={"uq_regular_offer_institution_id_item_id": rules.ALREADY_OFFERED},
            ),
            Transition(
                name="relist",
                label=lazy_gettext("List again"),
                done=lazy_gettext("Listed again"),
                locks=parents(RegularOffer, *ABOVE, read=True),
                source=frozenset({S.DELISTED}),
                target=S.LISTED,
                by=access.works_for,
                guard=rules.may_be_listed,
            ),
            Transition(
                name="delist",
                label=lazy_gettext("Delist"),
                done=lazy_gettext("Delisted"),
                source=frozenset({S.LISTED}),
                target=S.DELISTED,
                by=access.works_for,
                tone="danger",
                confirm=True,
            ),
            Transition(
                name="take_down",
                label=lazy_gettext("Take down"),
                done=lazy_gettext("Taken down by the platform"),
                source=frozenset({S.LISTED, S.DELISTED}),
                target=S.TAKEN_DOWN,
                by=access.sanctions,
                asks=ReasonForm,
                sets=columns.reason,
                notices=(notices.notify_institution("offer_taken_down"),),
                tone="danger",
            ),
            Transition(
                name="lift",
                label=lazy_gettext("Lift the take-down"),
                done=lazy_gettext("Take-down lifted"),
                source=frozenset({S.TAKEN_DOWN}),
                target=S.DELISTED,
                by=access.sanctions,
                sets=columns.constant(reason=None),
                notices=(notices.notify_institution("offer_lifted"),),
                confirm=True,
            ),
            # the catalogue's steps, not the offer's own: catalogue/retiring.py takes them
            Transition(
                name="item_retired",
                label=lazy_gettext("The platform retired this product"),
                done=lazy_gettext("The platform retired this product"),
                source=frozenset({S.LISTED}),
                target=None,
                by=access.edits_content,
                notices=(notices.notify_institution("offer_item_retired"),),
                button=False,
            ),
            Transition(
                name="item_restored",
                label=lazy_gettext("The product is back in the catalogue"),
                done=lazy_gettext("The product is back in the catalogue"),
                source=frozenset({S.LISTED}),
                target=None,
                by=access.edits_content,
                notices=(notices.notify_institution("offer_item_restored"),),
                button=False,
            ),
        ),
    )
)
