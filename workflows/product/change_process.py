"""A change of what was reviewed of a featured product, waiting beside the public version.

Name, summary, description, category, parameters, cover and attachments wait here; price and
consultants in charge change at once (product_terms.py). One change at a time.
"""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm, ReturnForm
from models import FeaturedProduct, ProductChange, ProductChangeStatus
from workflows.engine import Process, Transition, register
from workflows.engine.notices import Notice, reviewers
from workflows.product.change_rules import (
    NOT_OVER,
    OPEN,
    UNDER_WAY,
    apply,
    compared,
    may_be_submitted,
    may_begin,
)
from workflows.product.notices import context, tell_institution, to_queue
from workflows.product.rules import handed_in, ours, remarks_on_record, sent_back
from workflows.product.text import whole_text

S = ProductChangeStatus

product_changes = register(
    Process(
        model=ProductChange,
        context=context,
        loads=(
            joinedload(ProductChange.product).joinedload(FeaturedProduct.institution),
            joinedload(ProductChange.product).joinedload(FeaturedProduct.category),
            joinedload(ProductChange.product).joinedload(FeaturedProduct.schema),
            joinedload(ProductChange.category),
            joinedload(ProductChange.schema),
            joinedload(ProductChange.author),
        ),
        transitions=(
            Transition(
                name="start",
                label=lazy_gettext("Change the product"),
                source=frozenset(),
                target=S.DRAFT,
                by=ours,
                guard=may_begin,
                conflicts={"uq_product_change_open": UNDER_WAY},
            ),
            Transition(
                name="submit",
                label=lazy_gettext("Submit for review"),
                source=OPEN,
                target=S.SUBMITTED,
                by=ours,
                guard=may_be_submitted,
                sets=handed_in,
                records=lambda row, _answers: {"snapshot": whole_text(row)},
                tells=(Notice(template="product_change_waiting", to=reviewers, link=to_queue),),
                conflicts={"uq_product_change_open": UNDER_WAY},
            ),
            Transition(
                name="recall",
                label=lazy_gettext("Take back to edit"),
                source=frozenset({S.SUBMITTED}),
                target=S.DRAFT,
                by=ours,
                tone="secondary",
                confirm=True,
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Drop the change"),
                source=NOT_OVER,
                target=S.WITHDRAWN,
                by=ours,
                tone="danger",
                confirm=True,
            ),
            Transition(
                name="approve",
                label=lazy_gettext("Approve"),
                source=frozenset({S.SUBMITTED}),
                target=S.APPROVED,
                by=access.reviews,
                sets=lambda _answers, _actor: {"remarks": {}, "reason": None},
                records=compared,
                tells=(tell_institution("product_change_approved"),),
                then=apply,
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
                tells=(tell_institution("product_change_returned"),),
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
                tells=(tell_institution("product_change_rejected"),),
                tone="danger",
            ),
        ),
    )
)
