"""Settings are written together, and on record with what stood there before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import access
from content import settings
from core.database import db
from models import Event, EventName, SiteSetting, User

SUBJECT = "site_setting"
EVERYTHING = 0  # settings are journaled as one thing
# {key: why this value may not be put in force, in words}; rooms above add what they stand for
GUARDS: dict[str, Callable[[Any], str | None]] = {}


class Refused(ValueError):
    """A rule objects to a value; the words are for the reader."""

    def __init__(self, key: str, words: str) -> None:
        super().__init__(words)
        self.key = key


def change(values: Mapping[str, Any], actor: User) -> dict[str, list[str]]:
    """Put settings in force, in the caller's unit of work.

    Args:
        values: {key of settings.SETTINGS: value}; keys left out stay as they are.
        actor: who sets them.

    Returns:
        {key: [before, after]} of what changed, as stored.

    Raises:
        PermissionError: the actor does not run the system.
        KeyError: there is no such setting.
        Refused: a rule objects to a value.
    """
    if not access.runs_system(actor):
        raise PermissionError("the duty to run the system is missing")
    changes: dict[str, list[str]] = {}
    in_force = settings.all_settings()
    for key, value in values.items():
        setting = settings.SETTINGS[key]
        before, after = setting.write(in_force[key]), setting.write(value)
        if before == after:
            continue
        if key in GUARDS and (words := GUARDS[key](value)):
            raise Refused(key, words)
        row = db.session.get(SiteSetting, key)
        if row is None:
            db.session.add(SiteSetting(key=key, value=after))
        else:
            row.value = after
        changes[key] = [before, after]
    if changes:
        db.session.add(
            Event(
                actor_id=actor.id,
                subject_type=SUBJECT,
                subject_id=EVERYTHING,
                name=EventName.EDITED,
                changes=changes,
            )
        )
    return changes
