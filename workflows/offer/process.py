"""An institution's offer of a regular product (常规产品): listed, delisted, listed again.

Nobody reviews it. The platform can take it down, and lift that: the offer is then delisted, and
the institution itself lists it again, so that nothing is published in its name.
"""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import CatalogueItem, Institution, NoticeKind, OfferStatus, RegularOffer
from workflows.engine import Process, Transition, columns, parents, register
from workflows.engine.notices import Notice
from workflows.engine.recipients import institution_people
from workflows.offer.notices import context, to_workbench
from workflows.offer.rules import ALREADY_OFFERED, may_be_listed

S = OfferStatus
ABOVE = (("institution_id", Institution), ("item_id", CatalogueItem))

offers = register(
    Process[RegularOffer](
        model=RegularOffer,
        context=context,
        loads=(joinedload(RegularOffer.institution), joinedload(RegularOffer.item)),
        transitions=(
            Transition(
                name="list",
                label=lazy_gettext("List"),
                done=lazy_gettext("Listed"),
                source=frozenset(),
                target=S.LISTED,
                by=access.works_for,
                guard=may_be_listed,
                conflicts={"uq_regular_offer_institution_id_item_id": ALREADY_OFFERED},
            ),
            Transition(
                name="relist",
                label=lazy_gettext("List again"),
                done=lazy_gettext("Listed again"),
                locks=parents(RegularOffer, *ABOVE, read=True),
                source=frozenset({S.DELISTED}),
                target=S.LISTED,
                by=access.works_for,
                guard=may_be_listed,
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
                by=access.is_administrator,
                asks=ReasonForm,
                sets=columns.reason,
                notices=(
                    Notice(
                        template="offer_taken_down",
                        kind=NoticeKind.PRODUCT,
                        recipients=institution_people,
                        link=to_workbench,
                    ),
                ),
                tone="danger",
            ),
            Transition(
                name="lift",
                label=lazy_gettext("Lift the take-down"),
                done=lazy_gettext("Take-down lifted"),
                source=frozenset({S.TAKEN_DOWN}),
                target=S.DELISTED,
                by=access.is_administrator,
                sets=lambda _answers, _actor: {"reason": None},
                notices=(
                    Notice(
                        template="offer_lifted",
                        kind=NoticeKind.PRODUCT,
                        recipients=institution_people,
                        link=to_workbench,
                    ),
                ),
                confirm=True,
            ),
            # the catalogue's steps, not the offer's own: catalogue_end.py takes them
            Transition(
                name="item_retired",
                label=lazy_gettext("The platform retired this product"),
                done=lazy_gettext("The platform retired this product"),
                source=frozenset({S.LISTED}),
                target=None,
                by=access.is_administrator,
                notices=(
                    Notice(
                        template="offer_item_retired",
                        kind=NoticeKind.PRODUCT,
                        recipients=institution_people,
                        link=to_workbench,
                    ),
                ),
                button=False,
            ),
            Transition(
                name="item_restored",
                label=lazy_gettext("The product is back in the catalogue"),
                done=lazy_gettext("The product is back in the catalogue"),
                source=frozenset({S.LISTED}),
                target=None,
                by=access.is_administrator,
                notices=(
                    Notice(
                        template="offer_item_restored",
                        kind=NoticeKind.PRODUCT,
                        recipients=institution_people,
                        link=to_workbench,
                    ),
                ),
                button=False,
            ),
        ),
    )
)
