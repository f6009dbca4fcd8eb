"""Who gets an invitation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from models import (
    Invitation,
    NoticeKind,
)
from workflows.engine.notices import Notice, Recipient


def addressee(rows: Sequence[Invitation]) -> dict[int, list[Recipient]]:
    return {row.id: [Recipient(email=row.email)] for row in rows}


def by_key(
    template: str, link: Callable[[Invitation], str], kind: NoticeKind | None = None
) -> Notice[Invitation]:
    """A mail whose link is a key: one for each invitation."""
    return Notice(template=template, kind=kind, recipients=addressee, link=link, each=True)
