"""Transition table of a featured product (特色产品): drafted, reviewed, listed, delisted.

What was reviewed changes by a ProductChange (change_process.py) once it is approved. The platform
can take it down and lift that: it is then delisted, and the institution lists it again itself.
"""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import FeaturedProduct, ProductStatus
from workflows.engine import Process, Transition, columns, register, snapshots
from workflows.engine.decisions import Decision, decisions
from workflows.product import effects, locking, notices, rules
from workflows.product.text import whole_text

S = ProductStatus

featured = register(
    Process[FeaturedProduct](
        model=FeaturedProduct,
        context=notices.context,
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
                done=lazy_gettext("Draft begun"),
                source=frozenset(),
                target=S.DRAFT,
                by=access.works_for,
            ),
            Transition(
                name="submit",
                locks=locking.lock_institutions,
                label=lazy_gettext("Submit for review"),
                done=lazy_gettext("Submitted for review"),
                source=rules.OPEN,
                target=S.SUBMITTED,
                by=access.works_for,
                guard=rules.may_be_submitted,
                sets=columns.stamped("submitted_at", remarks={}, reason=None),
                records=snapshots.recorded(whole_text),
                notices=(notices.notify_reviewers("product_waiting"),),
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Take back to edit"),
                done=lazy_gettext("Taken back to edit"),
                source=frozenset({S.SUBMITTED}),
                target=S.DRAFT,
                by=access.works_for,
                tone="secondary",
                confirm=True,
            ),
            Transition(
                name="discard",
                label=lazy_gettext("Delete"),
                done=lazy_gettext("Deleted by the institution"),
                source=rules.OPEN,
                target=S.DISCARDED,
                by=access.works_for,
                then=effects.remove_files,
                tone="danger",
                confirm=True,
            ),
            *decisions(
                S.SUBMITTED,
                by=access.reviews_applications,
                approve=Decision(
                    done=lazy_gettext("Approved"),
                    target=S.APPROVED,
                    sets=columns.stamped("approved_at", remarks={}, reason=None),
                    notices=(notices.notify_institution("product_approved"),),
                ),
                send_back=Decision(
                    done=lazy_gettext("Returned for correction"),
                    target=S.RETURNED,
                    sets=effects.decision_columns,
                    notices=(notices.notify_institution("product_returned"),),
                ),
                reject=Decision(
                    by=access.rejects,
                    done=lazy_gettext("Rejected"),
                    target=S.REJECTED,
                    sets=effects.decision_columns,
                    notices=(notices.notify_institution("product_rejected"),),
                ),
            ),
            Transition(
                name="list",
                locks=locking.lock_institutions,
                label=lazy_gettext("List"),
                done=lazy_gettext("Listed"),
                source=frozenset({S.APPROVED, S.DELISTED}),
                target=S.LISTED,
                by=access.works_for,
                guard=rules.may_be_listed,
                sets=columns.stamped("listed_at"),
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
                source=frozenset({S.APPROVED, S.LISTED, S.DELISTED}),
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
        ),
    )
)
