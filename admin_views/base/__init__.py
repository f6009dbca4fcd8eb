"""The one view of both back offices: deny by default, closed to other people's rows.

A view is a declaration, and the `menu.py` of its office lists it (see docs/back-office.md):

    class Applications(PlatformView):
        column_list = ("name", "status", "applicant", "submitted_at")
        column_labels = {"name": lazy_gettext("Name")}       # lazy strings
        column_searchable_list = ("name", "applicant.email") # own or related columns
        column_sortable_list = ("name", ("applicant", "applicant.name"))
        column_default_sort = ("submitted_at", True)         # True: newest first
        column_details_list = (...)                          # else column_list
        column_formatters = {"name": lambda view, _context, row, _name: ...}  # text is escaped
        filters = (ChoiceFilter("status", InstitutionStatus), RelationFilter("categories"),
                   DateRangeFilter("created_at"))
        bulk = ("approve", "return", "reject")               # verbs offered for many rows

    Entry("application", Applications, Institution, "inbox", _l("Applications"))

Narrow `scope()` with `sa.and_(super().scope(), ...)`. Name the duties that let in with `opens`,
those that create and edit with `writes` (or override `admits`, `may_create`, `may_edit`). Hooks:
`list_context`, `details_context`, `opened`, `links`, `ask_form`, `named`, `prefill`, `answers`,
`ask_context`, `values`, `save`, `create`, `form_context`. Templates to extend: admin/list.html,
admin/details.html, admin/ask.html, admin/form.html. For pages that are no table: PlatformPage and
WorkbenchPage.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_admin import BaseView, expose

import access
from access import row_guard
from admin_views.base.cells import Printer
from admin_views.base.date_filter import DateRangeFilter
from admin_views.base.details import Link
from admin_views.base.editing import EditingView, Refused
from admin_views.base.filters import (
    ChoiceFilter,
    Control,
    OptionFilter,
    QueueFilter,
    RelationFilter,
    yes_no,
)
from admin_views.base.proposing import Proposing
from admin_views.base.rules import ForInstitutions, ForStaff
from models import Category, User

__all__ = [
    "BackOfficeView",
    "ChoiceFilter",
    "Control",
    "DateRangeFilter",
    "Link",
    "OptionFilter",
    "PlatformPage",
    "PlatformView",
    "Printer",
    "QueueFilter",
    "Refused",
    "RelationFilter",
    "WorkbenchPage",
    "WorkbenchView",
    "expose",
    "yes_no",
]


class BackOfficeView(EditingView):
    """A table in a back office. Opens for nobody and shows nothing until a subclass says so."""

    public = (Category,)  # what anybody may choose from


class PlatformView(ForStaff, Proposing, BackOfficeView):
    """A table in the platform's office."""

    def scope(self) -> sa.ColumnElement[bool]:
        return access.sees(self.person(), self.model)

    def scope_of(self, model: type[Any], user: User) -> sa.ColumnElement[bool]:
        return access.sees(user, model)


class WorkbenchView(ForInstitutions, BackOfficeView):
    """A table in the workbench: what the person's institution works with."""

    def scope(self) -> sa.ColumnElement[bool]:
        return row_guard.scope(access.workbench, self.model)  # of the person of this request

    def scope_of(self, model: type[Any], user: User) -> sa.ColumnElement[bool]:
        return access.workbench(user, model)


class PlatformPage(ForStaff, BaseView):
    """A page in the platform's office that is no table."""


class WorkbenchPage(ForInstitutions, BaseView):
    """A page in the workbench that is no table."""
