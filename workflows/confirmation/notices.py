"""Who hears of a confirmation, where it leads them, and what the mails say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from core.clock import park_day
from models import Confirmation, Transaction
from workflows.engine.notices import Notice, Recipient, reviewers
from workflows.transaction import notices as transaction_notices


def through(
    people: Callable[[Sequence[Transaction]], Mapping[int, Sequence[Recipient]]],
) -> Callable[[Sequence[Confirmation]], dict[int, Sequence[Recipient]]]:
    """Turn who hears of a deal into who hears of its confirmation."""

    def told(rows: Sequence[Confirmation]) -> dict[int, Sequence[Recipient]]:
        found = people([row.transaction for row in rows])
        return {row.id: found[row.transaction_id] for row in rows}

    return told


def mailboxes(rows: Sequence[Confirmation]) -> dict[int, list[Recipient]]:
    """The addresses of the enterprise's people: the link is for the mail alone."""
    found = through(transaction_notices.enterprise_people)(rows)
    return {id: [Recipient(one.email, None, one.locale) for one in people]
            for id, people in found.items()}  # fmt: skip


def bells(rows: Sequence[Confirmation]) -> dict[int, list[Recipient]]:
    found = through(transaction_notices.enterprise_people)(rows)
    return {id: [Recipient(user_id=one.user_id) for one in people]
            for id, people in found.items()}  # fmt: skip


def to_token(row: Confirmation) -> str:
    """The secret link; whoever asks put the token on the row in memory."""
    return f"/confirmations/{row.token}"


def to_deal(link: Callable[[Transaction], str]) -> Callable[[Confirmation], str]:
    return lambda row: link(row.transaction)


def last_day(row: Confirmation) -> date:
    """Return the day that ends at `due_at`."""
    return park_day(row.due_at - timedelta(seconds=1))


def context(rows: Sequence[Confirmation]) -> dict[int, dict[str, Any]]:
    deals = transaction_notices.context([row.transaction for row in rows])
    return {row.id: deals[row.transaction.id] | _terms(row) for row in rows}


QUESTION = (
    Notice(
        template="confirmation_asked", kind=None, recipients=mailboxes, link=to_token, each=True
    ),
    Notice(
        template="confirmation_asked",
        kind=None,
        recipients=bells,
        link=to_deal(transaction_notices.to_account),
    ),
)


to_institution = through(transaction_notices.institution_side)


to_reviewers = through(reviewers)


def _terms(row: Confirmation) -> dict[str, Any]:
    deal = row.transaction
    return {
        "amount": f"{deal.amount:,.2f}" if deal.amount is not None else "",
        "signed_on": str(deal.signed_on or ""),
        "until": str(last_day(row)),
    }
