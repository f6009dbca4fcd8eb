"""The kinds of things that a search finds, and how each is listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString

import labels
import search
from models import (
    CatalogueItem,
    Consultant,
    ConsultantScore,
    FeaturedProduct,
    Institution,
    InstitutionScore,
    SearchKind,
)


def _score(table: type[Any], owner: Any) -> Any:
    kept = table.institution_id if table is InstitutionScore else table.consultant_id
    return (
        sa.select(table.score)
        .where(kept == owner, table.category_id.is_(None))
        .correlate(owner.class_)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind of thing is listed."""

    kind: SearchKind
    model: type[Any]
    path: str
    excerpt_of: tuple[str, ...]  # the first that holds a word is shown
    score: Any

    @property
    def label(self) -> LazyString | str:
        return labels.label(self.kind)

    def in_category(self, ids: Sequence[int]) -> sa.ColumnElement[bool]:
        """Return the condition for things in one of these categories."""
        return sa.ColumnElement.in_(self.model.id, search.in_category(self.model, ids))


KINDS = (
    Kind(
        kind=SearchKind.INSTITUTION,
        model=Institution,
        path="/institutions/",
        excerpt_of=("introduction", "address"),
        score=lambda: _score(InstitutionScore, Institution.id),
    ),
    Kind(
        kind=SearchKind.CONSULTANT,
        model=Consultant,
        path="/consultants/",
        excerpt_of=("title", "introduction"),
        score=lambda: _score(ConsultantScore, Consultant.id),
    ),
    Kind(
        kind=SearchKind.PRODUCT,
        model=FeaturedProduct,
        path="/products/",
        excerpt_of=("summary", "description", "parameters"),
        score=lambda: _score(InstitutionScore, FeaturedProduct.institution_id),
    ),
    Kind(
        kind=SearchKind.ITEM,
        model=CatalogueItem,
        path="/products/regular/",
        excerpt_of=("covers", "documents"),
        score=lambda: sa.null(),
    ),
)
BY_NAME = {kind.kind.value: kind for kind in KINDS}
