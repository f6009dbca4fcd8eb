"""Transition table of an institution: applied, certified, suspended, revoked."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import Institution, InstitutionStatus, User
from workflows.engine import Process, Transition, columns, register, snapshots
from workflows.engine.decisions import Decision, decisions
from workflows.institution import effects, notices, rules
from workflows.institution.facts import snapshot
from workflows.institution.forms import ApproveForm

S = InstitutionStatus

institutions = register(
    Process[Institution](
        model=Institution,
        context=notices.context,
        loads=(joinedload(Institution.applicant).selectinload(User.memberships),),
        transitions=(
            Transition(
                name="start",
                label=lazy_gettext("Start an application"),
                done=lazy_gettext("Application started"),
                source=frozenset(),
                target=S.DRAFT,
                by=access.applied,
                guard=rules.one_at_a_time,
                then=effects.add_owner,
            ),
            Transition(
                name="submit",
                label=lazy_gettext("Submit for review"),
                done=lazy_gettext("Submitted for review"),
                source=rules.OPEN,
                target=S.SUBMITTED,
                by=access.applied,
                guard=rules.complete,
                sets=columns.stamped("submitted_at", remarks={}),
                records=snapshots.recorded(snapshot),
                notices=(
                    notices.notify_applicant("application_received", notices.to_form),
                    notices.notify_reviewers("application_waiting"),
                ),
                then=effects.sync_association,
                conflicts=rules.CONFLICTS,
            ),
            *decisions(
                S.SUBMITTED,
                by=access.reviews_applications,
                approve=Decision(
                    done=lazy_gettext("Approved and certified"),
                    target=S.CERTIFIED,
                    guard=rules.still_free,
                    asks=ApproveForm,
                    sets=columns.stamped("certified_at", remarks={}),
                    notices=(
                        notices.notify_applicant("application_approved", notices.to_workbench),
                    ),
                    then=effects.open_workbench,
                    conflicts={"uq_membership_active_user": rules.AT_WORK_ALREADY},
                ),
                send_back=Decision(
                    done=lazy_gettext("Returned for correction"),
                    target=S.RETURNED,
                    sets=effects.return_columns,
                    notices=(notices.notify_applicant("application_returned", notices.to_form),),
                ),
                reject=Decision(
                    done=lazy_gettext("Rejected"),
                    target=S.REJECTED,
                    sets=effects.reject_columns,
                    notices=(notices.notify_applicant("application_rejected", notices.to_form),),
                    then=effects.reject_association,
                ),
            ),
            Transition(
                name="displace",
                label=lazy_gettext("Reject"),
                done=lazy_gettext("Rejected: the platform upheld an objection"),
                source=frozenset({S.SUBMITTED, S.RETURNED}),
                target=S.REJECTED,
                by=access.by_itself,
                sets=effects.reject_columns,
                notices=(notices.notify_applicant("application_rejected", notices.to_form),),
                button=False,
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the application"),
                done=lazy_gettext("Application withdrawn"),
                source=rules.OPEN | {S.SUBMITTED},
                target=S.WITHDRAWN,
                by=access.applied,
                then=effects.resign_association,
                tone="danger",
                confirm=True,
            ),
            Transition(
                name="suspend",
                label=lazy_gettext("Suspend"),
                done=lazy_gettext("Suspended"),
                second_person="second_person_suspend",
                source=frozenset({S.CERTIFIED}),
                target=S.SUSPENDED,
                by=access.sanctions,
                asks=ReasonForm,
                notices=(notices.notify_applicant("institution_suspended", notices.to_workbench),),
                tone="danger",
            ),
            Transition(
                name="lift",
                label=lazy_gettext("Lift the suspension"),
                done=lazy_gettext("Suspension lifted"),
                source=frozenset({S.SUSPENDED}),
                target=S.CERTIFIED,
                by=access.sanctions,
                notices=(notices.notify_applicant("institution_lifted", notices.to_workbench),),
                confirm=True,
            ),
            Transition(
                name="revoke",
                label=lazy_gettext("Revoke the certification"),
                done=lazy_gettext("Certification revoked"),
                second_person="second_person_revoke",
                source=frozenset({S.CERTIFIED, S.SUSPENDED}),
                target=S.REVOKED,
                by=access.sanctions,
                asks=ReasonForm,
                notices=(notices.notify_applicant("institution_revoked", notices.to_form),),
                then=effects.close_workbench,
                tone="danger",
            ),
        ),
    )
)
