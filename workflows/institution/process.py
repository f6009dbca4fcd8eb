"""An institution's life, and its membership of the association."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from core.clock import now
from forms.base import ReasonForm
from models import Institution, InstitutionStatus, User
from workflows.engine import Process, Transition, register
from workflows.engine.decisions import Decision, decisions
from workflows.engine.notices import Notice, reviewers
from workflows.institution.effects import (
    add_owner,
    close_workbench,
    open_workbench,
    reject_association,
    resign_association,
    sync_association,
)
from workflows.institution.facts import snapshot
from workflows.institution.forms import ApproveForm
from workflows.institution.notices import applicant, context, to_form, to_queue, to_workbench
from workflows.institution.rules import (
    AT_WORK_ALREADY,
    CODE_TAKEN,
    OPEN,
    complete,
    one_at_a_time,
    still_free,
)

S = InstitutionStatus


CONFLICTS = {"uq_institution_open_credit_code": CODE_TAKEN}


institutions = register(
    Process[Institution](
        model=Institution,
        context=context,
        loads=(joinedload(Institution.applicant).selectinload(User.memberships),),
        transitions=(
            Transition(
                name="start",
                label=lazy_gettext("Start an application"),
                done=lazy_gettext("Application started"),
                source=frozenset(),
                target=S.DRAFT,
                by=access.applied,
                guard=one_at_a_time,
                then=add_owner,
            ),
            Transition(
                name="submit",
                label=lazy_gettext("Submit for review"),
                done=lazy_gettext("Submitted for review"),
                source=OPEN,
                target=S.SUBMITTED,
                by=access.applied,
                guard=complete,
                sets=lambda _answers, _actor: {"submitted_at": now(), "remarks": {}},
                records=lambda rows, _answers: {
                    row.id: {"snapshot": snapshot(row)} for row in rows
                },
                notices=(
                    Notice(
                        template="application_received",
                        kind=None,
                        recipients=applicant,
                        link=to_form,
                    ),
                    Notice(
                        template="application_waiting",
                        kind=None,
                        recipients=reviewers,
                        link=to_queue,
                    ),
                ),
                then=sync_association,
                conflicts=CONFLICTS,
            ),
            *decisions(
                S.SUBMITTED,
                approve=Decision(
                    done=lazy_gettext("Approved and certified"),
                    target=S.CERTIFIED,
                    guard=still_free,
                    asks=ApproveForm,
                    sets=lambda _answers, _actor: {"certified_at": now(), "remarks": {}},
                    notices=(
                        Notice(
                            template="application_approved",
                            kind=None,
                            recipients=applicant,
                            link=to_workbench,
                        ),
                    ),
                    then=open_workbench,
                    conflicts={"uq_membership_active_user": AT_WORK_ALREADY},
                ),
                send_back=Decision(
                    done=lazy_gettext("Returned for correction"),
                    target=S.RETURNED,
                    sets=lambda answers, _actor: {
                        "remarks": {**(answers.get("remarks") or {}), "": answers["reason"]}
                    },
                    notices=(
                        Notice(
                            template="application_returned",
                            kind=None,
                            recipients=applicant,
                            link=to_form,
                        ),
                    ),
                ),
                reject=Decision(
                    done=lazy_gettext("Rejected"),
                    target=S.REJECTED,
                    sets=lambda answers, _actor: {"remarks": {"": answers["reason"]}},
                    notices=(
                        Notice(
                            template="application_rejected",
                            kind=None,
                            recipients=applicant,
                            link=to_form,
                        ),
                    ),
                    then=reject_association,
                ),
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the application"),
                done=lazy_gettext("Application withdrawn"),
                source=OPEN | {S.SUBMITTED},
                target=S.WITHDRAWN,
                by=access.applied,
                then=resign_association,
                tone="danger",
                confirm=True,
            ),
            Transition(
                name="suspend",
                label=lazy_gettext("Suspend"),
                done=lazy_gettext("Suspended"),
                source=frozenset({S.CERTIFIED}),
                target=S.SUSPENDED,
                by=access.is_administrator,
                asks=ReasonForm,
                notices=(
                    Notice(
                        template="institution_suspended",
                        kind=None,
                        recipients=applicant,
                        link=to_workbench,
                    ),
                ),
                tone="danger",
            ),
            Transition(
                name="lift",
                label=lazy_gettext("Lift the suspension"),
                done=lazy_gettext("Suspension lifted"),
                source=frozenset({S.SUSPENDED}),
                target=S.CERTIFIED,
                by=access.is_administrator,
                notices=(
                    Notice(
                        template="institution_lifted",
                        kind=None,
                        recipients=applicant,
                        link=to_workbench,
                    ),
                ),
                confirm=True,
            ),
            Transition(
                name="revoke",
                label=lazy_gettext("Revoke the certification"),
                done=lazy_gettext("Certification revoked"),
                source=frozenset({S.CERTIFIED, S.SUSPENDED}),
                target=S.REVOKED,
                by=access.is_administrator,
                asks=ReasonForm,
                notices=(
                    Notice(
                        template="institution_revoked",
                        kind=None,
                        recipients=applicant,
                        link=to_form,
                    ),
                ),
                then=close_workbench,
                tone="danger",
            ),
        ),
    )
)
