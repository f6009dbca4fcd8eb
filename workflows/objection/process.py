"""Transition table of an objection: made by a later person, decided by the platform."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import EnterpriseMembership, Institution, Objection, ObjectionStatus
from workflows.engine import Process, Transition, parents, register
from workflows.objection import effects, notices, rules

S = ObjectionStatus

objections = register(
    Process[Objection](
        model=Objection,
        context=notices.context,
        loads=(
            joinedload(Objection.objector),
            joinedload(Objection.contested).joinedload(EnterpriseMembership.user),
            joinedload(Objection.membership),
            joinedload(Objection.holder).joinedload(Institution.applicant),
        ),
        transitions=(
            Transition(
                name="object",
                label=lazy_gettext("Object"),
                done=lazy_gettext("Objection made"),
                source=frozenset(),
                target=S.OPEN,
                by=rules.is_own,
                guard=rules.may_object,
                notices=(
                    notices.notify_reviewers("objection_waiting"),
                    notices.notify_holder("objection_made"),
                ),
                conflicts={"uq_objection_open": rules.WAITS_ALREADY},
            ),
            Transition(
                name="uphold",
                label=lazy_gettext("Uphold: it belongs to the objector"),
                done=lazy_gettext("Objection upheld"),
                source=frozenset({S.OPEN}),
                target=S.UPHELD,
                by=access.reviews_applications,
                guard=rules.still_stands,
                asks=ReasonForm,
                sets=effects.decision_columns,
                locks=parents(
                    Objection,
                    ("membership_id", EnterpriseMembership),
                    ("contested_id", EnterpriseMembership),
                    ("holder_id", Institution),
                ),
                notices=(notices.notify_objector("objection_upheld"),),
                then=effects.change_hands,
            ),
            Transition(
                name="dismiss",
                label=lazy_gettext("Dismiss the objection"),
                done=lazy_gettext("Objection dismissed"),
                source=frozenset({S.OPEN}),
                target=S.DISMISSED,
                by=access.reviews_applications,
                asks=ReasonForm,
                sets=effects.decision_columns,
                notices=(
                    notices.notify_objector("objection_dismissed"),
                    notices.notify_holder("objection_settled"),
                ),
                tone="danger",
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the objection"),
                done=lazy_gettext("Objection withdrawn"),
                source=frozenset({S.OPEN}),
                target=S.WITHDRAWN,
                by=rules.is_own,
                notices=(notices.notify_holder("objection_settled"),),
                tone="secondary",
                confirm=True,
            ),
        ),
    )
)
