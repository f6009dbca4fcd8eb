"""Transactions (交易备案) of the institution: draft, file, correct, withdraw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import joinedload

import access
import uploads
from admin_views.base import ChoiceFilter, DateRangeFilter, Link, RelationFilter, WorkbenchView
from admin_views.base.history import Entry
from admin_views.shared import transaction
from admin_views.workbench.transaction.editing import TransactionEditing
from admin_views.workbench.transaction.form import TransactionForm
from models import Category, Transaction, TransactionStatus, User
from workflows.transaction.rules import incomplete
from workflows.transaction.writing import may_write


class TransactionView(TransactionEditing, WorkbenchView):
    """The institution's transactions. Owners and staff edit, a consultant reads their own."""

    consultants = True
    can_create = True
    can_edit = True
    form = TransactionForm
    created_by = "draft"
    column_list = (
        "number",
        "title",
        "enterprise_name",
        "amount",
        "signed_on",
        "answer",
        "status",
    )
    column_labels = transaction.LABELS
    column_details_list = transaction.FACTS
    column_formatters = transaction.FORMATTERS
    column_sortable_list = ("number", "title", "enterprise_name", "amount", "signed_on", "status")
    column_searchable_list = (
        "number",
        "title",
        "enterprise_name",
        "enterprise_code",
        "contract_number",
        "invoice_number",
    )
    public = (Category,)
    loads = (
        joinedload(Transaction.confirmation),
        joinedload(Transaction.category),
    )
    filters = (
        ChoiceFilter("status", TransactionStatus),
        transaction.ANSWER_FILTER,
        RelationFilter("category"),
        DateRangeFilter("signed_on"),
    )
    details_template = "admin/transaction/details.html"
    empty_title = lazy_gettext("No deal was filed yet.")
    empty_hint = lazy_gettext(
        "File what you sold: once approved it counts for your activity and your consultant's."
    )

    def may_create(self, user: User) -> bool:
        return bool(access.institution_ids(user))

    def may_edit(self, user: User, row: Transaction) -> bool:
        return may_write(user, row)

    def details_context(self, row: Transaction) -> dict[str, Any]:
        user = self.person()
        lacks = incomplete(row) if self.may_edit(user, row) else None
        return transaction.answer_context(row) | {"files": uploads.files_of(row), "lacks": lacks}

    def past(self, row: Transaction) -> list[Entry]:
        return transaction.past(row, self.column_labels, self.record_printer())

    def links(self, row: Transaction, user: User) -> Sequence[Link]:
        if row.demand_id is None or not access.works_for(user, row):
            return ()
        url = url_for("demand.details_view", id=row.demand_id)
        return (Link(label=gettext("See the demand"), url=url),)
