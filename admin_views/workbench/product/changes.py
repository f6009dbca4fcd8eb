"""Changes of approved featured products, reviewed beside the public version."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request
from flask_babel import gettext, lazy_gettext

import access
from admin_views.base import ChoiceFilter, Link, WorkbenchView, expose
from admin_views.shared.product import PRODUCT_LABELS, ProductRecord, compared, corrected, shown
from admin_views.workbench.product.editing import Draft, ProductEditing, locked_category
from core.database import db
from core.ids import parse_id
from models import Category, FeaturedProduct, ProductChange, ProductChangeStatus, User
from workflows.product import change_rules, drafts, starts
from workflows.product.forms import DescribedForm
from workflows.product.paper import Paper, paper
from workflows.product.rules import REVIEWED, whole


class ChangeView(ProductEditing, ProductRecord, WorkbenchView):
    """What the institution asks to change of its approved products."""

    can_edit = True
    form = DescribedForm
    column_list = ("product", "name", "status", "status_at")
    column_labels = PRODUCT_LABELS | {"name": lazy_gettext("Proposed name")}
    column_details_list = ("product", "status_at")
    column_sortable_list = ("name", "status", "status_at")
    column_default_sort = ("status_at", True)
    column_searchable_list = ("name",)
    filters = (ChoiceFilter("status", ProductChangeStatus),)
    details_template = "admin/product/own_change.html"
    empty_title = lazy_gettext("No change of a featured product is under way.")
    empty_hint = lazy_gettext("Open a product and choose “Change the product”.")

    def may_edit(self, user: User, row: ProductChange) -> bool:
        return access.works_for(user, row.product) and row.status in change_rules.OPEN

    @expose("/begin/", methods=("GET", "POST"))
    def begin_view(self) -> Any:
        """Write a change of an approved product; it comes to be with the first save."""
        user = self.person()
        product = self._product(user)
        if product.status not in REVIEWED:
            return redirect(self.get_url("product.edit_view", id=product.id))
        under_way = change_rules.current_change(product.id)
        if under_way is not None and request.method == "GET":
            return redirect(self.get_url(".edit_view", id=under_way.id))

        def make(chosen: Category, data: Any, whole: bool) -> Paper:
            return paper(chosen, data, under_way or product, whole=whole)

        category = locked_category(product)
        if under_way is not None:  # begun by a second click, or by a colleague
            return self.write_again(under_way, category, make)
        return self.write(
            product, category, make, lambda _filled: starts.start_change(product, user)
        )

    def _product(self, user: User) -> FeaturedProduct:
        """Return the product in the address, one of the institution's own, or answer 404."""
        query = db.session.query(FeaturedProduct).filter(
            access.workbench(user, FeaturedProduct),
            FeaturedProduct.id == parse_id(request.args.get("product", "")),
        )
        return query.one_or_none() or abort(404)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        """Go on with a change that is not under review."""
        user = self.person()
        row = self.get_one(request.args.get("id", ""))
        if not access.works_for(user, row.product):
            abort(403)
        if row.status not in change_rules.OPEN:
            flash(str(drafts.NOT_NOW), "warning")
            return redirect(self.after_writing(row))
        return self.write(
            row,
            locked_category(row),
            lambda chosen, data, whole: paper(chosen, data, row, whole=whole),
        )

    @expose("/preview/")
    def preview_view(self) -> Any:
        """Show the product as it would stand on the storefront with this change."""
        row = self.get_one(request.args.get("id", ""))
        return self.render("admin/product/preview.html", row=row, product=row.product, **shown(row))

    def after_writing(self, row: Draft) -> str:
        """Return the page of the change, or of the product where the change is still to come."""
        page = "product.details_view" if isinstance(row, FeaturedProduct) else ".details_view"
        return str(self.get_url(page, id=row.id))

    def links(self, row: ProductChange, user: User) -> list[Link]:
        return [
            Link(label=gettext("Preview"), url=self.get_url(".preview_view", id=row.id)),
            Link(
                label=gettext("Open the product"),
                url=self.get_url("product.details_view", id=row.product_id),
            ),
        ]

    def details_context(self, row: ProductChange) -> dict[str, Any]:
        states = change_rules.OPEN
        return {
            **compared(row),
            **corrected(row),
            "missing": whole(row) if row.status in states else None,
        }
