"""A filed deal's life: written, filed, confirmed or denied, approved, and perhaps revoked.

What the enterprise says is a life of its own (confirmations.py). Approved, the deal counts in the
ranking and reviews open on both sides; revoked, it is as if it had never been."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from core.clock import now
from forms.base import ReasonForm
from models import (
    Institution,
    NoticeKind,
    Transaction,
    TransactionStatus,
)
from workflows.engine import (
    Process,
    Transition,
    columns,
    parents,
    register,
)
from workflows.engine.decisions import Decision, decisions
from workflows.engine.notices import Notice
from workflows.transaction.effects import (
    ask_enterprises,
    close_reviews,
    open_reviews,
    returned_columns,
)
from workflows.transaction.notices import (
    both_sides,
    context,
    notified_before,
    notify_reviewers,
    to_account,
)
from workflows.transaction.rules import CONFLICTS, ready, still_files

S = TransactionStatus


transactions = register(
    Process[Transaction](
        model=Transaction,
        context=context,
        loads=(joinedload(Transaction.institution),),
        transitions=(
            Transition(
                name="draft",
                label=lazy_gettext("Start a deal"),
                done=lazy_gettext("Deal started"),
                source=frozenset(),
                target=S.DRAFT,
                by=access.works_for,
                guard=still_files,
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
                guard=ready,
                sets=lambda _answers, _actor: {"filed_at": now(), "remarks": {}, "reason": None},
                notices=(notify_reviewers("transaction_waiting"),),
                then=ask_enterprises,
                conflicts=CONFLICTS,
            ),
            Transition(
                name="withdraw",
                label=lazy_gettext("Withdraw the deal"),
                done=lazy_gettext("Deal withdrawn"),
                source=frozenset({S.DRAFT, S.FILED, S.RETURNED}),
                target=S.WITHDRAWN,
                by=access.works_for,
                notices=(
                    Notice(
                        template="transaction_withdrawn",
                        kind=NoticeKind.TRANSACTION,
                        recipients=notified_before,
                        link=to_account,
                    ),
                ),
                tone="danger",
                confirm=True,
            ),
            *decisions(
                S.FILED,
                approve=Decision(
                    done=lazy_gettext("Deal approved"),
                    target=S.APPROVED,
                    sets=lambda _answers, _actor: {"approved_at": now()},
                    notices=both_sides("transaction_approved"),
                    then=open_reviews,
                ),
                send_back=Decision(
                    done=lazy_gettext("Returned for correction"),
                    target=S.RETURNED,
                    sets=returned_columns,
                    notices=both_sides("transaction_returned"),
                ),
                reject=Decision(
                    done=lazy_gettext("Deal rejected"),
                    target=S.REJECTED,
                    sets=columns.reason,
                    notices=both_sides("transaction_rejected"),
                ),
            ),
            Transition(
                name="revoke",
                label=lazy_gettext("Revoke the approval"),
                done=lazy_gettext("Approval revoked"),
                source=frozenset({S.APPROVED}),
                target=S.REVOKED,
                by=access.is_administrator,
                asks=ReasonForm,
                sets=columns.reason,
                notices=both_sides("transaction_revoked"),
                then=close_reviews,
                tone="danger",
            ),
        ),
    )
)
