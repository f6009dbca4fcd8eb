"""A filed deal's life: written, filed, confirmed or denied, approved, and perhaps revoked.

What the enterprise says is a life of its own (confirmations.py). Approved, the deal counts in the
ranking and reviews open on both sides; revoked, it is as if it had never been."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from core.clock import now
from forms.base import ReasonForm, ReturnForm
from models import Transaction, TransactionStatus
from workflows.engine import Process, Transition, columns, register
from workflows.engine.notices import Notice
from workflows.transaction.effects import returned, with_approval, with_filing, with_revocation
from workflows.transaction.notices import (
    both_sides,
    context,
    tell_reviewers,
    to_account,
    told_before,
)
from workflows.transaction.rules import CONFLICTS, ready, still_files

S = TransactionStatus


transactions = register(
    Process(
        model=Transaction,
        context=context,
        loads=(joinedload(Transaction.institution),),
        transitions=(
            Transition(
                name="draft",
                label=lazy_gettext("Start a deal"),
                source=frozenset(),
                target=S.DRAFT,
                by=access.works_for,
                guard=still_files,
                born=columns.numbered("JY"),
            ),
            Transition(
                name="file",
                label=lazy_gettext("File the deal"),
                source=frozenset({S.DRAFT, S.RETURNED}),
                target=S.FILED,
                by=access.works_for,
                guard=ready,
                sets=lambda _answers, _actor: {"filed_at": now(), "remarks": {}, "reason": None},
                tells=(tell_reviewers("transaction_waiting"),),
                then=with_filing,
                conflicts=CONFLICTS,
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the deal"),
                source=frozenset({S.DRAFT, S.FILED, S.RETURNED}),
                target=S.WITHDRAWN,
                by=access.works_for,
                tells=(Notice(template="transaction_withdrawn", to=told_before, link=to_account),),
                tone="danger",
                confirm=True,
            ),
            Transition(
                name="approve",
                label=lazy_gettext("Approve"),
                source=frozenset({S.FILED}),
                target=S.APPROVED,
                by=access.reviews,
                sets=lambda _answers, _actor: {"approved_at": now()},
                tells=both_sides("transaction_approved"),
                then=with_approval,
            ),
            Transition(
                name="return",
                label=lazy_gettext("Return for correction"),
                source=frozenset({S.FILED}),
                target=S.RETURNED,
                by=access.reviews,
                asks=ReturnForm,
                sets=returned,
                records=lambda _row, answers: {"remarks": answers.get("remarks") or {}},
                tells=both_sides("transaction_returned"),
                tone="secondary",
            ),
            Transition(
                name="reject",
                label=lazy_gettext("Reject"),
                source=frozenset({S.FILED}),
                target=S.REJECTED,
                by=access.reviews,
                asks=ReasonForm,
                sets=columns.reason,
                tells=both_sides("transaction_rejected"),
                tone="danger",
            ),
            Transition(
                name="revoke",
                label=lazy_gettext("Revoke the approval"),
                source=frozenset({S.APPROVED}),
                target=S.REVOKED,
                by=access.is_administrator,
                asks=ReasonForm,
                sets=columns.reason,
                tells=both_sides("transaction_revoked"),
                then=with_revocation,
                tone="danger",
            ),
        ),
    )
)
