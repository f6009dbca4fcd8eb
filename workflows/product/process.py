"""A featured product's life (特色产品): written, reviewed, listed and delisted by its institution.

What was reviewed changes by a ProductChange (product_changes.py) once it is approved. The platform
can take it down and lift that: it is then delisted, and the institution lists it again itself.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from core.clock import now
from forms.base import ReasonForm, ReturnForm
from models import FeaturedProduct, ProductStatus, User
from workflows.engine import Process, Transition, columns, register
from workflows.engine.notices import Notice, reviewers
from workflows.product.files import files_of, keep
from workflows.product.notices import context, tell_institution, to_queue
from workflows.product.rules import (
    OPEN,
    handed_in,
    may_be_listed,
    may_be_submitted,
    remarks_on_record,
    sent_back,
)
from workflows.product.text import whole_text

S = ProductStatus


def as_handed_in(row: FeaturedProduct, _answers: Any) -> dict[str, Any]:
    """What the journal keeps of a submission, so that the next one can be compared with it."""
    return {"snapshot": whole_text(row)}


def without_files(rows: list[FeaturedProduct], actor: User, _answers: Any) -> None:
    """The files of what is given up go; its words stay in the journal."""
    for row in rows:
        keep(row, actor, gone=[one.id for one in files_of(row)])


featured = register(
    Process(
        model=FeaturedProduct,
        context=context,
        loads=(
            joinedload(FeaturedProduct.institution),
            joinedload(FeaturedProduct.category),
            joinedload(FeaturedProduct.schema),
            joinedload(FeaturedProduct.author),
        ),
        transitions=(
            Transition(
                name="start",
                label=lazy_gettext("New featured product"),
                source=frozenset(),
                target=S.DRAFT,
                by=access.works_for,
            ),
            Transition(
                name="submit",
                label=lazy_gettext("Submit for review"),
                source=OPEN,
                target=S.SUBMITTED,
                by=access.works_for,
                guard=may_be_submitted,
                sets=handed_in,
                records=as_handed_in,
                tells=(Notice(template="product_waiting", to=reviewers, link=to_queue),),
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Take back to edit"),
                source=frozenset({S.SUBMITTED}),
                target=S.DRAFT,
                by=access.works_for,
                tone="secondary",
                confirm=True,
            ),
            Transition(
                name="discard",
                label=lazy_gettext("Delete"),
                source=OPEN,
                target=S.DISCARDED,
                by=access.works_for,
                then=without_files,
                tone="danger",
                confirm=True,
            ),
            Transition(
                name="approve",
                label=lazy_gettext("Approve"),
                source=frozenset({S.SUBMITTED}),
                target=S.APPROVED,
                by=access.reviews,
                sets=lambda _answers, _actor: {"approved_at": now(), "remarks": {}, "reason": None},
                tells=(tell_institution("product_approved"),),
            ),
            Transition(
                name="return",
                label=lazy_gettext("Return for correction"),
                source=frozenset({S.SUBMITTED}),
                target=S.RETURNED,
                by=access.reviews,
                asks=ReturnForm,
                sets=sent_back,
                records=remarks_on_record,
                tells=(tell_institution("product_returned"),),
                tone="secondary",
            ),
            Transition(
                name="reject",
                label=lazy_gettext("Reject"),
                source=frozenset({S.SUBMITTED}),
                target=S.REJECTED,
                by=access.reviews,
                asks=ReasonForm,
                sets=sent_back,
                tells=(tell_institution("product_rejected"),),
                tone="danger",
            ),
            Transition(
                name="list",
                label=lazy_gettext("List"),
                source=frozenset({S.APPROVED, S.DELISTED}),
                target=S.LISTED,
                by=access.works_for,
                guard=may_be_listed,
                sets=lambda _answers, _actor: {"listed_at": now()},
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
                source=frozenset({S.APPROVED, S.LISTED, S.DELISTED}),
                target=S.TAKEN_DOWN,
                by=access.is_administrator,
                asks=ReasonForm,
                sets=columns.reason,
                tells=(tell_institution("offer_taken_down"),),
                tone="danger",
            ),
            Transition(
                name="lift",
                label=lazy_gettext("Lift the take-down"),
                source=frozenset({S.TAKEN_DOWN}),
                target=S.DELISTED,
                by=access.is_administrator,
                sets=lambda _answers, _actor: {"reason": None},
                tells=(tell_institution("offer_lifted"),),
                confirm=True,
            ),
        ),
    )
)
