"""Terms of a featured product that change at once, audited: price and consultants in charge."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

import access
from access import unpublished
from core.database import db
from labels import price as labels_price
from models import (
    Affiliation,
    AffiliationStatus,
    EventName,
    FeaturedProduct,
    User,
    product_affiliation,
    touch,
)
from workflows import engine
from workflows.product.drafts import NOT_NOW, lock
from workflows.product.rules import OPEN, REVIEWED
from workflows.product.text import names_in_charge


def update_terms(
    product: FeaturedProduct,
    actor: User,
    price: Mapping[str, Any],
    in_charge: Iterable[int],
    seen: int | None,
) -> bool:
    """Change price and consultants in charge, at once and on record; return whether they changed.

    Args:
        in_charge: ids of affiliations; those that are not linked to the institution are left out.

    Raises:
        ChangedMeanwhile: there is a newer version than `seen`.
        ValueError: the product is under review, in the reader's words.
        PermissionError: the actor does not work for the institution.
    """
    if not access.works_for(actor, product):
        raise PermissionError("featured_product.update_terms")
    lock(product, seen)
    if product.status not in OPEN | REVIEWED:
        raise ValueError(str(NOT_NOW))
    before = labels_price.price_text(product)
    changed = False
    if any(getattr(product, name) != value for name, value in price.items()):
        for name, value in price.items():
            setattr(product, name, value)
        engine.note(
            product,
            EventName.EDITED,
            actor,
            changes={"price": [before, labels_price.price_text(product)]},
        )
        changed = True
    return put_in_charge(product, actor, in_charge) or changed


def stand(product: FeaturedProduct, price: Mapping[str, Any], in_charge: Iterable[int]) -> bool:
    """Whether price and consultants in charge are these already: a form that was sent twice."""
    wanted = {affiliation.id for affiliation in linked(product.institution_id)} & set(in_charge)
    return wanted == {affiliation.id for affiliation in product.in_charge} and all(
        getattr(product, name) == value for name, value in price.items()
    )


def put_in_charge(product: FeaturedProduct, actor: User, wanted: Iterable[int]) -> bool:
    """Make those of `wanted` who are linked to the institution the consultants in charge."""
    db.session.flush()
    chosen = {affiliation.id for affiliation in linked(product.institution_id)} & set(wanted)
    table = product_affiliation
    held = set(
        db.session.scalars(
            sa.select(table.c.affiliation_id).where(table.c.product_id == product.id)
        )
    )
    if chosen == held:
        return False
    before = names_in_charge(product)
    gone = sa.delete(table).where(
        table.c.product_id == product.id, table.c.affiliation_id.in_(held - chosen)
    )
    added = [
        {"product_id": product.id, "affiliation_id": key, "institution_id": product.institution_id}
        for key in sorted(chosen - held)
    ]
    with unpublished.belonging_to(product):
        db.session.execute(gone)
        if added:
            db.session.execute(sa.insert(table), added)
    touch(product)
    db.session.flush()
    db.session.expire(product, ["in_charge"])
    after = names_in_charge(product)
    engine.note(
        product,
        EventName.EDITED,
        actor,
        changes={"in_charge": [", ".join(before), ", ".join(after)]},
    )
    return True


def linked(institution_id: int) -> Sequence[Affiliation]:
    """Return the affiliations of the institution whose consultants may be in charge, by name."""
    rows = db.session.scalars(
        sa.select(Affiliation)
        .where(
            Affiliation.institution_id == institution_id,
            Affiliation.status == AffiliationStatus.LINKED,
        )
        .options(joinedload(Affiliation.consultant))
    ).all()
    return sorted(rows, key=lambda affiliation: (affiliation.consultant.name, affiliation.id))
