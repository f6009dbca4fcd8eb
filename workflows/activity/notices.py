"""Recipients, links and template context of the notices about an activity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models import Activity, NoticeKind
from workflows.engine import recipients
from workflows.engine.notices import Notice, Recipient, reviewers_of_trade


def participants_of(rows: Sequence[Activity]) -> dict[int, list[Recipient]]:
    """The people of every institution that the activity names."""
    ids = {part.institution_id for row in rows for part in row.parts}
    people = recipients.of_institutions(ids)
    return {
        row.id: [
            recipient for part in row.parts for recipient in people.get(part.institution_id, ())
        ]
        for row in rows
    }


def context(rows: Sequence[Activity]) -> dict[int, dict[str, Any]]:
    return {
        row.id: {
            "title": row.title,
            "institutions": ", ".join(part.institution.name for part in row.parts) or "—",
        }
        for row in rows
    }


def notify_institutions(template: str) -> Notice[Activity]:
    return Notice(
        template=template,
        kind=NoticeKind.ACTIVITY,
        recipients=participants_of,
        link=lambda row: f"/workbench/activity/details/?id={row.id}",
    )


def notify_reviewers(template: str) -> Notice[Activity]:
    return Notice(
        template=template,
        kind=NoticeKind.ACTIVITY,
        recipients=reviewers_of_trade,
        link=lambda row: f"/admin/activity/details/?id={row.id}",
    )
