"""Who hears of an activity."""

from __future__ import annotations

from typing import Any

from models import Activity
from workflows.activity.effects import those_who_took_part
from workflows.engine.notices import Notice, reviewers


def tell_institutions(template: str) -> Notice:
    return Notice(
        template=template,
        to=those_who_took_part,
        link=lambda row: f"/workbench/activity/details/?id={row.id}",
    )


def tell_reviewers(template: str) -> Notice:
    return Notice(
        template=template, to=reviewers, link=lambda row: f"/admin/activity/details/?id={row.id}"
    )


def context(row: Activity) -> dict[str, Any]:
    return {
        "title": row.title,
        "institutions": ", ".join(part.institution.name for part in row.parts) or "—",
    }
