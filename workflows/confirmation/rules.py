"""Predicates and guards of a confirmation: who may answer for a filed transaction, and when."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

import access
from core.clock import now
from core.database import db
from models import Confirmation, ConfirmationStatus, Transaction, TransactionStatus, User
from workflows.engine import Words

S = ConfirmationStatus
ANSWERABLE = (TransactionStatus.FILED, TransactionStatus.APPROVED)
NOT_NOW = lazy_gettext("This deal is not up for confirmation at present.")


def works_for_filer(user: User, row: Confirmation) -> bool:
    """Works for the institution that files the transaction."""
    transaction = db.session.get(Transaction, row.transaction_id)
    return transaction is not None and access.works_for(user, transaction)


def may_answer(user: Any, row: Confirmation) -> bool:
    """Acts for the enterprise and not for the institution, or holds a link that is still good."""
    if isinstance(user, access.Bearer):
        return row.token_hash == user.token_hash and row.status is S.ASKED and row.due_at > now()
    return user is not access.SYSTEM and access.bought(user, row.transaction)


def answerable(row: Confirmation) -> Words | None:
    """Guard: the transaction is filed, and neither in correction nor over."""
    return None if row.transaction.status in ANSWERABLE else NOT_NOW


def overdue(row: Confirmation) -> Words | None:
    """Guard: the ten working days are over; asked anew meanwhile, the enterprise has time again."""
    return None if row.due_at <= now() else NOT_NOW
