"""Transition table of a transaction (交易备案): drafted, filed, approved, perhaps revoked.

The enterprise's answer is a process of its own (confirmation/process.py). Approved, the transaction
counts in the ranking and reviews open on both sides; revoked, it is as if it had never been.
"""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from forms.base import ReasonForm
from models import Institution, Transaction, TransactionStatus
from workflows.engine import Process, Transition, columns, parents, register
from workflows.engine.decisions import Decision, decisions
from workflows.transaction import effects, notices, rules

S = TransactionStatus

transactions = register(
    Process[Transaction](
        model=Transaction,
        context=notices.context,
        loads=(joinedload(Transaction.institution),),
        transitions=(
            Transition(
                name="draft",
                label=lazy_gettext("Start a deal"),
                done=lazy_gettext("Deal started"),
                source=frozenset(),
                target=S.DRAFT,
                by=access.works_for,
                guard=rules.still_files,
                created=columns.numbered("JY"),
            ),
            Transition(
                name="file",
                locks=parents(Transaction, ("institution_id", Institution), read=True),
                label=lazy_gettext("File the deal"),
                done=lazy_gettext("Deal filed"),
                source=frozenset({S.DRAFT, S.RETURNED}),
                target=S.FILED,
                by=access.works_for,
                guard=rules.ready,
                sets=columns.stamped("filed_at", remarks={}, reason=None),
                notices=(notices.notify_reviewers("transaction_waiting"),),
                then=effects.ask_enterprises,
                conflicts=rules.CONFLICTS,
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the deal"),
                done=lazy_gettext("Deal withdrawn"),
                source=frozenset({S.DRAFT, S.FILED, S.RETURNED}),
                target=S.WITHDRAWN,
                by=access.works_for,
                notices=(notices.notify_enterprise("transaction_withdrawn"),),
                tone="danger",
                confirm=True,
            ),
            *decisions(
                S.FILED,
                by=access.reviews_trade,
                approve=Decision(
                    done=lazy_gettext("Deal approved"),
                    target=S.APPROVED,
                    sets=columns.stamped("approved_at"),
                    notices=notices.both_sides("transaction_approved"),
                    then=effects.open_reviews,
                ),
                send_back=Decision(
                    done=lazy_gettext("Returned for correction"),
                    target=S.RETURNED,
                    sets=columns.reason_and_remarks,
                    notices=notices.both_sides("transaction_returned"),
                ),
                reject=Decision(
                    done=lazy_gettext("Deal rejected"),
                    target=S.REJECTED,
                    sets=columns.reason,
                    notices=notices.both_sides("transaction_rejected"),
                ),
            ),
            Transition(
                name="revoke",
                label=lazy_gettext("Revoke the approval"),
                done=lazy_gettext("Approval revoked"),
                second_person="second_person_revoke",
                source=frozenset({S.APPROVED}),
                target=S.REVOKED,
                by=access.sanctions,
                asks=ReasonForm,
                sets=columns.reason,
                notices=notices.both_sides("transaction_revoked"),
                then=effects.close_reviews,
                tone="danger",
            ),
        ),
    )
)
