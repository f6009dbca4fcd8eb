"""A change of what was reviewed of a featured product, waiting beside the public version.

Name, summary, description, category, parameters, cover and attachments wait here; price and
consultants in charge change at once (product_terms.py). One change at a time.
"""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

from models import (
    FeaturedProduct,
    NoticeKind,
    ProductChange,
    ProductChangeStatus,
)
from workflows.engine import Process, Transition, parents, register
from workflows.engine.decisions import Decision, decisions
from workflows.engine.notices import Notice, reviewers
from workflows.product.change_rules import (
    NOT_OVER,
    OPEN,
    UNDER_WAY,
    apply,
    compared,
    hold_institutions,
    may_be_submitted,
    may_begin,
)
from workflows.product.notices import context, notify_institution, to_queue
from workflows.product.rules import handed_in, sent_back, works_for_product
from workflows.product.text import whole_text

S = ProductChangeStatus

product_changes = register(
    Process[ProductChange](
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
                done=lazy_gettext("Change begun"),
                source=frozenset(),
                target=S.DRAFT,
                by=works_for_product,
                guard=may_begin,
                conflicts={"uq_product_change_open": UNDER_WAY},
            ),
            Transition(
                name="submit",
                locks=hold_institutions,
                label=lazy_gettext("Submit for review"),
                done=lazy_gettext("Submitted for review"),
                source=OPEN,
                target=S.SUBMITTED,
                by=works_for_product,
                guard=may_be_submitted,
                sets=handed_in,
                records=lambda rows, _answers: {
                    row.id: {"snapshot": whole_text(row)} for row in rows
                },
                notices=(
                    Notice(
                        template="product_change_waiting",
                        kind=NoticeKind.PRODUCT,
                        recipients=reviewers,
                        link=to_queue,
                    ),
                ),
                conflicts={"uq_product_change_open": UNDER_WAY},
            ),
            Transition(
                name="recall",
                label=lazy_gettext("Take back to edit"),
                done=lazy_gettext("Taken back to edit"),
                source=frozenset({S.SUBMITTED}),
                target=S.DRAFT,
                by=works_for_product,
                tone="secondary",
                confirm=True,
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Drop the change"),
                done=lazy_gettext("Change withdrawn"),
                source=NOT_OVER,
                target=S.WITHDRAWN,
                by=works_for_product,
                tone="danger",
                confirm=True,
            ),
            *decisions(
                S.SUBMITTED,
                approve=Decision[ProductChange](
                    done=lazy_gettext("Change approved"),
                    target=S.APPROVED,
                    locks=parents(ProductChange, ("product_id", FeaturedProduct)),
                    sets=lambda _answers, _actor: {"remarks": {}, "reason": None},
                    records=compared,
                    notices=(notify_institution("product_change_approved"),),
                    then=apply,
                ),
                send_back=Decision(
                    done=lazy_gettext("Returned for correction"),
                    target=S.RETURNED,
                    sets=sent_back,
                    notices=(notify_institution("product_change_returned"),),
                ),
                reject=Decision(
                    done=lazy_gettext("Change rejected"),
                    target=S.REJECTED,
                    sets=sent_back,
                    notices=(notify_institution("product_change_rejected"),),
                ),
            ),
        ),
    )
)
