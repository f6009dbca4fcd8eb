"""Recipients and secret links of the mails about an invitation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from models import Invitation, NoticeKind
from workflows.engine.notices import Notice, Recipient
from workflows.engine.recipients import institution_people
from workflows.invitation import tokens


def addressee(rows: Sequence[Invitation]) -> dict[int, list[Recipient]]:
    return {row.id: [Recipient(email=row.email)] for row in rows}


def to_token(row: Any) -> str:
    """The secret link of the mail; `add_token` put the token on the row in memory."""
    return f"/invitations/{row.token}"


def to_same_token(row: Invitation) -> str:
    """The link that the first mail carried, for whoever is reminded of it."""
    return f"/invitations/{tokens.recomputed_token(row)}"


def to_list(row: Invitation) -> str:
    """Where the institution invites again."""
    if row.affiliation_id is None:
        return "/workbench/staff/"
    return f"/workbench/consultant/details/?id={row.affiliation_id}"


def by_key(
    template: str, link: Callable[[Invitation], str], kind: NoticeKind | None = None
) -> Notice[Invitation]:
    """A mail whose link is a key: one for each invitation."""
    return Notice(template=template, kind=kind, recipients=addressee, link=link, each=True)


NOTIFY_ASKED = Notice(
    template="invitation_asked", kind=None, recipients=institution_people, link=to_list
)
