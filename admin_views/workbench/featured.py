"""Featured products (特色服务产品): the second tab of product management."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import abort, flash, redirect, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.exc import IntegrityError

import access
from admin_views.base import ChoiceFilter, Link, WorkbenchView, expose
from admin_views.base.by_category import CategoryFilter
from admin_views.base.products import PRODUCT_LABELS, ProductRecord, category_of, price_of, shown
from admin_views.workbench.place import institution_of
from admin_views.workbench.product_terms import ChangingTerms
from admin_views.workbench.writing import Writing, chosen_category, locked_category
from database import db
from forms import kept_key, new_key
from models import Category, FeaturedProduct, ProductStatus, User
from workflows import categories, parameters, product_change_rules, product_drafts, product_terms
from workflows.product_differences import differences
from workflows.product_forms import ProductForm
from workflows.product_paper import Paper, paper
from workflows.product_rules import OPEN, REVIEWED, labels_of, whole

POSITION = 15  # in the menu, where regular products have no entry


class FeaturedView(Writing, ChangingTerms, ProductRecord, WorkbenchView):
    """What the institution offers beyond the catalogue."""

    can_create = True
    can_edit = True
    born_by = "start"
    found_under = "offer"
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
    verbs = ("submit", "withdraw", "list", "delist", "discard")
    list_template = "admin/products.html"
    details_template = "admin/product_details.html"
    empty_title = lazy_gettext("You have no featured product yet.")
    empty_hint = lazy_gettext("Describe one; once it is approved, you list it.")

    def scope(self) -> sa.ColumnElement[bool]:
        """What was deleted is gone for its institution; the journal keeps it."""
        return sa.and_(super().scope(), FeaturedProduct.status != ProductStatus.DISCARDED)

    def is_visible(self) -> bool:
        """Product management has one entry in the menu, and tabs."""
        return False

    def may_create(self, user: User) -> bool:
        return True  # of everybody who gets in here

    def may_edit(self, user: User, row: FeaturedProduct) -> bool:
        return access.works_for(user, row) and row.status in OPEN

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """Ask for the category first, then for everything else."""
        user = self.person()
        institution = institution_of(user)
        category = chosen_category(request.values.get("category"))
        if category is None:
            return self.render("admin/product_category.html", categories=categories.options())
        linked = product_terms.linked(institution.id)
        key = kept_key(request.form.get("form_key"))
        earlier = product_drafts.made_with(key, institution.id)
        if earlier is not None and earlier.status is ProductStatus.DISCARDED:
            key, earlier = new_key(), None  # deleted, and written again on the way back

        def make(chosen: Category, data: Any, whole: bool) -> Paper:
            return paper(chosen, data, None, linked, whole=whole)

        def begin(filled: Paper) -> FeaturedProduct:
            return product_drafts.start(
                institution.id, filled.category, filled.schema, user, filled.values(), form_key=key
            )

        if earlier is None:
            try:
                return self.write(None, category, make, begin)
            except IntegrityError:  # the other of two clicks was faster
                db.session.rollback()
                earlier = product_drafts.made_with(key, institution.id) or abort(409)
        return self.write_again(earlier, category, make)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        """Write a draft, or what came back from the review."""
        user = self.person()
        row = self.get_one(request.args.get("id", ""))
        if not access.works_for(user, row):
            abort(403)
        if row.status not in OPEN:
            flash(str(product_drafts.NOT_NOW), "warning")
            return redirect(self.after_writing(row))
        linked = product_terms.linked(row.institution_id)
        return self.write(
            row,
            locked_category(row),
            lambda chosen, data, whole: paper(chosen, data, row, linked, whole=whole),
        )

    @expose("/preview/")
    def preview_view(self) -> Any:
        """Show the product as it would stand on the storefront."""
        row = self.get_one(request.args.get("id", ""))
        return self.render("admin/product_preview.html", row=row, product=row, **shown(row))

    def links(self, row: FeaturedProduct, user: User) -> list[Link]:
        """The pages beside the steps: what can be changed, and how."""
        found = []
        if row.status in REVIEWED:
            waiting = product_change_rules.current_change(row.id)
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
        waiting = product_change_rules.current_change(row.id)
        current = parameters.schema_of(row.category)
        return {
            **shown(row),
            "waiting": waiting,
            "differences": differences(waiting) if waiting else [],
            "earlier": [one for one in reversed(row.changes) if one is not waiting],
            "anew": parameters.asked_anew(current, row.schema),
            "remarks": row.remarks or {},
            "labels": labels_of(row),
            "missing": whole(row) if row.status in OPEN else None,
        }


def register(admin: Any) -> None:
    admin.add_view(
        FeaturedView(
            FeaturedProduct,
            db,
            name=lazy_gettext("Featured products"),
            endpoint="product",
            url="product",
            menu_icon_type="icon",
            menu_icon_value="star",
        )
    )
