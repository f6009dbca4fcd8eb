"""Separation of duties (三员分立) as a setting: what it refuses, in words.

While it is on nobody gets two of system, security (people and roles) and audit; it is not turned on
while somebody holds two.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext

import labels
from access import separation
from content import setting_changes, settings
from models import Duty

SETTING = "separate_duties"


def in_force() -> bool:
    return bool(settings.get(SETTING))


def why_not(duties: Iterable[Duty]) -> str | None:
    """Return why one person may not hold `duties`, in words; None where they may."""
    both = separation.together(duties)
    if not both or not in_force():
        return None
    return gettext(
        "System, security and audit are separated: nobody holds %(duties)s together.",
        duties=_listed(both),
    )


def _listed(duties: Iterable[Duty]) -> str:
    return gettext(", ").join(str(labels.label(duty)) for duty in duties)


def may_be_turned_on(value: object) -> str | None:
    """Return who stands against turning the separation on, None where nobody does."""
    if not value or in_force():
        return None
    separation.lock_keepers()
    people = separation.holders_of_two()
    if not people:
        return None
    return gettext(
        "These people hold two of system, security and audit: %(names)s. Give them other roles "
        "first.",
        names=gettext(", ").join(user.name for user in people),
    )


setting_changes.GUARDS[SETTING] = may_be_turned_on
