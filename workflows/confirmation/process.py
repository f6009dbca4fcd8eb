"""The enterprise's word on a filed deal: asked for, given by sign-in or by the link, or silence.

It is asked in confirmation_asking.py; what an answer does is in confirmation_answers.py."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import Confirmation, ConfirmationStatus, Transaction
from workflows.confirmation.effects import (
    answer_columns,
    answer_record,
    ask_again_columns,
    mark_scores,
    question_record,
)
from workflows.confirmation.notices import (
    QUESTION,
    context,
    to_institution,
    to_reviewers,
    to_transaction,
)
from workflows.confirmation.rules import answerable, may_answer, overdue, works_for_filer
from workflows.engine import Process, Transition, register
from workflows.engine.notices import Notice
from workflows.transaction import notices as transaction_notices

S = ConfirmationStatus


confirmations = register(
    Process[Confirmation](
        model=Confirmation,
        context=context,
        loads=(joinedload(Confirmation.transaction).joinedload(Transaction.institution),),
        transitions=(
            Transition(
                name="ask",
                label=lazy_gettext("Ask the enterprise"),
                done=lazy_gettext("The enterprise was asked"),
                source=frozenset(),
                target=S.ASKED,
                by=works_for_filer,
                records=question_record,
                notices=QUESTION,
            ),
            Transition(
                name="ask_anew",
                label=lazy_gettext("Ask the enterprise again"),
                done=lazy_gettext("The enterprise was asked again"),
                source=frozenset(S),
                target=S.ASKED,
                by=works_for_filer,
                sets=ask_again_columns,
                records=question_record,
                notices=QUESTION,
                button=False,
            ),
            Transition(
                name="drop",
                label=lazy_gettext("Ask no more"),
                done=lazy_gettext("No registered enterprise to ask"),
                source=frozenset({S.ASKED, S.CONFIRMED, S.DENIED}),
                target=S.SILENT,
                by=works_for_filer,
                sets=lambda _answers, _actor: {
                    "token_hash": None,
                    "answered_by_id": None,
                    "reason": None,
                },
                button=False,
            ),
            Transition(
                name="confirm",
                label=lazy_gettext("Confirm the deal"),
                done=lazy_gettext("Confirmed by the enterprise"),
                source=frozenset({S.ASKED, S.SILENT}),
                target=S.CONFIRMED,
                by=may_answer,
                guard=answerable,
                sets=answer_columns,
                records=answer_record,
                notices=(
                    Notice(
                        template="confirmation_confirmed",
                        kind=None,
                        recipients=to_institution,
                        link=to_transaction(transaction_notices.to_workbench),
                    ),
                ),
                then=mark_scores,
            ),
            Transition(
                name="deny",
                label=lazy_gettext("Deny the deal"),
                done=lazy_gettext("Denied by the enterprise"),
                source=frozenset({S.ASKED, S.SILENT}),
                target=S.DENIED,
                by=may_answer,
                guard=answerable,
                asks=ReasonForm,
                sets=answer_columns,
                records=answer_record,
                notices=(
                    Notice(
                        template="confirmation_denied",
                        kind=None,
                        recipients=to_institution,
                        link=to_transaction(transaction_notices.to_workbench),
                    ),
                    Notice(
                        template="confirmation_alarm",
                        kind=None,
                        recipients=to_reviewers,
                        link=to_transaction(transaction_notices.to_queue),
                    ),
                ),
                then=mark_scores,
                tone="danger",
            ),
            Transition(
                name="fall_silent",
                label=lazy_gettext("Count as silence"),
                done=lazy_gettext("The enterprise did not answer in time"),
                source=frozenset({S.ASKED}),
                target=S.SILENT,
                by=access.by_itself,
                guard=overdue,
                then=mark_scores,
                tone="secondary",
            ),
        ),
    )
)
