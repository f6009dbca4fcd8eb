"""Transition table of a public-benefit activity: filed, mailed or registered, then approved."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import selectinload

import access
from forms.base import ReasonForm
from models import Activity, ActivityPart, ActivityStatus
from workflows.activity import effects, notices, rules
from workflows.engine import Process, Transition, columns, register
from workflows.engine.decisions import Decision, decisions

S = ActivityStatus

activities = register(
    Process[Activity](
        model=Activity,
        context=notices.context,
        loads=(selectinload(Activity.parts).joinedload(ActivityPart.institution),),
        transitions=(
            Transition(
                name="file",
                label=lazy_gettext("File the activity"),
                done=lazy_gettext("Filed in the workbench"),
                source=frozenset(),
                target=S.REGISTERED,
                by=rules.files_its_own,
                notices=(
                    notices.notify_institutions("activity_registered"),
                    notices.notify_reviewers("activity_waiting"),
                ),
            ),
            Transition(
                name="register",
                label=lazy_gettext("Register the activity"),
                done=lazy_gettext("Registered by the platform"),
                source=frozenset(),
                target=S.REGISTERED,
                by=access.reviews_trade,
                notices=(notices.notify_institutions("activity_registered"),),
            ),
            Transition(
                name="receive",
                label=lazy_gettext("Take over from a mail"),
                done=lazy_gettext("Taken over from a mail"),
                source=frozenset(),
                target=S.REGISTERED,
                by=access.by_itself,
                notices=(
                    notices.notify_institutions("activity_registered"),
                    notices.notify_reviewers("activity_waiting"),
                ),
            ),
            *decisions(
                S.REGISTERED,
                by=access.reviews_trade,
                approve=Decision(
                    done=lazy_gettext("Approved"),
                    target=S.APPROVED,
                    guard=rules.complete,
                    records=effects.points_on_record,
                    notices=(notices.notify_institutions("activity_approved"),),
                    then=effects.award_points,
                ),
                reject=Decision(
                    done=lazy_gettext("Rejected"),
                    target=S.REJECTED,
                    sets=columns.reason,
                    notices=(notices.notify_institutions("activity_rejected"),),
                ),
            ),
            Transition(
                name="revoke",
                label=lazy_gettext("Revoke the approval"),
                done=lazy_gettext("Approval revoked"),
                second_person="second_person_revoke",
                source=frozenset({S.APPROVED}),
                target=S.REVOKED,
                by=access.reviews_trade,
                asks=ReasonForm,
                sets=columns.reason,
                notices=(notices.notify_institutions("activity_revoked"),),
                then=effects.withdraw_points,
                tone="danger",
            ),
        ),
    )
)
