"""What the end of a link touches, and who takes it over: the questions before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.database import db
from models import (
    Demand,
    FeaturedProduct,
    Institution,
    product_affiliation,
)
from workflows.demand.rules import open_demands

_product = FeaturedProduct.__table__


_institution = Institution.__table__


@dataclass(frozen=True, slots=True)
class Touched:
    """What the end of a link changes beside the link itself."""

    demands: Sequence[Demand]  # open ones, the oldest first
    products: Sequence[str]  # names of those he is in charge of


def touched(affiliation_ids: Sequence[int]) -> Touched:
    """Return what these consultants have in hand, for whoever is about to end their links."""
    demands = db.session.scalars(open_demands(affiliation_ids)).all()
    products = db.session.scalars(
        sa.select(_product.c.name)
        .join(product_affiliation, product_affiliation.c.product_id == _product.c.id)
        .where(product_affiliation.c.affiliation_id.in_(affiliation_ids))
        .distinct()
        .order_by(_product.c.name)
    ).all()
    return Touched(demands, products)


def one_at_a_time(institution_ids: Sequence[int]) -> None:
    """Let owners of an institution unlink one after the other, until the unit of work ends.

    Two who each hand over to the other's consultant would wait for each other forever.
    """
    db.session.execute(
        sa.select(_institution.c.id)
        .where(_institution.c.id.in_(institution_ids))
        .order_by(_institution.c.id)
        .with_for_update()
    )
