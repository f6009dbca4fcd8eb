"""Creating an activity, and editing a registered one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

import access
import uploads
from core.database import db
from labels import label
from models import (
    Activity,
    ActivityPart,
    ActivityRole,
    ActivitySource,
    ActivityStatus,
    AttachmentKind,
    EventName,
    Institution,
    User,
    touch,
)
from workflows.engine import HANDLED, create, edit, note

S = ActivityStatus
Roles = Mapping[int, ActivityRole]  # {institution id: role}

SOURCES = {
    "file": ActivitySource.WORKBENCH,
    "register": ActivitySource.PLATFORM,
    "receive": ActivitySource.MAIL,
}


def parts_line(row: Activity) -> str:
    """Return who took part and as what, in one line."""
    return "; ".join(f"{part.institution.name} ({label(part.role)})" for part in row.parts)


def create_activity(
    step: str,
    actor: User,
    values: Mapping[str, Any],
    roles: Roles,
    files: Iterable[uploads.Upload] = (),
) -> Activity:
    """Create an activity, with its institutions and its evidence.

    Args:
        step: "file" (the institution itself), "register" (the platform), "receive" (a mail).
        actor: who does it.
        values: columns of the activity.
        roles: the institutions that took part, and as what.
        files: evidence that passed the checks.

    Raises:
        PermissionError: the actor may not.
        IntegrityError: this mail or this form was filed already.
    """
    parts = [ActivityPart(institution_id=key, role=role) for key, role in roles.items()]
    row = Activity(source=SOURCES[step], registrar_id=actor.id, parts=parts, **values)
    create(row, step, actor)
    uploader = None if actor is access.SYSTEM else actor
    for upload in files:
        uploads.attach(row, AttachmentKind.EVIDENCE, upload, uploader)
    return row


def filed_with(key: str, institution: Institution) -> Activity | None:
    """Return the activity that a form of `institution` became already, by the form's key."""
    took_part = Activity.parts.any(ActivityPart.institution_id == institution.id)
    return db.session.scalar(sa.select(Activity).where(Activity.form_key == key, took_part))


def change(row: Activity, actor: User, values: Mapping[str, Any], roles: Roles) -> None:
    """Change what a registered activity says, and who took part in it; on record.

    Raises:
        PermissionError: the actor does not work the queue.
        ValueError: it was decided on already.
    """
    if not access.reviews_trade(actor):
        raise PermissionError("activity.change")
    if row.status is not S.REGISTERED:
        raise ValueError(str(HANDLED))
    edit(row, actor, values)
    before = parts_line(row)
    known = {part.institution_id: part for part in row.parts}
    for key, part in known.items():
        if key not in roles:
            row.parts.remove(part)
            db.session.delete(part)
        elif part.role is not roles[key]:
            part.role = roles[key]
    row.parts += [
        ActivityPart(institution_id=key, role=role)
        for key, role in roles.items()
        if key not in known
    ]
    db.session.flush()
    after = parts_line(row)
    if before != after:
        note(row, EventName.EDITED, actor, changes={"parts": [before, after]})
        touch(row)
