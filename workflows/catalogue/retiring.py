"""Retiring a catalogue item, or restoring it; who offers it is notified.

What is retired is offered no more: offers of it vanish from the storefront, and stand there again
as they were once it is back. Demands that were posted before go on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from core.database import db
from models import CatalogueItem, EventName, Institution, OfferStatus, RegularOffer, User
from workflows import engine


def listings(item: CatalogueItem) -> Sequence[RegularOffer]:
    """Return every offer of `item`, in whatever state, by the name of its institution."""
    return db.session.scalars(
        sa.select(RegularOffer)
        .join(Institution, Institution.id == RegularOffer.institution_id)
        .where(RegularOffer.item_id == item.id)
        .order_by(Institution.name, RegularOffer.id)
        .options(joinedload(RegularOffer.institution))
    ).all()


def set_retired(
    items: Collection[CatalogueItem],
    retired: bool,
    actor: User,
    *,
    reason: str | None = None,
    seen: int | None = None,
) -> int:
    """Take items out of the catalogue or put them back, journaled; the caller commits.

    Who lists several of them hears of all at once.

    Args:
        reason: what those who list them read.
        seen: the version of the one item that the actor looked at.

    Returns:
        How many offers of them are listed; whoever lists one was notified.

    Raises:
        ValueError: there is a newer version than `seen`, in the reader's words.
    """
    engine.lock(CatalogueItem, [item.id for item in items])
    lock_listings([item.id for item in items])
    turned = []
    for item in sorted(items, key=lambda item: item.id):
        db.session.refresh(item, with_for_update={"of": CatalogueItem, "key_share": True})
        if seen is not None and seen != item.version:
            raise ValueError(str(engine.CHANGED))
        if item.retired != retired:
            item.retired = retired
            engine.note(
                item,
                EventName.RETIRED if retired else EventName.RESTORED,
                actor,
                reason=reason or None,
            )
            turned.append(item.id)
    step = "item_retired" if retired else "item_restored"
    outcome = engine.perform(RegularOffer, step, lock_listings(turned), actor, reason=reason)
    return len(outcome.done)


def lock_listings(item_ids: Collection[int] | None = None) -> Sequence[int]:
    """Lock the listed offers of some items, or of all, and return their ids.

    After the items themselves, as everybody does: see `engine.ORDER`.
    """
    db.session.flush()
    query = (
        sa.select(RegularOffer.id)
        .where(RegularOffer.status == OfferStatus.LISTED)
        .order_by(RegularOffer.id)
        .with_for_update(of=RegularOffer, key_share=True)
    )
    if item_ids is not None:
        query = query.where(RegularOffer.item_id.in_(item_ids))
    return db.session.scalars(query).all()
