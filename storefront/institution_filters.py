"""The filters of the institutions' list, out of its address: words, category, rating, membership,
and the order. What makes no sense filters nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext

import search
from database import db
from models import Institution, InstitutionScore, Review, ReviewSide, ReviewStatus
from ranking.formula import PHANTOMS
from storefront import browse

Condition = sa.ColumnElement[bool]
SORTS = {
    "": lazy_gettext("Most active first"),
    "rating": lazy_gettext("Best rated first"),
    "newest": lazy_gettext("Newest first"),
}
STARS = ("4", "3", "2")
MEMBERS = "yes"
LONGEST_SEARCH = 100
_review: Any = Review.__table__.c  # bare: a mean for everybody, nobody's review
_score: Any = InstitutionScore.__table__.c


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for."""

    words: str
    chosen: browse.Field | None
    top: browse.Field | None
    stars: str  # at least so many; "" for any
    member: bool
    sort: str

    @property
    def narrowed(self) -> bool:
        return bool(self.words or self.chosen or self.stars or self.member)

    def address(self, **changes: Any) -> dict[str, Any]:
        """Return the parameters of the address that keeps all but `changes`."""
        kept = {
            "q": self.words,
            "category": self.chosen.slug if self.chosen else "",
            "stars": self.stars,
            "member": MEMBERS if self.member else "",
            "sort": self.sort,
        } | changes
        return {name: value for name, value in kept.items() if value}


def read(args: Any, fields: Sequence[browse.Field]) -> Filters:
    """Return the filters of an address; `fields` are the categories there are."""
    chosen = browse.field_called(fields, args.get("category", ""))
    stars, sort = args.get("stars", ""), args.get("sort", "")
    return Filters(
        words=args.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
        chosen=chosen,
        top=next((one for one in fields if chosen and chosen.id in one.all_ids), None),
        stars=stars if stars in STARS else "",
        member=args.get("member") == MEMBERS,
        sort=sort if sort in SORTS else "",
    )


def conditions(found: Filters) -> list[Condition]:
    """Return the SQL conditions of the filters on Institution."""
    result: list[Condition] = []
    if found.words:
        result.append(search.matches(Institution, found.words))
    if found.chosen:
        result.append(browse.in_field(found.chosen))
    if found.member:
        result.append(browse.is_member())
    if found.stars:
        enough = sa.func.avg(_review.stars) >= int(found.stars)
        rated = sa.select(_review.institution_id).where(*_counted())
        result.append(Institution.id.in_(rated.group_by(_review.institution_id).having(enough)))
    return result  # fmt: skip


def order(found: Filters) -> list[Any]:
    """Return the ORDER BY of the filters; ties are broken by who was certified last."""
    if found.sort == "newest":
        return []
    if found.sort == "rating":
        return [_believed_mean().desc().nulls_last()]
    score = sa.select(_score.score).where(
        _score.institution_id == Institution.id, _score.category_id.is_(None)
    )
    return [score.correlate(Institution).scalar_subquery().desc().nulls_last()]


def _counted() -> tuple[Condition, ...]:
    return _review.side == ReviewSide.ENTERPRISE, _review.status == ReviewStatus.PUBLISHED


def _believed_mean() -> Any:
    """Return the mean that the ranking believes: a single praise does not beat thirty."""
    platform = db.session.scalar(sa.select(sa.func.avg(_review.stars)).where(*_counted())) or 0.0
    total = sa.func.sum(_review.stars) + PHANTOMS * float(platform)
    return (
        sa.select(total / (sa.func.count() + float(PHANTOMS)))
        .where(_review.institution_id == Institution.id, *_counted())
        .correlate(Institution)
        .scalar_subquery()
    )
