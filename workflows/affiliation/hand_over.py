"""Hand-over before a link ends: what it touches, who takes over, locked in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from core.database import db
from models import (
    Affiliation,
    Consultant,
    Demand,
    FeaturedProduct,
    Institution,
    product_affiliation,
)
from workflows.demand.rules import open_demands
from workflows.engine import lock, parents

_product = FeaturedProduct.__table__
_institution = Institution.__table__


@dataclass(frozen=True, slots=True)
class Touched:
    """What the end of a link changes beside the link itself."""

    demands: Sequence[Demand]  # open ones, the oldest first
    products: Sequence[str]  # names of those they are in charge of


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


def one_at_a_time(institution_ids: Sequence[int], affiliation_ids: Sequence[int] = ()) -> None:
    """Let owners of an institution unlink one after the other, until the unit of work ends.

    Two who each hand over to the other's consultant would wait for each other forever.

    Args:
        institution_ids: the institutions.
        affiliation_ids: who goes and who takes over, locked in one go: see `engine.ORDER`.
    """
    lock(Institution, institution_ids)
    lock_consultants(affiliation_ids)
    lock(Affiliation, affiliation_ids)


lock_consultants = parents(Affiliation, ("consultant_id", Consultant))
