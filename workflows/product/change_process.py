"""Transition table of a product change: it waits beside the public version for a review.

Name, summary, description, category, parameters, cover and attachments wait here; price and
consultants in charge change at once (terms.py). One change at a time.
"""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from models import FeaturedProduct, ProductChange, ProductChangeStatus
from workflows.engine import Process, Transition, columns, parents, register, snapshots
from workflows.engine.decisions import Decision, decisions
from workflows.product import change_effects, change_rules, effects, locking, notices, rules
from workflows.product.text import whole_text

S = ProductChangeStatus

product_changes = register(
    Process[ProductChange](
        model=ProductChange,
        context=notices.context,
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
                by=rules.works_for_product,
                guard=change_rules.may_begin,
                conflicts={"uq_product_change_open": change_rules.UNDER_WAY},
            ),
            Transition(
                name="submit",
                locks=locking.lock_institutions_of_changes,
                label=lazy_gettext("Submit for review"),
                done=lazy_gettext("Submitted for review"),
                source=change_rules.OPEN,
                target=S.SUBMITTED,
                by=rules.works_for_product,
                guard=change_rules.may_be_submitted,
                sets=columns.stamped("submitted_at", remarks={}, reason=None),
                records=snapshots.recorded(whole_text),
                notices=(notices.notify_reviewers("product_change_waiting"),),
                conflicts={"uq_product_change_open": change_rules.UNDER_WAY},
            ),
            Transition(
                name="recall",
                label=lazy_gettext("Take back to edit"),
                done=lazy_gettext("Taken back to edit"),
                source=frozenset({S.SUBMITTED}),
                target=S.DRAFT,
                by=rules.works_for_product,
                tone="secondary",
                confirm=True,
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Drop the change"),
                done=lazy_gettext("Change withdrawn"),
                source=change_rules.NOT_OVER,
                target=S.WITHDRAWN,
                by=rules.works_for_product,
                tone="danger",
                confirm=True,
            ),
            *decisions(
                S.SUBMITTED,
                by=access.reviews_applications,
                approve=Decision[ProductChange](
                    done=lazy_gettext("Change approved"),
                    target=S.APPROVED,
                    locks=parents(ProductChange, ("product_id", FeaturedProduct)),
                    sets=columns.constant(remarks={}, reason=None),
                    records=change_effects.compared,
                    notices=(notices.notify_institution("product_change_approved"),),
                    then=change_effects.apply,
                ),
                send_back=Decision(
                    done=lazy_gettext("Returned for correction"),
                    target=S.RETURNED,
                    sets=effects.decision_columns,
                    notices=(notices.notify_institution("product_change_returned"),),
                ),
                reject=Decision(
                    by=access.rejects,
                    done=lazy_gettext("Change rejected"),
                    target=S.REJECTED,
                    sets=effects.decision_columns,
                    notices=(notices.notify_institution("product_change_rejected"),),
                ),
            ),
        ),
    )
)
