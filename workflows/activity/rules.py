"""Predicates and guards of an activity: who files it, what an approval needs."""

from __future__ import annotations

from flask_babel import lazy_gettext

import access
from core.clock import park_today
from models import Activity, User
from workflows.engine import Words


def files_its_own(user: User, row: Activity) -> bool:
    """Works for the one institution that the filing names."""
    ours = access.institution_ids(user)
    return bool(row.parts) and all(part.institution_id in ours for part in row.parts)


def complete(row: Activity) -> Words | None:
    """Guard: points go to institutions with a role, for a day that is past."""
    if not row.parts:
        return lazy_gettext("No institution is named yet.")
    if row.held_on is None:
        return lazy_gettext("The day on which it was held is missing.")
    if row.held_on > park_today():
        return lazy_gettext("The activity is still to come.")
    return None
