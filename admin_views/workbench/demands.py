"""Demand management (需求管理): what enterprises ask of the institution, and what became of it."""

from __future__ import annotations

import re
from typing import Any

from flask import g
from flask_babel import gettext, lazy_gettext

from admin_views.base import (
    ChoiceFilter,
    DateRangeFilter,
    Link,
    RelationFilter,
    WorkbenchView,
    expose,
)
from admin_views.workbench.transactions import demand_link
from database import db
from http_layer import writes
from locales import age
from models import Category, Demand, DemandStatus, User
from workflows import demands

POSITION = 10  # in the menu


def asker(_view: Any, _context: None, row: Demand, _name: str) -> str:
    """The enterprise, or the label of an ordinary user."""
    return str(row.enterprise) if row.enterprise else gettext("Ordinary user")


def posted(_view: Any, _context: None, row: Demand, _name: str) -> str:
    return age(row.created_at)


def dialled(phone: str) -> str:
    """Return the number that a telephone dials: without signs, the extension after a pause."""
    number, *extension = re.split(r"[^\d+-]+", phone.strip().replace(" ", ""), maxsplit=1)
    digits = "".join(sign for sign in number if sign.isdigit() or sign == "+")
    more = "".join(sign for sign in "".join(extension) if sign.isdigit())
    return f"{digits},{more}" if more else digits


class DemandView(WorkbenchView):
    """Demands to this institution. Opening one reads it, and puts the look on record."""

    column_list = ("number", "title", "category", "asker", "status", "created_at")
    column_labels = {
        "number": lazy_gettext("Number"),
        "title": lazy_gettext("Title"),
        "category": lazy_gettext("Service category"),
        "asker": lazy_gettext("Asked by"),
        "description": lazy_gettext("Description"),
        "budget": lazy_gettext("Budget"),
        "wanted_by": lazy_gettext("Wanted by"),
        "outcome": lazy_gettext("Outcome"),
        "contacted_by": lazy_gettext("How you were in contact"),
        "contacted_on": lazy_gettext("When you were in contact"),
        "amount": lazy_gettext("Amount"),
        "outcome_remark": lazy_gettext("Remark"),
        "created_at": lazy_gettext("Posted on"),
    }
    column_details_list = (
        "number",
        "category",
        "asker",
        "description",
        "budget",
        "wanted_by",
    )
    column_sortable_list = ("number", "title", "status", "created_at")
    column_formatters = {"asker": asker, "created_at": posted}
    column_searchable_list = ("number", "title", "enterprise.name")
    public = (Category,)
    loads = ()
    filters = (
        ChoiceFilter("status", DemandStatus),
        RelationFilter("category"),
        DateRangeFilter("created_at"),
    )
    bulk = ("accept", "decline")
    verbs = ("accept", "decline", "record_outcome")
    details_template = "admin/demand_details.html"
    empty_title = lazy_gettext("No demand has reached you yet.")
    empty_hint = lazy_gettext("You are told by mail as soon as an enterprise asks.")

    @expose("/details/")
    @writes
    def details_view(self) -> Any:
        """Show one demand; the first look marks it as read."""
        return super().details_view()

    def links(self, row: Demand, user: User) -> list[Link]:
        return demand_link(row, user)

    def opened(self, row: Demand, user: User) -> None:
        g.contact_shown = demands.open_details(row, user)
        db.session.commit()

    def details_context(self, row: Demand) -> dict[str, Any]:
        shown = bool(g.get("contact_shown"))
        return {
            "contact_shown": shown,
            "dialled": dialled(row.contact_phone) if shown else "",
            "outcome_facts": [
                (self.label_of(name), self.record_printer().cell(getattr(row, name), name))
                for name in ("outcome", "contacted_by", "contacted_on", "amount", "outcome_remark")
            ]
            if row.outcome
            else [],
        }


def register(admin: Any) -> None:
    admin.add_view(
        DemandView(
            Demand,
            db,
            name=lazy_gettext("Demand management"),
            endpoint="demand",
            url="demand",
            menu_icon_type="icon",
            menu_icon_value="inbox",
        )
    )
