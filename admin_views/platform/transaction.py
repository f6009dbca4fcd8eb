"""Review queue of transactions (交易备案): evidence, confirmation, warnings, decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from flask import g, url_for
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup
from sqlalchemy.orm import joinedload

import labels
import uploads
from admin_views.base import (
    DateRangeFilter,
    Link,
    PlatformView,
    QueueFilter,
    RelationFilter,
    yes_no,
)
from admin_views.base.history import Entry
from admin_views.platform.review_page import RemarkedReturns, remarks_form, with_own_ids
from admin_views.shared import transaction
from forms.base import ReasonForm
from i18n.locales import age
from models import Category, Duty, Transaction, TransactionStatus, User
from workflows.transaction.cautions import warnings_of
from workflows.transaction.writing import FIELD_LABELS

S = TransactionStatus
QUEUE_STATES = (S.FILED, S.RETURNED, S.APPROVED, S.REJECTED, S.REVOKED, S.WITHDRAWN)
TransactionRemarksForm = remarks_form(
    {name: label for name, label in FIELD_LABELS.items() if name != "enterprise_code"}
)


def in_state(state: TransactionStatus) -> Callable[[], Any]:
    return lambda: Transaction.status == state


def waiting_time(_view: Any, _context: None, row: Transaction, _name: str) -> str:
    return age(row.filed_at)


def marker(_view: Any, _context: None, row: Transaction, _name: str) -> Markup | str:
    """How many things there are to look at; what they are stands on the page of the transaction."""
    found = g.cautions.get(row.id, ())
    if not found:
        return "—"
    words = " ".join(str(warning.words) for warning in found)
    tone = "danger" if any(warning.grave for warning in found) else "warning"
    return Markup('<span class="badge badge-{}" title="{}">{}</span>').format(
        tone, words, gettext("%(count)s to look at", count=len(found))
    )


class TransactionView(RemarkedReturns, PlatformView):
    """Transactions that institutions filed. The details page is the review page."""

    opens = frozenset({Duty.TRADE, Duty.SANCTIONS, Duty.AUDIT})
    column_list = (
        "number",
        "filed_at",
        "institution",
        "enterprise_name",
        "title",
        "amount",
        "answer",
        "cautions",
        "status",
    )
    column_labels = {**transaction.LABELS, "cautions": lazy_gettext("To look at")}
    column_details_list = ("institution", *transaction.FACTS)
    column_formatters = {**transaction.FORMATTERS, "filed_at": waiting_time, "cautions": marker}
    column_sortable_list = (
        "number",
        "filed_at",
        ("institution", "institution.name"),
        "enterprise_name",
        "amount",
    )
    column_default_sort = "filed_at"
    column_searchable_list = (
        "number",
        "title",
        "institution.name",
        "enterprise_name",
        "enterprise_code",
        "contract_number",
        "invoice_number",
    )
    public = (Category,)
    loads = (joinedload(Transaction.confirmation),)
    filters = (
        QueueFilter(
            "status",
            lazy_gettext("State"),
            {state.value: (labels.label(state), in_state(state)) for state in QUEUE_STATES},
            waiting=S.FILED,
        ),
        transaction.ANSWER_FILTER,
        yes_no(
            "related", lazy_gettext("Related sides"), lambda: Transaction.related.is_(sa.true())
        ),
        RelationFilter("category"),
        DateRangeFilter("filed_at"),
    )
    remarks_form = TransactionRemarksForm
    details_template = "admin/transaction/review.html"
    empty_title = lazy_gettext("No deal waits for review.")

    def scope(self) -> sa.ColumnElement[bool]:
        """Everything that was ever filed; drafts are the institution's own."""
        return sa.and_(super().scope(), Transaction.filed_at.is_not(None))

    def body(self, rows: Sequence[Any], *, selectable: bool) -> Markup:
        g.cautions = warnings_of(rows)  # a fixed number of queries for the page
        return super().body(rows, selectable=selectable)

    def details_context(self, row: Transaction) -> dict[str, Any]:
        return transaction.answer_context(row) | {
            "files": uploads.files_of(row),
            "cautions": warnings_of([row])[row.id],
            "forms": {
                "return": with_own_ids(TransactionRemarksForm(), "return"),
                "reject": with_own_ids(ReasonForm(), "reject"),
                "revoke": with_own_ids(ReasonForm(), "revoke"),
            },
        }

    def past(self, row: Transaction) -> list[Entry]:
        return transaction.past(row, self.column_labels, self.record_printer())

    def links(self, row: Transaction, user: User) -> Sequence[Link]:
        links = [
            Link(
                label=gettext("The institution"),
                url=url_for("institution.details_view", id=row.institution_id),
            )
        ]
        if row.enterprise_id is not None:
            url = url_for("enterprise_admin.details_view", id=row.enterprise_id)
            links.append(Link(label=gettext("The enterprise"), url=url))
        return links
