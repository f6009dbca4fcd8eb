"""Creating and editing a featured product before its approval."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request
from sqlalchemy.exc import IntegrityError

import access
from admin_views.base import expose
from admin_views.workbench.own_institution import institution_of
from admin_views.workbench.product.editing import ProductEditing, chosen_category, locked_category
from core.database import db
from forms import categories
from forms.base import new_key, posted_key
from models import Category, FeaturedProduct, ProductStatus
from workflows.product import drafts, starts, terms
from workflows.product.paper import Paper, paper
from workflows.product.rules import OPEN


class ProductDrafts(ProductEditing):
    """For the view of featured products."""

    get_one: Any

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Any:
        """Ask for the category first, then for everything else."""
        user = self.person()
        institution = institution_of(user)
        category = chosen_category(request.values.get("category"))
        if category is None:
            return self.render(
                "admin/product/category.html", categories=categories.category_options()
            )
        linked = terms.linked(institution.id)
        key = posted_key(request.form.get("form_key"))
        earlier = starts.made_with(key, institution.id)
        if earlier is not None and earlier.status is ProductStatus.DISCARDED:
            key, earlier = new_key(), None  # deleted, and written again on the way back

        def make(chosen: Category, data: Any, whole: bool) -> Paper:
            return paper(chosen, data, None, linked, whole=whole)

        def begin(filled: Paper) -> FeaturedProduct:
            return starts.start(
                institution.id, filled.category, filled.schema, user, filled.values(), form_key=key
            )

        if earlier is None:
            try:
                return self.write(None, category, make, begin)
            except IntegrityError:  # the other of two clicks was faster
                db.session.rollback()
                earlier = starts.made_with(key, institution.id) or abort(409)
        return self.write_again(earlier, category, make)

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Any:
        """Write a draft, or what came back from the review."""
        user = self.person()
        row = self.get_one(request.args.get("id", ""))
        if not access.works_for(user, row):
            abort(403)
        if row.status not in OPEN:
            flash(str(drafts.NOT_NOW), "warning")
            return redirect(self.after_writing(row))
        linked = terms.linked(row.institution_id)
        return self.write(
            row,
            locked_category(row),
            lambda chosen, data, whole: paper(chosen, data, row, linked, whole=whole),
        )
