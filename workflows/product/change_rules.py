"""What stands against a step of a change, and what its approval does to the public version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

from core.database import db
from models import (
    EventName,
    FeaturedProduct,
    Institution,
    ProductChange,
    ProductChangeStatus,
    User,
    touch,
)
from workflows.engine import Answers, Words, lock, note
from workflows.product.differences import Difference, compare
from workflows.product.files import exchange
from workflows.product.rules import REVIEWED, certified, whole

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


def compared(rows: Sequence[ProductChange], _answers: Answers) -> dict[int, dict[str, Any]]:
    """What the journal keeps of an approval: field by field, what was and what became of it."""
    return {row.id: {"snapshot": {"compared": _lines(row)}} for row in rows}


def _lines(row: ProductChange) -> list[list[str]]:
    return [
        [difference.name, difference.label, difference.before, difference.after]
        for difference in compare(row)
    ]


def hold_institutions(ids: Sequence[int]) -> None:
    """Keep the institutions of the products that these changes are of as they are."""
    product, change = FeaturedProduct.__table__.c, ProductChange.__table__.c
    query = sa.select(product.institution_id).join_from(
        FeaturedProduct.__table__, ProductChange.__table__, change.product_id == product.id
    )
    lock(Institution, db.session.scalars(query.where(change.id.in_(ids))).all(), read=True)


def apply(rows: list[ProductChange], actor: User, _answers: Answers) -> None:
    """The change becomes the public version; what it replaces stays in the journal."""
    db.session.scalars(  # locked before the changes: as they are now
        sa.select(FeaturedProduct)
        .where(FeaturedProduct.id.in_({row.product_id for row in rows}))
        .execution_options(populate_existing=True)
    ).all()
    for row in rows:
        product = row.product
        changes = _in_the_journal(compare(row))
        for name in COLUMNS:
            setattr(product, name, getattr(row, name))
        exchange(row)
        touch(product)  # the parameters alone, or a file, may be what changes
        note(product, EventName.EDITED, actor, changes=changes)
    db.session.flush()
    for row in rows:
        db.session.expire(row.product, ["category", "schema"])


def _in_the_journal(found: list[Difference]) -> dict[str, Any]:
    """Return {name: [before, after]}; the parameters share one entry, as they do in a draft."""
    asked = [difference for difference in found if difference.name.startswith("p_")]
    changes = {
        difference.name: [difference.before, difference.after]
        for difference in found
        if difference not in asked
    }
    if asked:
        changes["parameters"] = [
            "; ".join(
                f"{difference.label}: {getattr(difference, side) or '—'}" for difference in asked
            )
            for side in ("before", "after")
        ]
    return changes
