"""Who gets an invitation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from models import (
    Invitation,
)
from workflows.engine.notices import Notice, Recipient


def addressee(rows: Sequence[Invitation]) -> dict[int, list[Recipient]]:
    return {row.id: [Recipient(email=row.email)] for row in rows}


def by_key(template: str, link: Callable[[Invitation], str]) -> Notice:
    """A mail whose link is a key: one for each invitation."""
    return Notice(template=template, to=addressee, link=link, each=True)
