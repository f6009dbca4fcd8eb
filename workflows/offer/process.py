"""An institution's offer of a regular product (常规产品): listed, delisted, listed again.

Nobody reviews it. The platform can take it down, and lift that: the offer is then delisted, and
the institution itself lists it again, so that nothing is published in its name.
"""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import OfferStatus, RegularOffer
from workflows.engine import Process, Transition, columns, register
from workflows.engine.notices import Notice
from workflows.engine.recipients import institution_people
from workflows.offer.notices import context, to_workbench
from workflows.offer.rules import ALREADY_OFFERED, may_be_listed

S = OfferStatus

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
                sets=columns.reason,
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
