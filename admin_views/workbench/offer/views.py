"""Product management (产品管理): the regular products that the institution offers."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import access
from admin_views.base import ChoiceFilter, WorkbenchView
from admin_views.shared.category_filter import CategoryFilter
from admin_views.shared.offer import OFFER_LABELS, category_of, price_of, reference_of, state_of
from admin_views.workbench.offer.catalogue_choice import CatalogueChoice
from models import CatalogueItem, OfferStatus, RegularOffer, User
from workflows.offer.forms import OfferForm


class OfferView(CatalogueChoice, WorkbenchView):
    """What the institution listed out of the catalogue; product management opens here."""

    can_edit = True
    form = OfferForm
    column_list = ("item", "category", "price", "duration", "status", "status_at")
    column_labels = OFFER_LABELS
    column_details_list = (
        "category",
        "price",
        "duration",
        "remark",
        "item.covers",
        "reference",
        "item.duration",
        "item.documents",
    )
    column_formatters = {
        "category": category_of,
        "price": price_of,
        "reference": reference_of,
        "status": state_of,
    }
    column_sortable_list = (("item", "item.name"), "duration", "status", "status_at")
    column_default_sort = ("status_at", True)
    column_searchable_list = ("item.name", "item.covers", "remark")
    filters = (ChoiceFilter("status", OfferStatus), CategoryFilter("item.category"))
    loads = (joinedload(RegularOffer.item).joinedload(CatalogueItem.category),)
    bulk = ("delist", "relist")
    list_template = "admin/offer/list.html"
    details_template = "admin/offer/details.html"
    edit_template = "admin/offer/form.html"
    empty_title = lazy_gettext("You list no regular product yet.")
    empty_hint = lazy_gettext("Choose from the platform's catalogue; there is no review.")

    def may_edit(self, user: User, row: RegularOffer) -> bool:
        return access.works_for(user, row)
