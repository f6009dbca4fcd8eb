"""Lock order of what ends with an institution: see `workflows.engine.locking.ORDER`."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from models import (
    Affiliation,
    Consultant,
    FeaturedProduct,
    Invitation,
    ProductChange,
    ProfileChange,
)
from workflows.engine import lock_where


def lock_dependents(ids: Sequence[int]) -> None:
    """Lock what ends with these institutions before the first of it ends."""
    link, product, change = (
        model.__table__.c for model in (Affiliation, FeaturedProduct, ProductChange)
    )
    lock_where(
        Consultant,
        Consultant.__table__.c.id.in_(
            sa.select(link.consultant_id).where(link.institution_id.in_(ids))
        ),
    )
    lock_where(Affiliation, link.institution_id.in_(ids))
    lock_where(ProfileChange, ProfileChange.__table__.c.institution_id.in_(ids))
    lock_where(FeaturedProduct, product.institution_id.in_(ids))
    theirs = sa.select(product.id).where(product.institution_id.in_(ids))
    lock_where(ProductChange, change.product_id.in_(theirs))
    lock_where(Invitation, Invitation.__table__.c.institution_id.in_(ids))
