"""The rules of an activity: who files, what an approval needs, what it brings, and who hears."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext

import access
import ranking
from core.clock import now
from models import Activity, User
from workdays.calendar import park_day
from workflows.activity.activity_points import points_in_force
from workflows.engine import Answers, Words, recipients
from workflows.engine.notices import Notice, Recipient, reviewers


def files_its_own(user: User, row: Activity) -> bool:
    """Works for the one institution that the filing names."""
    ours = access.institution_ids(user)
    return bool(row.parts) and all(part.institution_id in ours for part in row.parts)


def whole(row: Activity) -> Words | None:
    """Guard: points go to institutions with a role, for a day that is past."""
    if not row.parts:
        return lazy_gettext("No institution is named yet.")
    if row.held_on is None:
        return lazy_gettext("The day on which it was held is missing.")
    if row.held_on > park_day(now()):
        return lazy_gettext("The activity is still to come.")
    return None


def award(rows: list[Activity], _actor: User, _answers: Answers) -> None:
    """Give every institution the points of its role, and count them."""
    points = points_in_force(park_day(now()))
    for row in rows:
        for part in row.parts:
            part.points = points[part.role]
    count_anew(rows)


def take_back(rows: list[Activity], _actor: User, _answers: Answers) -> None:
    """Take the points back, and count without them."""
    for row in rows:
        for part in row.parts:
            part.points = 0.0
    count_anew(rows)


def count_anew(rows: list[Activity]) -> None:
    """Tell the ranking whose points changed."""
    ranking.refresh(institutions={part.institution_id for row in rows for part in row.parts})


def points_on_record(row: Activity, _answers: Answers) -> dict[str, Any]:
    """What the journal keeps of an approval: who took part in which role."""
    return {"parts": sorted(f"{part.institution.name}: {part.role}" for part in row.parts)}


def those_who_took_part(rows: Sequence[Activity]) -> dict[int, list[Recipient]]:
    """The people of every institution that the activity names."""
    ids = {part.institution_id for row in rows for part in row.parts}
    people = recipients.of_institutions(ids)
    return {
        row.id: [one for part in row.parts for one in people.get(part.institution_id, ())]
        for row in rows
    }


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
