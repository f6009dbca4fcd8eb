"""Appeals against reviews, and every review: hidden with a reason, restored, never deleted."""

from __future__ import annotations

from typing import Any, ClassVar

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.orm import joinedload

from admin_views.base import ChoiceFilter, PlatformView, yes_no
from admin_views.base.filters import Filter
from admin_views.shared.review import CATEGORY, LABELS, PERIOD, STARS, UNREAD, scores_of, stars_of
from models import Affiliation, Category, Duty, Review, ReviewSide, ReviewStatus, Transaction
from workflows.review.rules import appeals_waiting
from workflows.transaction.cautions import warnings_of


def unsealed_stars(view: Any, context: None, row: Review, name: str) -> str:
    """The stars; of a sealed review not even the platform's staff read them."""
    return "—" if row.status in UNREAD else stars_of(view, context, row, name)


class ReviewView(PlatformView):
    """Every review of every transaction."""

    opens = frozenset({Duty.TRADE, Duty.AUDIT})
    column_list = ("transaction", "side", "institution", "enterprise", "stars", "status",
                   "published_at")  # fmt: skip
    column_labels = {**LABELS, "reason": lazy_gettext("Why it is hidden")}
    column_formatters = {"stars": unsealed_stars}
    column_sortable_list: Any = ("status", "published_at", ("institution", "institution.name"))
    column_searchable_list = ("transaction.title", "institution.name", "enterprise.name")
    column_details_list = ("side", "institution", "enterprise", "transaction.category",
                           "affiliation.consultant", "author", "sealed_at", "published_at",
                           "reason")  # fmt: skip
    loads = (
        joinedload(Review.transaction).joinedload(Transaction.category),
        joinedload(Review.affiliation).joinedload(Affiliation.consultant),
    )
    public = (Category,)
    filters: ClassVar[tuple[Filter, ...]] = (
        ChoiceFilter("status", ReviewStatus),
        ChoiceFilter("side", ReviewSide),
        STARS,
        CATEGORY,
        PERIOD,
    )
    details_template = "admin/review/details.html"
    empty_title = lazy_gettext("No deal was approved yet, so there is no review.")

    def details_context(self, row: Review) -> dict[str, Any]:
        sealed = row.status in UNREAD
        return {
            "scores": [] if sealed else scores_of(row),
            "sealed": sealed,
            "cautions": warnings_of([row.transaction])[row.transaction_id],
        }


class AppealView(ReviewView):
    """Reviews that the rated side appealed against."""

    column_list = ("transaction", "appealed_at", "side", "institution", "enterprise", "appeal",
                   "status")  # fmt: skip
    column_sortable_list = ("appealed_at", "status")
    column_default_sort = "appealed_at"
    filters = (
        yes_no("waits", lazy_gettext("To be decided"), appeals_waiting),
        ChoiceFilter("status", ReviewStatus),
    )
    empty_title = lazy_gettext("No appeal against a review was made.")

    def scope(self) -> sa.ColumnElement[bool]:
        return sa.and_(super().scope(), Review.appealed_at.is_not(None))
