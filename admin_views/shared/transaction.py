"""Transactions in both back offices: cells, labels, history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext, lazy_gettext

import labels
from admin_views.base import OptionFilter
from admin_views.base.history import Entry, entries
from models import Confirmation, ConfirmationStatus, Transaction
from workflows.confirmation import notices as confirmation_notices
from workflows.transaction.writing import FIELD_LABELS

LABELS = {
    **FIELD_LABELS,
    "number": lazy_gettext("Number"),
    "institution": lazy_gettext("Institution"),
    "category": FIELD_LABELS["category_id"],
    "consultant": FIELD_LABELS["affiliation_id"],
    "sold": lazy_gettext("Product"),
    "period": lazy_gettext("Service period"),
    "answer": lazy_gettext("The enterprise says"),
    "filed_at": lazy_gettext("Filed on"),
    "approved_at": lazy_gettext("Approved on"),
    "demand": lazy_gettext("Out of the demand"),
    "file": lazy_gettext("File"),
    "by_link": lazy_gettext("By the link in the mail"),
    "enterprise_id": lazy_gettext("Registered enterprise"),
}
# the facts of a transaction on its page
FACTS = (
    "number",
    "enterprise_name",
    "enterprise_code",
    "title",
    "category",
    "sold",
    "consultant",
    "amount",
    "signed_on",
    "period",
    "contract_number",
    "invoice_number",
    "demand",
    "remark",
    "filed_at",
    "approved_at",
)


def answer(_view: Any, _context: None, row: Transaction, _name: str) -> Any:
    """The enterprise's answer as a badge; an unregistered enterprise is not asked."""
    if row.filed_at is None:
        return None
    if row.enterprise_id is None:
        return gettext("Not registered: counts as silent")
    return row.confirmation.status if row.confirmation else ConfirmationStatus.SILENT


def sold(_view: Any, _context: None, row: Transaction, _name: str) -> Any:
    return row.product or row.offer


def consultant(_view: Any, _context: None, row: Transaction, _name: str) -> Any:
    return row.affiliation.consultant if row.affiliation else None


def period(_view: Any, _context: None, row: Transaction, _name: str) -> Any:
    if not (row.service_from or row.service_to):
        return None
    return f"{row.service_from or '…'} – {row.service_to or '…'}"  # noqa: RUF001  # a dash


FORMATTERS = {"answer": answer, "sold": sold, "consultant": consultant, "period": period}


def _answered(state: ConfirmationStatus) -> Callable[[], Any]:
    return lambda: Transaction.confirmation.has(Confirmation.status == state)


ANSWER_FILTER = OptionFilter(
    "answer",
    LABELS["answer"],
    {state.value: (labels.label(state), _answered(state)) for state in ConfirmationStatus}
    | {
        "unregistered": (
            lazy_gettext("Not registered"),
            lambda: Transaction.enterprise_id.is_(None),
        )
    },
)


def past(row: Transaction, own: Any, printer: Any) -> list[Entry]:
    """Return the history of the transaction and of its confirmation, newest first."""
    found = entries(row, own, printer)
    if row.confirmation is not None:
        found += entries(row.confirmation, own, printer)
    return sorted(found, key=lambda entry: entry.at, reverse=True)


def answer_context(row: Transaction) -> dict[str, Any]:
    """Return the template context of the enterprise's answer (confirmation)."""
    asked = row.confirmation if row.enterprise_id is not None else None
    return {
        "asked": asked,
        "until": confirmation_notices.last_day(asked) if asked else None,
        "answered_by": asked.answered_by.name if asked and asked.answered_by else "",
        "remarks": {
            name: (labels_of(name), words) for name, words in (row.remarks or {}).items() if name
        },
    }


def labels_of(name: str) -> Any:
    return LABELS.get(name, name)
