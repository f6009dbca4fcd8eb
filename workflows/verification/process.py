"""Transition table of a verification: handed in, decided by the platform, or ended by a code."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import EnterpriseMembership, Verification, VerificationStatus
from workflows.engine import Process, Transition, register
from workflows.verification import effects, notices, rules
from workflows.verification.forms import CodeForm, LicenceSeenForm

S = VerificationStatus

verifications = register(
    Process[Verification](
        model=Verification,
        context=notices.context,
        loads=(
            joinedload(Verification.membership).options(
                joinedload(EnterpriseMembership.user),
                joinedload(EnterpriseMembership.enterprise),
            ),
        ),
        transitions=(
            Transition(
                name="hand_in",
                label=lazy_gettext("Ask to be verified"),
                done=lazy_gettext("Asked to be verified"),
                source=frozenset(),
                target=S.SUBMITTED,
                by=rules.is_own,
                guard=rules.not_yet,
                notices=(notices.notify_reviewers("verification_waiting"),),
                conflicts={"uq_verification_open": rules.WAITS_ALREADY},
            ),
            Transition(
                name="approve",
                label=lazy_gettext("Approve: the licence was seen"),
                done=lazy_gettext("Verified by the licence"),
                source=frozenset({S.SUBMITTED, S.CODE_SENT}),
                target=S.APPROVED,
                by=access.reviews_applications,
                guard=rules.has_licence,
                asks=LicenceSeenForm,
                sets=effects.decision_columns,
                notices=(notices.notify_person("verification_approved"),),
                then=effects.verify_by_licence,
            ),
            Transition(
                name="send_code",
                label=lazy_gettext("Make a code for a letter or a call"),
                done=lazy_gettext("A code went to the enterprise"),
                source=frozenset({S.SUBMITTED, S.CODE_SENT}),
                target=S.CODE_SENT,
                by=access.reviews_applications,
                guard=rules.still_open,
                asks=CodeForm,
                sets=effects.code_columns,
                records=effects.code_record,
                notices=(notices.notify_person("verification_code_sent"),),
                tone="secondary",
            ),
            Transition(
                name="enter_code",
                label=lazy_gettext("Enter the code"),
                done=lazy_gettext("Verified by the code"),
                source=frozenset({S.CODE_SENT}),
                target=S.APPROVED,
                by=rules.is_own,
                guard=rules.code_good,
                notices=(notices.notify_person("verification_approved"),),
                then=effects.verify_by_code,
                button=False,
            ),
            Transition(
                name="reject",
                label=lazy_gettext("Reject"),
                done=lazy_gettext("Not verified"),
                source=frozenset({S.SUBMITTED, S.CODE_SENT}),
                target=S.REJECTED,
                by=access.reviews_applications,
                asks=ReasonForm,
                sets=effects.rejection_columns,
                notices=(notices.notify_person("verification_rejected"),),
                tone="danger",
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw"),
                done=lazy_gettext("Withdrawn"),
                source=frozenset({S.SUBMITTED, S.CODE_SENT}),
                target=S.WITHDRAWN,
                by=rules.is_own,
                tone="secondary",
                confirm=True,
            ),
        ),
    )
)
