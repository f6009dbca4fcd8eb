"""Review queue of featured products (特色产品) and of changes to them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

import labels
from admin_views.base import Link, PlatformView, QueueFilter
from admin_views.platform.institution.applications import waiting_time
from admin_views.platform.review_page import RemarkedReturns, remarks_form, with_own_ids
from admin_views.shared.category_filter import CategoryFilter
from admin_views.shared.product import (
    PRODUCT_LABELS,
    ProductRecord,
    category_of,
    compared,
    corrected,
    price_of,
    shown,
)
from forms.base import ReasonForm, ReturnForm
from models import Duty, FeaturedProduct, ProductChange, ProductChangeStatus, ProductStatus, User
from workflows.product.rules import labels_of

REFUSALS = ("return", "reject", "take_down")  # what asks for a reason


def queue_filter(model: Any, states: Any) -> QueueFilter:
    """Return the filter by state that shows, where nothing is asked for, what waits."""

    def in_state(state: Any) -> Any:
        return lambda: model.status == state

    options = {
        state.value: (labels.label(state), in_state(state)) for state in states if state != "draft"
    }
    return QueueFilter("status", lazy_gettext("State"), options, waiting="submitted")


class Reviewing(RemarkedReturns, ProductRecord):
    """What the review pages of products and of their changes share."""

    details_template = "admin/product/review.html"

    def remarks_form_of(self, row: Any) -> type[ReturnForm]:
        """Every category asks for other parameters to remark on."""
        return remarks_form(labels_of(row))

    def details_context(self, row: Any) -> dict[str, Any]:
        forms = {name: with_own_ids(ReasonForm(), name) for name in REFUSALS} | {
            "return": with_own_ids(self.remarks_form_of(row)(), "return")
        }
        found = {**shown(row), **corrected(row), "forms": forms}
        return found | (compared(row) if isinstance(row, ProductChange) else {})


class ProductReview(Reviewing, PlatformView):
    """Featured products that were handed in, in whatever state they are now."""

    opens = frozenset({Duty.APPLICATIONS, Duty.SANCTIONS, Duty.AUDIT})
    column_list = ("name", "submitted_at", "institution", "category", "price", "status")
    column_labels = PRODUCT_LABELS
    column_details_list = ("institution", "author", "category", "price")
    column_formatters = {
        "submitted_at": waiting_time,
        "category": category_of,
        "price": price_of,
    }
    column_sortable_list = ("submitted_at", "name", ("institution", "institution.name"))
    column_default_sort = "submitted_at"
    column_searchable_list = ("name", "summary", "institution.name")
    loads = (joinedload(FeaturedProduct.author),)
    filters = (queue_filter(FeaturedProduct, ProductStatus), CategoryFilter())
    bulk = ("approve", "return", "reject", "take_down", "lift")
    empty_title = lazy_gettext("No featured product waits for review.")

    def scope(self) -> sa.ColumnElement[bool]:
        """Everything that was ever handed in; drafts are their writers' own."""
        handed_in = FeaturedProduct.submitted_at.is_not(None)
        return sa.and_(super().scope(), handed_in, FeaturedProduct.status != ProductStatus.DRAFT)


class ChangeReview(Reviewing, PlatformView):
    """Changes of approved products, each beside the public version."""

    opens = frozenset({Duty.APPLICATIONS, Duty.SANCTIONS, Duty.AUDIT})
    column_list = ("product", "submitted_at", "product.institution", "name", "author", "status")
    column_labels = PRODUCT_LABELS | {"name": lazy_gettext("Proposed name")}
    column_details_list = ("product", "author")
    column_formatters = {"submitted_at": waiting_time}
    column_sortable_list = ("submitted_at", ("product", "product.name"), "name")
    column_default_sort = "submitted_at"
    column_searchable_list = ("name", "product.name")
    loads = (joinedload(ProductChange.product).joinedload(FeaturedProduct.institution),)
    filters = (queue_filter(ProductChange, ProductChangeStatus),)
    empty_title = lazy_gettext("No change of a featured product waits for review.")
    empty_hint = lazy_gettext("The public version stays up until a change is approved.")

    def scope(self) -> sa.ColumnElement[bool]:
        """As for products: what was handed in."""
        handed_in = ProductChange.submitted_at.is_not(None)
        return sa.and_(
            super().scope(), handed_in, ProductChange.status != ProductChangeStatus.DRAFT
        )

    def links(self, row: ProductChange, user: User) -> list[Link]:
        url = self.get_url("admin_product.details_view", id=row.product_id)
        return [Link(label=lazy_gettext("Open the product"), url=url)]
