"""The catalogue of regular products (常规产品), kept by administrators, by hand or from a file."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, abort, flash, redirect, request, send_file
from flask_babel import get_locale, gettext, lazy_gettext
from sqlalchemy.orm import joinedload

import sheets
from admin_views.base import PlatformView, expose, yes_no
from admin_views.base.by_category import CategoryFilter
from admin_views.base.details import Link
from admin_views.base.offered import price_of
from admin_views.platform import menu
from database import db
from models import CatalogueItem, User
from workflows import catalogue
from workflows.catalogue_forms import CatalogueForm
from workflows.profile_forms import category_name

POSITION = 33  # in the menu
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class CatalogueView(PlatformView):
    """What institutions may offer. A retired product is offered no more."""

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
        "catalogue_item": lazy_gettext("This category has a product of this name already.")
    }
    list_template = "admin/catalogue.html"
    create_template = edit_template = "admin/catalogue_form.html"
    empty_title = lazy_gettext("The catalogue is empty.")
    empty_hint = lazy_gettext("Add products one by one, or import them from a file.")

    def values(self, form: CatalogueForm, row: CatalogueItem | None, user: User) -> dict[str, Any]:
        return form.values()

    def links(self, row: CatalogueItem, user: User) -> list[Link]:
        if not self.may_edit(user, row):
            return []
        words = gettext("Put back into the catalogue") if row.retired else gettext("Retire")
        tone = "secondary" if row.retired else "danger"
        url = self.get_url(".turn", id=row.id, version=row.version)
        return [Link(label=words, url=url, post=True, tone=tone)]

    def list_context(self, state: Any, rows: Any) -> dict[str, Any]:
        return {"writes": self.may_create(self.person())}

    @expose("/turn/", methods=("POST",))
    def turn(self) -> Any:
        """Retire a product, or put it back."""
        user = self.person()
        row = self.get_one(request.args.get("id", ""))
        if not self.may_edit(user, row):
            abort(403)
        db.session.refresh(row, with_for_update={"of": CatalogueItem})
        if request.args.get("version") != str(row.version):
            flash(gettext("Changed meanwhile. Look at the new version first."), "warning")
        else:
            catalogue.set_retired(row, not row.retired, user)
            db.session.commit()
            flash(gettext("Saved."), "success")
        return redirect(self.get_url(".details_view", id=row.id))

    @expose("/export/")
    def export_all(self) -> Response:
        """The whole catalogue as xlsx; it can be changed and imported again."""
        return send_file(
            io.BytesIO(catalogue.export(str(get_locale()))),
            mimetype=XLSX,
            as_attachment=True,
            download_name="catalogue.xlsx",
        )

    @expose("/import/", methods=("GET", "POST"))
    def import_file(self) -> Any:
        """Upload a file; afterwards, what became of each line."""
        user = self.person()
        if not self.may_create(user):
            abort(403)
        if request.method == "GET":
            return self._import_page()
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            return self._import_page(error=gettext("Choose a file first.")), 422
        try:
            report = catalogue.import_catalogue(upload.stream, user, upload.filename)
        except sheets.Unreadable as error:
            return self._import_page(error=str(error)), 422
        db.session.commit()
        return self._import_page(report=report)

    def _import_page(self, **values: Any) -> str:
        return str(
            self.render(
                "admin/catalogue_import.html",
                columns=catalogue.COLUMNS,
                shown=500,
                **values,
            )
        )


def register(admin: Any) -> None:
    menu.place(
        admin,
        CatalogueView,
        CatalogueItem,
        name=lazy_gettext("Catalogue of regular products"),
        endpoint="catalogue_item",
        group=menu.ADMINISTRATION,
        icon="book",
    )
