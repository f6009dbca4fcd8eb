"""Transition table of a confirmation: the enterprise is asked, confirms, denies or is silent.

It is asked by transaction/asking.py, and answered by answering.py.
"""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import Confirmation, ConfirmationStatus, Transaction
from workflows.confirmation import effects, notices, rules
from workflows.engine import Process, Transition, columns, register

S = ConfirmationStatus

confirmations = register(
    Process[Confirmation](
        model=Confirmation,
        context=notices.context,
        loads=(joinedload(Confirmation.transaction).joinedload(Transaction.institution),),
        transitions=(
            Transition(
                name="ask",
                label=lazy_gettext("Ask the enterprise"),
                done=lazy_gettext("The enterprise was asked"),
                source=frozenset(),
                target=S.ASKED,
                by=rules.works_for_filer,
                records=effects.question_record,
                notices=notices.QUESTION,
            ),
            Transition(
                name="ask_anew",
                label=lazy_gettext("Ask the enterprise again"),
                done=lazy_gettext("The enterprise was asked again"),
                source=frozenset(S),
                target=S.ASKED,
                by=rules.works_for_filer,
                sets=effects.ask_again_columns,
                records=effects.question_record,
                notices=notices.QUESTION,
                button=False,
            ),
            Transition(
                name="drop",
                label=lazy_gettext("Ask no more"),
                done=lazy_gettext("No registered enterprise to ask"),
                source=frozenset({S.ASKED, S.CONFIRMED, S.DENIED}),
                target=S.SILENT,
                by=rules.works_for_filer,
                sets=columns.constant(token_hash=None, answered_by_id=None, reason=None),
                button=False,
            ),
            Transition(
                name="confirm",
                label=lazy_gettext("Confirm the deal"),
                done=lazy_gettext("Confirmed by the enterprise"),
                source=frozenset({S.ASKED, S.SILENT}),
                target=S.CONFIRMED,
                by=rules.may_answer,
                guard=rules.answerable,
                sets=effects.answer_columns,
                records=effects.answer_record,
                notices=(notices.notify_institution("confirmation_confirmed"),),
                then=effects.mark_scores,
            ),
            Transition(
                name="deny",
                label=lazy_gettext("Deny the deal"),
                done=lazy_gettext("Denied by the enterprise"),
                source=frozenset({S.ASKED, S.SILENT}),
                target=S.DENIED,
                by=rules.may_answer,
                guard=rules.answerable,
                asks=ReasonForm,
                sets=effects.answer_columns,
                records=effects.answer_record,
                notices=(
                    notices.notify_institution("confirmation_denied"),
                    notices.notify_reviewers("confirmation_alarm"),
                ),
                then=effects.mark_scores,
                tone="danger",
            ),
            Transition(
                name="fall_silent",
                label=lazy_gettext("Count as silence"),
                done=lazy_gettext("The enterprise did not answer in time"),
                source=frozenset({S.ASKED}),
                target=S.SILENT,
                by=access.by_itself,
                guard=rules.overdue,
                then=effects.mark_scores,
                tone="secondary",
            ),
        ),
    )
)
