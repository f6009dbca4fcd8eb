"""Changing price and consultants in charge of a featured product, without review."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask_babel import gettext

from admin_views.base import expose
from core.database import db
from models import FeaturedProduct, User
from workflows.product import terms
from workflows.product.forms import TermsForm
from workflows.product.paper import terms_data


class ChangingTerms:
    """For the view of featured products."""

    render: Any
    person: Any
    get_one: Any
    after_writing: Any

    @expose("/terms/", methods=("GET", "POST"))
    def terms_view(self) -> Any:
        """Change the price and the consultants in charge, at once."""
        user = self.person()
        row = self.get_one(request.args.get("id", ""))
        form = TermsForm(request.form if request.method == "POST" else None, data=terms_data(row))
        form.offer(terms.linked(row.institution_id))
        if request.method == "POST" and form.validate() and self._terms_saved(row, user, form):
            return redirect(self.after_writing(row))
        return self.render(
            "admin/product/terms.html", form=form, row=row, cancel=self.after_writing(row)
        )

    def _terms_saved(self, row: FeaturedProduct, user: User, form: TermsForm) -> bool:
        """Save and commit; say why not, where a rule objects."""
        try:
            changed = terms.update_terms(
                row, user, form.price(), form.in_charge.data or (), form.seen()
            )
        except ValueError as error:
            db.session.rollback()
            form.version.data = str(row.version)
            flash(str(error), "warning")
            return False
        db.session.commit()
        flash(gettext("Saved.") if changed else gettext("Nothing was changed."), "success")
        return True
