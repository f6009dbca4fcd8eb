"""Featured products (特色服务产品): the second tab of product management."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import request
from flask_babel import gettext, lazy_gettext

import access
from admin_views.base import ChoiceFilter, Link, WorkbenchView, expose
from admin_views.shared.category_filter import CategoryFilter
from admin_views.shared.product import PRODUCT_LABELS, ProductRecord, category_of, price_of, shown
from admin_views.workbench.product.drafts import ProductDrafts
from admin_views.workbench.product.terms import ChangingTerms
from models import FeaturedProduct, ProductStatus, User
from workflows import parameters
from workflows.product import change_rules
from workflows.product.differences import differences
from workflows.product.forms import ProductForm
from workflows.product.rules import OPEN, REVIEWED, labels_of, whole


class FeaturedView(ProductDrafts, ChangingTerms, ProductRecord, WorkbenchView):
    """What the institution offers beyond the catalogue."""

    can_create = True
    can_edit = True
    created_by = "start"
    form = ProductForm
    column_list = ("name", "category", "price", "status", "status_at")
    column_labels = PRODUCT_LABELS
    column_details_list = ("category", "price", "status_at")
    column_formatters = {"category": category_of, "price": price_of}
    column_sortable_list = ("name", ("category", "category.name"), "status", "status_at")
    column_default_sort = ("status_at", True)
    column_searchable_list = ("name", "summary", "description")
    filters = (
        ChoiceFilter("status", ProductStatus, without=(ProductStatus.DISCARDED,)),
        CategoryFilter(),
    )
    bulk = ("list", "delist", "submit", "discard")
    list_template = "admin/product/list.html"
    details_template = "admin/product/details.html"
    empty_title = lazy_gettext("You have no featured product yet.")
    empty_hint = lazy_gettext("Describe one; once it is approved, you list it.")

    def scope(self) -> sa.ColumnElement[bool]:
        """What was deleted is gone for its institution; the journal keeps it."""
        return sa.and_(super().scope(), FeaturedProduct.status != ProductStatus.DISCARDED)

    def may_create(self, user: User) -> bool:
        return True  # of everybody who gets in here

    def may_edit(self, user: User, row: FeaturedProduct) -> bool:
        return access.works_for(user, row) and row.status in OPEN

    @expose("/preview/")
    def preview_view(self) -> Any:
        """Show the product as it would stand on the storefront."""
        row = self.get_one(request.args.get("id", ""))
        return self.render("admin/product/preview.html", row=row, product=row, **shown(row))

    def links(self, row: FeaturedProduct, user: User) -> list[Link]:
        """The pages beside the steps: what can be changed, and how."""
        found = []
        if row.status in REVIEWED:
            waiting = change_rules.current_change(row.id)
            url = (
                self.get_url("my_product_change.details_view", id=waiting.id)
                if waiting
                else self.get_url("my_product_change.begin_view", product=row.id)
            )
            words = gettext("Open the change") if waiting else gettext("Change the product")
            found.append(Link(label=words, url=url))
            words = gettext("Change price and consultants")
            found.append(Link(label=words, url=self.get_url(".terms_view", id=row.id)))
        found.append(Link(label=gettext("Preview"), url=self.get_url(".preview_view", id=row.id)))
        return found

    def details_context(self, row: FeaturedProduct) -> dict[str, Any]:
        waiting = change_rules.current_change(row.id)
        current = parameters.schema_of(row.category)
        return {
            **shown(row),
            "waiting": waiting,
            "differences": differences(waiting) if waiting else [],
            "earlier": [change for change in reversed(row.changes) if change is not waiting],
            "anew": parameters.asked_anew(current, row.schema),
            "remarks": row.remarks or {},
            "labels": labels_of(row),
            "missing": whole(row) if row.status in OPEN else None,
        }
