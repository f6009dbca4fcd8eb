"""A featured product's life (特色产品): written, reviewed, listed and delisted by its institution.

What was reviewed changes by a ProductChange (product_changes.py) once it is approved. The platform
can take it down and lift that: it is then delisted, and the institution lists it again itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from core.clock import now
from forms.base import ReasonForm
from models import (
    FeaturedProduct,
    Institution,
    NoticeKind,
    ProductStatus,
    User,
)
from workflows.engine import Process, Transition, columns, parents, register
from workflows.engine.decisions import Decision, decisions
from workflows.engine.notices import Notice, reviewers
from workflows.product.files import files_of, keep
from workflows.product.notices import context, notify_institution, to_queue
from workflows.product.rules import OPEN, handed_in, may_be_listed, may_be_submitted, sent_back
from workflows.product.text import whole_text

S = ProductStatus


def as_handed_in(rows: Sequence[FeaturedProduct], _answers: Any) -> dict[int, dict[str, Any]]:
    """What the journal keeps of a submission, so that the next one can be compared with it."""
    return {row.id: {"snapshot": whole_text(row)} for row in rows}


def without_files(rows: list[FeaturedProduct], actor: User, _answers: Any) -> None:
    """The files of what is given up go; its words stay in the journal."""
    for row in rows:
        keep(row, actor, gone=[file.id for file in files_of(row)])


hold_institutions = parents(FeaturedProduct, ("institution_id", Institution), read=True)

featured = register(
    Process[FeaturedProduct](
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
                done=lazy_gettext("Draft begun"),
                source=frozenset(),
                target=S.DRAFT,
                by=access.works_for,
            ),
            Transition(
                name="submit",
                locks=hold_institutions,
                label=lazy_gettext("Submit for review"),
                done=lazy_gettext("Submitted for review"),
                source=OPEN,
                target=S.SUBMITTED,
                by=access.works_for,
                guard=may_be_submitted,
                sets=handed_in,
                records=as_handed_in,
                notices=(
                    Notice(
                        template="product_waiting",
                        kind=NoticeKind.PRODUCT,
                        recipients=reviewers,
                        link=to_queue,
                    ),
                ),
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
                source=OPEN,
                target=S.DISCARDED,
                by=access.works_for,
                then=without_files,
                tone="danger",
                confirm=True,
            ),
            *decisions(
                S.SUBMITTED,
                approve=Decision(
                    done=lazy_gettext("Approved"),
                    target=S.APPROVED,
                    sets=lambda _answers, _actor: {
                        "approved_at": now(),
                        "remarks": {},
                        "reason": None,
                    },
                    notices=(notify_institution("product_approved"),),
                ),
                send_back=Decision(
                    done=lazy_gettext("Returned for correction"),
                    target=S.RETURNED,
                    sets=sent_back,
                    notices=(notify_institution("product_returned"),),
                ),
                reject=Decision(
                    done=lazy_gettext("Rejected"),
                    target=S.REJECTED,
                    sets=sent_back,
                    notices=(notify_institution("product_rejected"),),
                ),
            ),
            Transition(
                name="list",
                locks=hold_institutions,
                label=lazy_gettext("List"),
                done=lazy_gettext("Listed"),
                source=frozenset({S.APPROVED, S.DELISTED}),
                target=S.LISTED,
                by=access.works_for,
                guard=may_be_listed,
                sets=lambda _answers, _actor: {"listed_at": now()},
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
                by=access.is_administrator,
                asks=ReasonForm,
                sets=columns.reason,
                notices=(notify_institution("offer_taken_down"),),
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
                notices=(notify_institution("offer_lifted"),),
                confirm=True,
            ),
        ),
    )
)
