"""Who hears of an activity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models import Activity, NoticeKind
from workflows.activity.effects import participants_of
from workflows.engine.notices import Notice, reviewers


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
        recipients=reviewers,
        link=lambda row: f"/admin/activity/details/?id={row.id}",
    )


def context(rows: Sequence[Activity]) -> dict[int, dict[str, Any]]:
    return {
        row.id: {
            "title": row.title,
            "institutions": ", ".join(part.institution.name for part in row.parts) or "—",
        }
        for row in rows
    }
