"""The fields of service, on two levels, kept by administrators."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext, lazy_gettext

from admin_views.base import PlatformView, Refused, yes_no
from admin_views.platform import menu
from database import db
from models import Category, User

POSITION = 32  # in the menu


class CategoryView(PlatformView):
    """What institutions offer and enterprises look for. A retired one is offered no more."""

    can_create = True
    can_edit = True
    column_list = ("name", "name_en", "parent", "slug", "position", "retired")
    column_labels = {
        "name": lazy_gettext("Name in Chinese"),
        "name_en": lazy_gettext("Name in English"),
        "parent": lazy_gettext("Upper category"),
        "slug": lazy_gettext("Short name in addresses"),
        "icon": lazy_gettext("Icon"),
        "position": lazy_gettext("Position"),
        "retired": lazy_gettext("Retired"),
    }
    column_details_list = (
        "name",
        "name_en",
        "parent",
        "slug",
        "icon",
        "position",
        "retired",
    )
    column_sortable_list = ("name", "name_en", "slug", "position", "retired")
    column_default_sort = "position"
    column_searchable_list = ("name", "name_en", "slug")
    filters = (yes_no("retired", lazy_gettext("Retired"), lambda: Category.retired.is_(sa.true())),)
    form_columns = ("name", "name_en", "parent", "slug", "icon", "position", "retired")
    conflicts = {"slug": lazy_gettext("Another category has this short name.")}

    def values(self, form: Any, row: Category | None, user: User) -> dict[str, Any]:
        """Hold to two levels: an upper category stands under none itself.

        Raises:
            Refused: the chosen place would make a third level, or a circle.
        """
        found = super().values(form, row, user)
        parent = found.get("parent")
        if parent is None:
            return found
        if parent.parent_id is not None:
            raise Refused(gettext("There are two levels: choose a category of the first."))
        if row is not None and (parent.id == row.id or has_children(row)):
            raise Refused(gettext("A category that holds others stays on the first level."))
        return found


def has_children(row: Category) -> bool:
    query = sa.select(Category.id).where(Category.parent_id == row.id).limit(1)
    return db.session.scalar(query) is not None


def register(admin: Any) -> None:
    menu.place(
        admin,
        CategoryView,
        Category,
        name=lazy_gettext("Service categories"),
        endpoint="category",
        group=menu.ADMINISTRATION,
        icon="grid",
    )
