"""Reviews of both sides of a deal: written once a side, sealed, published together."""

from __future__ import annotations

from collections.abc import Sequence

from models import Transaction, User


def open_for(rows: Sequence[Transaction], actor: User) -> None:
    """Open a review on each side of the approved transactions of registered enterprises."""


def close_for(rows: Sequence[Transaction], actor: User) -> None:
    """Take the reviews of revoked transactions out of sight and out of count."""
