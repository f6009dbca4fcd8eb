"""What the lists of reviews in both back offices share: columns, filters, how a review reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext, lazy_gettext

from admin_views.base import DateRangeFilter, OptionFilter, RelationFilter
from admin_views.base.filters import Control
from models import Affiliation, Category, Review, ReviewStatus, Transaction
from ranking.ratings import MOST, whole_stars
from workflows.review.forms import CRITERIA

LABELS = {
    "transaction": lazy_gettext("Deal"),
    "transaction.category": lazy_gettext("Service category"),
    "institution": lazy_gettext("Institution"),
    "enterprise": lazy_gettext("Enterprise"),
    "affiliation.consultant": lazy_gettext("Consultant"),
    "author": lazy_gettext("Written by"),
    "side": lazy_gettext("Who rates whom"),
    "stars": lazy_gettext("Stars"),
    "consultant_stars": lazy_gettext("The consultant"),
    "comment": lazy_gettext("Comment"),
    "due_at": lazy_gettext("To be written until"),
    "sealed_at": lazy_gettext("Written on"),
    "published_at": lazy_gettext("Published on"),
    "reply": lazy_gettext("Reply"),
    "appeal": lazy_gettext("Grounds of the appeal"),
    "appealed_at": lazy_gettext("Appealed on"),
}
UNREAD = (ReviewStatus.OPEN, ReviewStatus.SEALED)


@dataclass(frozen=True, slots=True)
class CategoryFilter(RelationFilter):
    """The category of the transaction, or one below it."""

    def conditions(self, view: Any, values: Mapping[str, str]) -> list[sa.ColumnElement[bool]]:
        if self.name not in values:
            return []
        key = int(values[self.name])
        categories = sa.select(Category.id).where(
            sa.or_(Category.id == key, Category.parent_id == key)
        )
        transaction = Transaction.__table__.c
        of_these = sa.select(transaction.id).where(transaction.category_id.in_(categories))
        return [Review.transaction_id.in_(of_these)]

    def controls(self, view: Any, values: Mapping[str, str]) -> list[Control]:
        options = [(str(row.id), str(row)) for row in view.choices_of(Category, view.person())]
        return [Control(self.name, self.label, "select", values.get(self.name, ""), options)]


def with_stars(star: int) -> Callable[[], sa.ColumnElement[bool]]:
    return lambda: sa.and_(Review.stars.is_not(None), whole_stars(Review.stars) == star)


PERIOD = DateRangeFilter("published_at", lazy_gettext("Published on"))
STARS = OptionFilter(
    "stars",
    lazy_gettext("Stars"),
    {str(star): (f"{'★' * star}", with_stars(star)) for star in range(MOST, 0, -1)},
)
CATEGORY = CategoryFilter("category", lazy_gettext("Service category"))


@dataclass(frozen=True, slots=True)
class ConsultantFilter(RelationFilter):
    """The consultant of the transaction, by name."""

    def controls(self, view: Any, values: Mapping[str, str]) -> list[Control]:
        rows = view.choices_of(Affiliation, view.person())
        options = [(str(row.id), str(row.consultant)) for row in rows]
        return [Control(self.name, self.label, "select", values.get(self.name, ""), options)]


CONSULTANT = ConsultantFilter("affiliation", lazy_gettext("Consultant"))


def stars_of(_view: Any, _context: None, row: Review, _name: str) -> str:
    """The mean of a review that may be read, in figures and stars."""
    if row.stars is None:
        return "—"
    return f"{row.stars:.1f} {'★' * int(row.stars + 0.5)}"


def scores_of(row: Review) -> list[tuple[Any, int]]:
    """Return (criterion, stars) of a written review, and the consultant's at the end."""
    found = [
        (label, row.scores[name])
        for name, label in CRITERIA[row.side].items()
        if name in (row.scores or {})
    ]
    if row.consultant_stars:
        found.append((gettext("The consultant"), row.consultant_stars))
    return found
