"""A public-benefit activity: filed by an institution, by mail or by the platform; then approved."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext
from sqlalchemy.orm import selectinload

import access
from forms.base import ReasonForm
from labels import label
from models import (
    Activity,
    ActivityPart,
    ActivityRole,
    ActivitySource,
    ActivityStatus,
)
from workflows.activity.effects import award_points, points_on_record, withdraw_points
from workflows.activity.notices import context, notify_institutions, notify_reviewers
from workflows.activity.rules import complete, files_its_own
from workflows.engine import Process, Transition, columns, register
from workflows.engine.decisions import Decision, decisions

S = ActivityStatus


Roles = Mapping[int, ActivityRole]  # {institution id: role}


BORN = {
    "file": ActivitySource.WORKBENCH,
    "register": ActivitySource.PLATFORM,
    "receive": ActivitySource.MAIL,
}


def who(row: Activity) -> str:
    """Return who took part and as what, in one line."""
    return "; ".join(f"{part.institution.name} ({label(part.role)})" for part in row.parts)


activities = register(
    Process[Activity](
        model=Activity,
        context=context,
        loads=(selectinload(Activity.parts).joinedload(ActivityPart.institution),),
        transitions=(
            Transition(
                name="file",
                label=lazy_gettext("File the activity"),
                done=lazy_gettext("Filed in the workbench"),
                source=frozenset(),
                target=S.REGISTERED,
                by=files_its_own,
                notices=(
                    notify_institutions("activity_registered"),
                    notify_reviewers("activity_waiting"),
                ),
            ),
            Transition(
                name="register",
                label=lazy_gettext("Register the activity"),
                done=lazy_gettext("Registered by the platform"),
                source=frozenset(),
                target=S.REGISTERED,
                by=access.reviews,
                notices=(notify_institutions("activity_registered"),),
            ),
            Transition(
                name="receive",
                label=lazy_gettext("Take over from a mail"),
                done=lazy_gettext("Taken over from a mail"),
                source=frozenset(),
                target=S.REGISTERED,
                by=access.by_itself,
                notices=(
                    notify_institutions("activity_registered"),
                    notify_reviewers("activity_waiting"),
                ),
            ),
            *decisions(
                S.REGISTERED,
                approve=Decision(
                    done=lazy_gettext("Approved"),
                    target=S.APPROVED,
                    guard=complete,
                    records=points_on_record,
                    notices=(notify_institutions("activity_approved"),),
                    then=award_points,
                ),
                reject=Decision(
                    done=lazy_gettext("Rejected"),
                    target=S.REJECTED,
                    sets=columns.reason,
                    notices=(notify_institutions("activity_rejected"),),
                ),
            ),
            Transition(
                name="revoke",
                label=lazy_gettext("Revoke the approval"),
                done=lazy_gettext("Approval revoked"),
                source=frozenset({S.APPROVED}),
                target=S.REVOKED,
                by=access.reviews,
                asks=ReasonForm,
                sets=columns.reason,
                notices=(notify_institutions("activity_revoked"),),
                then=withdraw_points,
                tone="danger",
            ),
        ),
    )
)
