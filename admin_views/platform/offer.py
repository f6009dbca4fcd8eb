"""Regular offers of all institutions: take down, restore."""

from __future__ import annotations

from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

from admin_views.base import ChoiceFilter, DateRangeFilter, PlatformView
from admin_views.shared.category_filter import CategoryFilter
from admin_views.shared.offer import OFFER_LABELS, category_of, price_of, reference_of, state_of
from models import READS_RECORDS, CatalogueItem, OfferStatus, RegularOffer


class OfferOversight(PlatformView):
    """Every offer of a regular product, in whatever state."""

    opens = READS_RECORDS
    column_list = ("item", "institution", "category", "price", "status", "status_at")
    column_labels = OFFER_LABELS
    column_details_list = (
        "institution",
        "category",
        "price",
        "reference",
        "duration",
        "remark",
        "reason",
        "item.covers",
    )
    column_formatters = {
        "category": category_of,
        "price": price_of,
        "reference": reference_of,
        "status": state_of,
    }
    column_sortable_list = (
        ("item", "item.name"),
        ("institution", "institution.name"),
        "status",
        "status_at",
    )
    column_default_sort = ("status_at", True)
    column_searchable_list = ("item.name", "institution.name", "remark")
    filters = (
        ChoiceFilter("status", OfferStatus),
        CategoryFilter("item.category"),
        DateRangeFilter("status_at"),
    )
    loads = (joinedload(RegularOffer.item).joinedload(CatalogueItem.category),)
    bulk = ("take_down", "lift")
    empty_title = lazy_gettext("No institution offers a regular product yet.")

    def named(self, row: RegularOffer) -> str:
        """Several institutions offer the same product."""
        return f"{row.item.name} · {row.institution.name}"
