"""Recipients, links and template context of the notices about a confirmation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from core.clock import park_day
from models import Confirmation, Transaction
from workflows.engine.notices import Notice, Recipient, reviewers_of_trade
from workflows.transaction import notices as transaction_notices


def of_transactions(
    people: Callable[[Sequence[Transaction]], Mapping[int, Sequence[Recipient]]],
) -> Callable[[Sequence[Confirmation]], dict[int, Sequence[Recipient]]]:
    """Turn who hears of a transaction into who hears of its confirmation."""

    def recipients(rows: Sequence[Confirmation]) -> dict[int, Sequence[Recipient]]:
        found = people([row.transaction for row in rows])
        return {row.id: found[row.transaction_id] for row in rows}

    return recipients


def mailboxes(rows: Sequence[Confirmation]) -> dict[int, list[Recipient]]:
    """The addresses of the enterprise's people: the link is for the mail alone."""
    found = of_transactions(transaction_notices.enterprise_people)(rows)
    return {
        id: [Recipient(recipient.email, None, recipient.locale) for recipient in people]
        for id, people in found.items()
    }


def bells(rows: Sequence[Confirmation]) -> dict[int, list[Recipient]]:
    found = of_transactions(transaction_notices.enterprise_people)(rows)
    return {
        id: [Recipient(user_id=recipient.user_id) for recipient in people]
        for id, people in found.items()
    }


of_institution = of_transactions(transaction_notices.institution_side)


of_reviewers = of_transactions(reviewers_of_trade)


def to_token(row: Confirmation) -> str:
    """The secret link; whoever asks put the token on the row in memory."""
    return f"/confirmations/{row.token}"


def to_transaction(link: Callable[[Transaction], str]) -> Callable[[Confirmation], str]:
    return lambda row: link(row.transaction)


def last_day(row: Confirmation) -> date:
    """Return the day that ends at `due_at`."""
    return park_day(row.due_at - timedelta(seconds=1))


def context(rows: Sequence[Confirmation]) -> dict[int, dict[str, Any]]:
    transactions = transaction_notices.context([row.transaction for row in rows])
    return {row.id: transactions[row.transaction.id] | _terms(row) for row in rows}


def _terms(row: Confirmation) -> dict[str, Any]:
    transaction = row.transaction
    return {
        "amount": f"{transaction.amount:,.2f}" if transaction.amount is not None else "",
        "signed_on": str(transaction.signed_on or ""),
        "until": str(last_day(row)),
    }


QUESTION = (
    Notice(
        template="confirmation_asked", kind=None, recipients=mailboxes, link=to_token, each=True
    ),
    Notice(
        template="confirmation_asked",
        kind=None,
        recipients=bells,
        link=to_transaction(transaction_notices.to_account),
    ),
)


def notify_institution(template: str) -> Notice[Confirmation]:
    return Notice(
        template=template,
        kind=None,
        recipients=of_institution,
        link=to_transaction(transaction_notices.to_workbench),
    )


def notify_reviewers(template: str) -> Notice[Confirmation]:
    return Notice(
        template=template,
        kind=None,
        recipients=of_reviewers,
        link=to_transaction(transaction_notices.to_queue),
    )
