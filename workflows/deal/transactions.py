"""A filed deal's life: written, filed, confirmed or denied, approved, and perhaps revoked.

What the enterprise says is a life of its own (confirmations.py). Approved, the deal counts in the
ranking and reviews open on both sides; revoked, it is as if it had never been.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from core.clock import now
from core.database import db
from forms.base import ReasonForm, ReturnForm
from models import Demand, Institution, Transaction, TransactionStatus, User
from workflows.deal import confirmation_answers, confirmation_asking, review_effects
from workflows.deal.transaction_audience import (
    both_sides,
    context,
    enterprise_people,
    tell_reviewers,
    to_account,
)
from workflows.deal.transaction_origin import out_of
from workflows.deal.transaction_rules import CONFLICTS, ready, still_files
from workflows.deal.transaction_sides import related
from workflows.engine import Answers, Process, Transition, begin, columns, perform, register
from workflows.engine.notices import Notice, Recipient

S = TransactionStatus


def start(institution: Institution, actor: User, demand: Demand | None = None,
          form_key: str | None = None) -> Transaction:  # fmt: skip
    """Begin a draft of `institution`, filled in from `demand` where it came of one.

    Raises:
        PermissionError: the actor does not work for the institution.
        ValueError: why not, in the reader's words.
    """
    row = Transaction(
        form_key=form_key or str(uuid.uuid4()),
        institution_id=institution.id,
        filer_id=actor.id,
        **(out_of(demand) if demand else {}),
    )
    return begin(row, "draft", actor)


def file(row: Transaction, actor: User, seen: int | None = None) -> str | None:
    """File a draft or a corrected deal; return None, or why not in the reader's words."""
    versions = {row.id: seen} if seen is not None else None
    outcome = perform(Transaction, "file", [row.id], actor, seen=versions)
    return str(outcome.refused[row.id]) if row.id in outcome.refused else None


def with_filing(rows: list[Transaction], actor: User, _answers: Answers) -> None:
    """Flag deals between related sides, and ask the enterprises."""
    flagged = related(rows)
    for row in rows:
        row.related = row.id in flagged
    db.session.flush()
    confirmation_asking.ask_about(rows, actor)


def with_approval(rows: list[Transaction], actor: User, _answers: Answers) -> None:
    """The volume and the score rise at once, and reviews open on both sides."""
    review_effects.open_for(rows, actor)
    confirmation_answers.rank(rows)


def with_revocation(rows: list[Transaction], actor: User, _answers: Answers) -> None:
    """As if the deal had never been: reviews close, scores are computed without it."""
    review_effects.close_for(rows, actor)
    confirmation_answers.rank(rows)


def told_before(rows: Sequence[Transaction]) -> dict[int, list[Recipient]]:
    """The enterprise's people, where the deal was ever filed: a draft was nobody else's."""
    people = enterprise_people(rows)
    return {row.id: people[row.id] if row.filed_at else [] for row in rows}


def returned(answers: Answers, _actor: User) -> dict[str, Any]:
    remarks = {**(answers.get("remarks") or {}), "": answers["reason"]}
    return {"remarks": remarks, "reason": answers["reason"]}


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
