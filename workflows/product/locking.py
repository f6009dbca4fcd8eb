"""Lock order of featured products and their changes: the institutions first, shared."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from core.database import db
from models import FeaturedProduct, Institution, ProductChange
from workflows.engine import lock, parents

lock_institutions = parents(FeaturedProduct, ("institution_id", Institution), read=True)


def lock_institutions_of_changes(ids: Sequence[int]) -> None:
    """Keep the institutions of the products that these changes are of as they are."""
    product, change = FeaturedProduct.__table__.c, ProductChange.__table__.c
    query = sa.select(product.institution_id).join_from(
        FeaturedProduct.__table__, ProductChange.__table__, change.product_id == product.id
    )
    lock(Institution, db.session.scalars(query.where(change.id.in_(ids))).all(), read=True)
