"""Asking an enterprise to confirm a filed transaction, and again where it changed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from core.clock import now
from core.database import db
from core.tokens import hashed
from models import Confirmation, Event, Transaction, User
from workdays.calendar import add_working_days
from workflows.engine import create, perform, plain

DAYS = 10  # working days; then silence counts as silence
# what the enterprise is asked to confirm: where one of these changed, it is asked anew
SUBJECT = ("enterprise_id", "title", "category_id", "product_id", "offer_id", "affiliation_id",
           "amount", "signed_on", "service_from", "service_to", "contract_number",
           "invoice_number")  # fmt: skip


def subject(transaction: Transaction) -> dict[str, Any]:
    """Return what the enterprise is asked to confirm, as JSON."""
    return {name: plain(getattr(transaction, name)) for name in SUBJECT}


def last_question(row: Confirmation) -> dict[str, Any]:
    """Return the transaction as the enterprise was last asked about it."""
    changes = db.session.scalar(
        sa.select(Event.changes)
        .where(
            Event.subject_type == Confirmation.__tablename__,
            Event.subject_id == row.id,
            Event.name.in_(("ask", "ask_anew")),
        )
        .order_by(Event.id.desc())
        .limit(1)
        .execution_options(unguarded=True)
    )
    return dict((changes or {}).get("snapshot") or {})


def ask_about(transactions: Sequence[Transaction], actor: User) -> None:
    """Ask the enterprises of filed transactions to confirm or deny, in the caller's unit of work.

    One that is not registered is not asked. One that was asked before is asked anew where what it
    was asked about has changed; an answer to the same question stays.
    """
    known = {
        row.transaction_id: row
        for row in db.session.scalars(
            sa.select(Confirmation).where(
                Confirmation.transaction_id.in_([transaction.id for transaction in transactions])
            )
        )
    }
    for transaction in transactions:
        row = known.get(transaction.id)
        if transaction.enterprise_id is None:
            if row is not None:
                perform(Confirmation, "drop", [row.id], actor)
        elif row is None:
            _ask(transaction, actor)
        elif last_question(row) != subject(transaction):
            token = secrets.token_urlsafe(32)
            row.token = token  # in memory alone: the mail's link
            perform(Confirmation, "ask_anew", [row.id], actor, **_question(token))


def _ask(transaction: Transaction, actor: User) -> None:
    token = secrets.token_urlsafe(32)
    row = Confirmation(transaction_id=transaction.id, **_question(token))
    row.token = token
    create(row, "ask", actor)


def _question(token: str) -> dict[str, Any]:
    return {"token_hash": hashed(token), "due_at": add_working_days(now(), DAYS)}
