"""Consultant management: who speaks for the institution."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext

from admin_views.base import ChoiceFilter, WorkbenchView
from admin_views.workbench.unlinking import Unlinking
from database import db
from models import Affiliation, AffiliationStatus

POSITION = 12  # in the menu


class ConsultantView(Unlinking, WorkbenchView):
    """The institution's consultants, those of today and of the past."""

    column_list = ("consultant", "consultant.title", "status", "status_at")
    column_labels = {
        "consultant": lazy_gettext("Service consultant"),
        "consultant.title": lazy_gettext("Professional title"),
    }
    column_sortable_list = ("status", "status_at")
    filters = (ChoiceFilter("status", AffiliationStatus),)
    bulk = ("unlink",)
    verbs = ("unlink",)


def register(admin: Any) -> None:
    admin.add_view(
        ConsultantView(
            Affiliation,
            db,
            name=lazy_gettext("Consultant management"),
            endpoint="consultant",
            url="consultant",
            menu_icon_type="icon",
            menu_icon_value="people",
        )
    )
