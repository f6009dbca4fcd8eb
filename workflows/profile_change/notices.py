"""Recipients, links and template context of the notices about a profile change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models import ProfileChange
from workflows.engine.notices import Notice, Recipient, reviewers_of_applications


def proposer(rows: Sequence[ProfileChange]) -> dict[int, list[Recipient]]:
    """The reserved e-mail of the institution, and whoever proposed the change."""
    return {
        row.id: [
            Recipient(email=row.institution.contact_email, locale=row.proposer.locale),
            Recipient(row.proposer.email, row.proposer_id, row.proposer.locale),
        ]
        for row in rows
    }


def to_queue(row: ProfileChange) -> str:
    return f"/admin/profile_change/details/?id={row.id}"


def to_profile(_row: ProfileChange) -> str:
    return "/workbench/profile/"


def context(rows: Sequence[ProfileChange]) -> dict[int, dict[str, Any]]:
    return {row.id: {"institution": row.institution.name, "name": row.name} for row in rows}


def notify_reviewers(template: str) -> Notice[ProfileChange]:
    return Notice(template=template, kind=None, recipients=reviewers_of_applications, link=to_queue)


def notify_proposer(template: str) -> Notice[ProfileChange]:
    return Notice(template=template, kind=None, recipients=proposer, link=to_profile)
