"""Answering a confirmation, signed in or by the token of the link in the mail."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

import access
from core.database import db
from core.tokens import hashed
from models import Confirmation, Transaction
from workflows.engine import HANDLED, Words, lock, perform


def answer(row: Confirmation, verb: str, actor: Any, **answers: Any) -> Words | None:
    """Take the enterprise's answer; return None, or why not in the reader's words.

    The transaction is locked first: an approval of the same moment waits, and counts the answer.
    """
    lock(Transaction, [row.transaction_id])
    db.session.get(Transaction, row.transaction_id, populate_existing=True)
    if isinstance(actor, access.Bearer):
        answers["by_link"] = True
    outcome = perform(Confirmation, verb, [row.id], actor, **answers)
    return None if outcome.done else outcome.refused.get(row.id, HANDLED)


def by_token(token: str) -> Confirmation | None:
    """Return the confirmation whose link carries `token`, whoever looks: the token is the right."""
    return db.session.scalar(
        sa.select(Confirmation)
        .where(Confirmation.token_hash == hashed(token))
        .options(
            joinedload(Confirmation.transaction).options(
                joinedload(Transaction.institution), joinedload(Transaction.category)
            )
        )
        .execution_options(unguarded=True)
    )


def bearer(token: str) -> Any:
    """Return the actor that holds `token`: it may answer that one confirmation, in time."""
    return access.Bearer(hashed(token))
