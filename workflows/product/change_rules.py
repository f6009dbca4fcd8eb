"""Guards of a product change, and the states it can be in."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import lazy_gettext

from core.database import db
from models import FeaturedProduct, ProductChange, ProductChangeStatus
from workflows.engine import Words
from workflows.product.differences import compare
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
