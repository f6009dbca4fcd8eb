"""A public-benefit activity: filed by an institution, by mail or by the platform; then approved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.orm import selectinload

import access
import uploads
from core.database import db
from forms.base import ReasonForm
from labels import label
from models import (
    Activity,
    ActivityPart,
    ActivityRole,
    ActivitySource,
    ActivityStatus,
    AttachmentKind,
    Institution,
    User,
)
from workflows.activity.activity_rules import (
    award,
    context,
    files_its_own,
    points_on_record,
    take_back,
    tell_institutions,
    tell_reviewers,
    whole,
)
from workflows.engine import HANDLED, Process, Transition, begin, columns, edit, note, register

S = ActivityStatus
Roles = Mapping[int, ActivityRole]  # {institution id: role}
BORN = {
    "file": ActivitySource.WORKBENCH,
    "register": ActivitySource.PLATFORM,
    "receive": ActivitySource.MAIL,
}


def bring_in(
    step: str,
    actor: User,
    values: Mapping[str, Any],
    roles: Roles,
    files: Iterable[uploads.Upload] = (),
) -> Activity:
    """Bring an activity into the world, with its institutions and its evidence.

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
    row = Activity(source=BORN[step], registrar_id=actor.id, parts=parts, **values)
    begin(row, step, actor)
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
    if not access.reviews(actor):
        raise PermissionError("activity.change")
    if row.status is not S.REGISTERED:
        raise ValueError(str(HANDLED))
    version = row.version
    edit(row, actor, values)
    before = who(row)
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
    after = who(row)
    if before != after:
        note(row, "edit", actor, changes={"parts": [before, after]})
        row.version = version + 1


def who(row: Activity) -> str:
    """Return who took part and as what, in one line."""
    return "; ".join(f"{part.institution.name} ({label(part.role)})" for part in row.parts)


activities = register(
    Process(
        model=Activity,
        context=context,
        loads=(selectinload(Activity.parts).joinedload(ActivityPart.institution),),
        transitions=(
            Transition(
                name="file",
                label=lazy_gettext("File the activity"),
                source=frozenset(),
                target=S.REGISTERED,
                by=files_its_own,
                tells=(
                    tell_institutions("activity_registered"),
                    tell_reviewers("activity_waiting"),
                ),
            ),
            Transition(
                name="register",
                label=lazy_gettext("Register the activity"),
                source=frozenset(),
                target=S.REGISTERED,
                by=access.reviews,
                tells=(tell_institutions("activity_registered"),),
            ),
            Transition(
                name="receive",
                label=lazy_gettext("Take over from a mail"),
                source=frozenset(),
                target=S.REGISTERED,
                by=access.by_itself,
                tells=(
                    tell_institutions("activity_registered"),
                    tell_reviewers("activity_waiting"),
                ),
            ),
            Transition(
                name="approve",
                label=lazy_gettext("Approve"),
                source=frozenset({S.REGISTERED}),
                target=S.APPROVED,
                by=access.reviews,
                guard=whole,
                records=points_on_record,
                tells=(tell_institutions("activity_approved"),),
                then=award,
            ),
            Transition(
                name="reject",
                label=lazy_gettext("Reject"),
                source=frozenset({S.REGISTERED}),
                target=S.REJECTED,
                by=access.reviews,
                asks=ReasonForm,
                sets=columns.reason,
                tells=(tell_institutions("activity_rejected"),),
                tone="danger",
            ),
            Transition(
                name="revoke",
                label=lazy_gettext("Revoke the approval"),
                source=frozenset({S.APPROVED}),
                target=S.REVOKED,
                by=access.reviews,
                asks=ReasonForm,
                sets=columns.reason,
                tells=(tell_institutions("activity_revoked"),),
                then=take_back,
                tone="danger",
            ),
        ),
    )
)
