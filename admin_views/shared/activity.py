"""What the lists of activities in both back offices share."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from markupsafe import Markup

from labels import label
from models import Activity, ActivityStatus

LABELS = {
    "title": lazy_gettext("Title of the activity"),
    "held_on": lazy_gettext("Held on"),
    "authority": lazy_gettext("Authority"),
    "participants": lazy_gettext("Participants"),
    "description": lazy_gettext("Description of the activity"),
    "role": lazy_gettext("Role"),
    "points": lazy_gettext("Points"),
    "parts": lazy_gettext("Institutions"),
    "source": lazy_gettext("How it came"),
    "registrar": lazy_gettext("Filed by"),
    "created_at": lazy_gettext("Filed on"),
}


def part_names(_view: Any, _context: None, row: Activity, _name: str) -> Markup | str:
    """Every institution that took part, with its role, and its points once they count."""
    approved = row.status is ActivityStatus.APPROVED
    lines = [
        Markup("{} · {}{}").format(
            part.institution.name, label(part.role), f" · {part.points:g}" if approved else ""
        )
        for part in row.parts
    ]
    return Markup("<br>").join(lines) if lines else "—"
