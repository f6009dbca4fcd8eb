"""A change of what was reviewed of a featured product, waiting beside the public version.

Name, summary, description, category, parameters, cover and attachments wait here; price and
consultants in charge change at once (product_edits.py). One change at a time.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from database import db
from models import FeaturedProduct, ProductChange, ProductChangeStatus, User
from workflows.engine import Answers, Process, Transition, Words, note, register
from workflows.forms import ReasonForm, ReturnForm
from workflows.notices import Notice, reviewers
from workflows.product_files import exchange
from workflows.product_rules import (
    REVIEWED,
    certified,
    context,
    handed_in,
    ours,
    remarks_on_record,
    sent_back,
    tell_institution,
    to_queue,
    whole,
)
from workflows.product_texts import Difference, compare, whole_text

S = ProductChangeStatus
OPEN = frozenset({S.DRAFT, S.RETURNED, S.REJECTED})  # the institution works on it
NOT_OVER = OPEN | {S.SUBMITTED}
UNDER_WAY: Words = lazy_gettext("A change of this product is under way already.")
NOTHING_NEW: Words = lazy_gettext("Nothing differs from the public version.")
COLUMNS = ("category_id", "schema_id", "name", "summary", "description", "parameters")


def current_change(product_id: int) -> ProductChange | None:
    """Return the change of a product that is not over yet, None where there is none."""
    return db.session.scalar(
        sa.select(ProductChange)
        .where(ProductChange.product_id == product_id, ProductChange.status.in_(NOT_OVER))
        .order_by(ProductChange.id.desc())
        .limit(1)
    )


def may_begin(change: ProductChange) -> Words | None:
    """Guard: what was reviewed is changed this way, one change at a time."""
    product = db.session.get_one(FeaturedProduct, change.product_id)
    if product.status not in REVIEWED:
        return lazy_gettext("This product was not approved yet: edit it itself.")
    return UNDER_WAY if current_change(product.id) else None


def may_be_submitted(change: ProductChange) -> Words | None:
    """Guard: whole, and different from what is public."""
    if (reason := whole(change) or certified(change.product.institution_id)) is not None:
        return reason
    return None if compare(change) else NOTHING_NEW


def compared(row: ProductChange, _answers: Answers) -> dict[str, Any]:
    """What the journal keeps of an approval: field by field, what was and what became of it."""
    lines = [[one.name, one.label, one.before, one.after] for one in compare(row)]
    return {"snapshot": {"compared": lines}}


def apply(rows: list[ProductChange], actor: User, _answers: Answers) -> None:
    """The change becomes the public version; what it replaces stays in the journal."""
    ids = {row.product_id for row in rows}
    db.session.scalars(  # in id order, like every other step that locks products
        sa.select(FeaturedProduct)
        .where(FeaturedProduct.id.in_(ids))
        .order_by(FeaturedProduct.id)
        .with_for_update(of=FeaturedProduct)
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        product = row.product
        changes = _in_the_journal(compare(row))
        for name in COLUMNS:
            setattr(product, name, getattr(row, name))
        exchange(row)
        product.version += 1
        note(product, "edit", actor, changes=changes)
    db.session.flush()
    for row in rows:
        db.session.expire(row.product, ["category", "schema"])


def _in_the_journal(found: list[Difference]) -> dict[str, Any]:
    """Return {name: [before, after]}; the parameters share one entry, as they do in a draft."""
    asked = [one for one in found if one.name.startswith("p_")]
    changes = {one.name: [one.before, one.after] for one in found if one not in asked}
    if asked:
        changes["parameters"] = [
            "; ".join(f"{one.label}: {getattr(one, side) or '—'}" for one in asked)
            for side in ("before", "after")
        ]
    return changes


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
