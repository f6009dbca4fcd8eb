"""Categories (类别) on two levels: order, icon, parameters, retirement."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext, lazy_gettext

from admin_views.base import PlatformView, Refused, yes_no
from admin_views.base.details import Link
from admin_views.base.state import ListState
from admin_views.platform.category.retirement import CategoryRetirement
from admin_views.platform.category.schema_editor import SchemaEditor
from core.database import db
from models import EVERY_DUTY, Category, Duty, User
from web.template_context import CATEGORY_ICONS


class CategoryView(SchemaEditor, CategoryRetirement, PlatformView):
    """What institutions offer and enterprises look for. A retired one is offered no more."""

    opens = EVERY_DUTY
    writes = frozenset({Duty.CONTENT})
    can_create = True
    can_edit = True
    column_list = ("name", "parent", "name_en", "slug", "position", "retired")
    column_labels = {
        "name": lazy_gettext("Name in Chinese"),
        "name_en": lazy_gettext("Name in English"),
        "parent": lazy_gettext("Upper category"),
        "slug": lazy_gettext("Short name in addresses"),
        "icon": lazy_gettext("Icon"),
        "position": lazy_gettext("Position"),
        "retired": lazy_gettext("Retired"),
        "schema": lazy_gettext("Parameters of featured products"),
        "moved": lazy_gettext("What was in it"),
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
    form_columns = ("name", "name_en", "parent", "slug", "icon", "position")
    conflicts = {"uq_category_slug": lazy_gettext("Another category has this short name.")}
    create_template = edit_template = "admin/category/form.html"

    def values(self, form: Any, row: Category | None, user: User) -> dict[str, Any]:
        """Hold to two levels: an upper category stands under none itself.

        Raises:
            Refused: the chosen place would make a third level, or a circle; or no such icon.
        """
        found = super().values(form, row, user)
        if found.get("icon") not in CATEGORY_ICONS:
            raise Refused(gettext("Choose one of the icons."))
        parent = found.get("parent")
        if parent is None:
            return found
        if parent.parent_id is not None:
            raise Refused(gettext("There are two levels: choose a category of the first."))
        if row is not None and (parent.id == row.id or has_children(row)):
            raise Refused(gettext("A category that holds others stays on the first level."))
        return found

    def order_of(self, state: ListState) -> tuple[list[Any], Any]:
        """Unless somebody sorts: each upper category, and those below it."""
        if state.sort:
            return super().order_of(state)
        upper = Category.__table__.alias("upper")
        place = (
            sa.select(upper.c.position).where(upper.c.id == Category.parent_id).scalar_subquery()
        )
        return [
            sa.func.coalesce(place, Category.position).asc(),
            sa.func.coalesce(Category.parent_id, Category.id).asc(),
            sa.case((Category.parent_id.is_(None), 0), else_=1).asc(),
            Category.position.asc(),
            Category.id.asc(),
        ], None

    def form_context(self, form: Any, row: Category | None) -> dict[str, Any]:
        return {"icons": CATEGORY_ICONS}

    def links(self, row: Category, user: User) -> list[Link]:
        schema = Link(label=gettext("Parameters"), url=self.get_url(".schema", id=row.id))
        if not self.may_edit(user, row):
            return [schema]
        if row.retired:
            url = self.get_url(".restore", id=row.id)
            return [schema, Link(label=gettext("Bring back"), url=url, post=True)]
        url = self.get_url(".retire", id=row.id)
        return [schema, Link(label=gettext("Retire"), url=url, tone="danger")]


def has_children(row: Category) -> bool:
    query = sa.select(Category.id).where(Category.parent_id == row.id).limit(1)
    return db.session.scalar(query) is not None
