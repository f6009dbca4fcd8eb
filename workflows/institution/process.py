"""An institution's life, and its membership of the association."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from core.clock import now
from forms.base import ReasonForm, ReturnForm
from models import Institution, InstitutionStatus, User
from workflows.engine import Process, Transition, register
from workflows.engine.notices import Notice, reviewers
from workflows.institution.effects import (
    named_with_remarks,
    with_approval,
    with_everything,
    with_owner,
    with_submission,
    without_association,
    without_wish,
)
from workflows.institution.facts import snapshot
from workflows.institution.forms import ApproveForm
from workflows.institution.notices import applicant, to_form, to_queue, to_workbench
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
    Process(
        model=Institution,
        context=named_with_remarks,
        loads=(joinedload(Institution.applicant).selectinload(User.memberships),),
        transitions=(
            Transition(
                name="start",
                label=lazy_gettext("Start an application"),
                source=frozenset(),
                target=S.DRAFT,
                by=access.applied,
                guard=one_at_a_time,
                then=with_owner,
            ),
            Transition(
                name="submit",
                label=lazy_gettext("Submit for review"),
                source=OPEN,
                target=S.SUBMITTED,
                by=access.applied,
                guard=complete,
                sets=lambda _answers, _actor: {"submitted_at": now(), "remarks": {}},
                records=lambda row, _answers: {"snapshot": snapshot(row)},
                tells=(
                    Notice(template="application_received", to=applicant, link=to_form),
                    Notice(template="application_waiting", to=reviewers, link=to_queue),
                ),
                then=with_submission,
                conflicts=CONFLICTS,
            ),
            Transition(
                name="approve",
                label=lazy_gettext("Approve"),
                source=frozenset({S.SUBMITTED}),
                target=S.CERTIFIED,
                by=access.reviews,
                guard=still_free,
                asks=ApproveForm,
                sets=lambda _answers, _actor: {"certified_at": now(), "remarks": {}},
                tells=(Notice(template="application_approved", to=applicant, link=to_workbench),),
                then=with_approval,
                conflicts={"uq_membership_active_user": AT_WORK_ALREADY},
            ),
            Transition(
                name="return",
                label=lazy_gettext("Return for correction"),
                source=frozenset({S.SUBMITTED}),
                target=S.RETURNED,
                by=access.reviews,
                asks=ReturnForm,
                sets=lambda answers, _actor: {
                    "remarks": {**(answers.get("remarks") or {}), "": answers["reason"]}
                },
                records=lambda _row, answers: {"remarks": answers.get("remarks") or {}},
                tells=(Notice(template="application_returned", to=applicant, link=to_form),),
                tone="secondary",
            ),
            Transition(
                name="reject",
                label=lazy_gettext("Reject"),
                source=frozenset({S.SUBMITTED}),
                target=S.REJECTED,
                by=access.reviews,
                asks=ReasonForm,
                sets=lambda answers, _actor: {"remarks": {"": answers["reason"]}},
                tells=(Notice(template="application_rejected", to=applicant, link=to_form),),
                then=without_association,
                tone="danger",
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the application"),
                source=OPEN | {S.SUBMITTED},
                target=S.WITHDRAWN,
                by=access.applied,
                then=without_wish,
                tone="danger",
                confirm=True,
            ),
            Transition(
                name="suspend",
                label=lazy_gettext("Suspend"),
                source=frozenset({S.CERTIFIED}),
                target=S.SUSPENDED,
                by=access.is_administrator,
                asks=ReasonForm,
                tells=(Notice(template="institution_suspended", to=applicant, link=to_workbench),),
                tone="danger",
            ),
            Transition(
                name="lift",
                label=lazy_gettext("Lift the suspension"),
                source=frozenset({S.SUSPENDED}),
                target=S.CERTIFIED,
                by=access.is_administrator,
                tells=(Notice(template="institution_lifted", to=applicant, link=to_workbench),),
                confirm=True,
            ),
            Transition(
                name="revoke",
                label=lazy_gettext("Revoke the certification"),
                source=frozenset({S.CERTIFIED, S.SUSPENDED}),
                target=S.REVOKED,
                by=access.is_administrator,
                asks=ReasonForm,
                tells=(Notice(template="institution_revoked", to=applicant, link=to_form),),
                then=with_everything,
                tone="danger",
            ),
        ),
    )
)
