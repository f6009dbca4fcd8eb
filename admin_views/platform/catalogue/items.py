"""The catalogue of regular products (常规产品), kept by administrators, by hand or from a file."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request
from flask_babel import gettext, lazy_gettext, ngettext
from sqlalchemy.orm import joinedload

import access
from admin_views.base import PlatformView, expose, yes_no
from admin_views.base.details import Link
from admin_views.platform.catalogue.files import CatalogueFiles
from admin_views.shared.category_filter import CategoryFilter
from admin_views.shared.offer import price_of
from core.database import db
from core.ids import parse_id
from forms.categories import category_name
from models import EVERY_DUTY, CatalogueItem, Duty, OfferStatus, User
from workflows.catalogue import retiring
from workflows.catalogue.forms import CatalogueForm, RetireForm


class CatalogueView(CatalogueFiles, PlatformView):
    """What institutions may offer. A retired product is offered no more."""

    opens = EVERY_DUTY
    writes = frozenset({Duty.CONTENT})
    can_create = True
    can_edit = True
    form = CatalogueForm
    column_list = ("name", "category", "price", "duration", "retired")
    column_labels = {
        "name": lazy_gettext("Name of the product"),
        "category": lazy_gettext("Service category"),
        "category_id": lazy_gettext("Service category"),
        "price": lazy_gettext("Reference price"),
        "price_kind": lazy_gettext("Price"),
        "price_from": lazy_gettext("Amount, or the lower one (yuan)"),
        "price_to": lazy_gettext("Upper amount (yuan)"),
        "price_unit": lazy_gettext("What the price buys"),
        "covers": lazy_gettext("What it covers"),
        "duration": lazy_gettext("Usual duration"),
        "documents": lazy_gettext("Documents needed"),
        "retired": lazy_gettext("Retired"),
    }
    column_details_list = (
        "name",
        "category",
        "covers",
        "duration",
        "price",
        "documents",
        "retired",
    )
    column_formatters = {
        "price": price_of,
        "category": lambda _view, _context, row, _name: category_name(row.category),
    }
    column_sortable_list = ("name", ("category", "category.position"), "retired")
    column_default_sort = ("category", False)
    column_searchable_list = ("name", "covers", "documents")
    filters = (
        CategoryFilter(),
        yes_no("retired", lazy_gettext("Retired"), lambda: CatalogueItem.retired),
    )
    loads = (joinedload(CatalogueItem.category),)
    conflicts = {
        "uq_catalogue_item_category_id_name": lazy_gettext(
            "This category has a product of this name already."
        )
    }
    list_template = "admin/catalogue/list.html"
    details_template = "admin/catalogue/details.html"
    create_template = edit_template = "admin/catalogue/form.html"
    empty_title = lazy_gettext("The catalogue is empty.")
    empty_hint = lazy_gettext("Add products one by one, or import them from a file.")

    def values(self, form: CatalogueForm, row: CatalogueItem | None, user: User) -> dict[str, Any]:
        return form.values()

    def links(self, row: CatalogueItem, user: User) -> list[Link]:
        if not self.may_edit(user, row):
            return []
        words = gettext("Put back into the catalogue") if row.retired else gettext("Retire")
        tone = "secondary" if row.retired else "danger"
        url = self.get_url(".turn", id=row.id)
        return [Link(label=words, url=url, tone=tone)]

    def list_context(self, state: Any, rows: Any) -> dict[str, Any]:
        user = self.person()
        return {"writes": self.may_create(user), "exports": access.exports(user)}

    def details_context(self, row: CatalogueItem) -> dict[str, Any]:
        return offer_counts(row)

    @expose("/turn/", methods=("GET", "POST"))
    def turn(self) -> Any:
        """Say what retiring a product, or putting it back, does to its offers; and do it."""
        user = self.person()
        row = self.get_one(request.args.get("id", ""))
        if not self.may_edit(user, row):
            abort(403)
        posted = request.form if request.method == "POST" else None
        form = RetireForm(posted)
        if posted is not None and form.validate():
            self._turn(row, user, form)
            return redirect(self.get_url(".details_view", id=row.id))
        return self.render("admin/catalogue/retire.html", row=row, form=form, **offer_counts(row))

    def _turn(self, row: CatalogueItem, user: User, form: RetireForm) -> None:
        """Retire or restore the version that was looked at, and commit."""
        seen = parse_id(request.form.get("version", "")) or 0
        try:
            notified = retiring.set_retired(
                [row], not row.retired, user, reason=form.reason.data, seen=seen
            )
        except ValueError as error:
            db.session.rollback()
            flash(str(error), "warning")
            return
        db.session.commit()
        words = ngettext(
            "Saved. %(count)s institution is told.", "Saved. %(count)s institutions are told.",
            notified, count=notified,
        )  # fmt: skip
        flash(words, "success")


def offer_counts(item: CatalogueItem) -> dict[str, Any]:
    """Return who offers `item`, and how many list it."""
    offers = retiring.listings(item)
    listed = sum(offer.status is OfferStatus.LISTED for offer in offers)
    return {"listings": offers, "listed": listed}
