"""The activity ranking: formula, facts, kept scores. Below the workflows, which call it."""

from __future__ import annotations

from collections.abc import Collection


def refresh(institutions: Collection[int] = (), consultants: Collection[int] = ()) -> None:
    """Compute and keep the scores of these anew, in the caller's unit of work.

    Args:
        institutions: ids of institutions that something counted happened to.
        consultants: ids of consultants, likewise.
    """
