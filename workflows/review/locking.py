"""Lock order of reviews: their transactions first, then all reviews of these."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from models import Review, Transaction
from workflows.engine import lock_where, parents

_lock_parents = parents(Review, ("transaction_id", Transaction))


def lock_transactions(ids: Sequence[int]) -> None:
    """Lock the transactions of the reviews `ids`, and all reviews of these, before a step is taken.

    Both sides seal at the same moment, or a transaction is revoked meanwhile: whoever touches a
    review holds its transaction first, so each sees what the other did, and there is no deadlock.
    """
    _lock_parents(ids)
    review = Review.__table__.c  # of both sides: with the second to be written both are published
    lock_where(
        Review,
        review.transaction_id.in_(sa.select(review.transaction_id).where(review.id.in_(ids))),
    )
