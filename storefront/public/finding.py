"""What a search finds among what is public: a group for each kind of thing, best first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString
from markupsafe import Markup

import access
import labels
import search
from database import db
from models import (
    CatalogueItem,
    Consultant,
    ConsultantScore,
    FeaturedProduct,
    Institution,
    InstitutionScore,
    SearchKind,
    consultant_category,
    institution_category,
)
from storefront.public.paging import capped_count

SHOWN_OF_EACH = 5  # where all kinds stand on one page


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found, with the words marked."""

    name: Markup
    path: str
    words: Markup


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind. A total above MOST_COUNTED means: more than that."""

    kind: SearchKind
    label: LazyString | str
    total: int
    hits: list[Hit]


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
        links = {Institution: institution_category, Consultant: consultant_category}
        link = links.get(self.model)
        if link is None:
            return sa.ColumnElement.in_(self.model.category_id, ids)
        owner, category = link.c
        return sa.ColumnElement.in_(self.model.id, sa.select(owner).where(category.in_(ids)))


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
        excerpt_of=("summary", "description"),
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
BY_NAME = {one.kind.value: one for one in KINDS}


def found(
    query: str, kinds: Sequence[Kind], category: Sequence[int], limit: int, offset: int = 0
) -> list[Group]:
    """Return a group for each of `kinds` in which something public is found.

    Args:
        query: as it was typed, with a letter or digit in it.
        kinds: where to look.
        category: ids of the categories to keep to; empty for all.
        limit: the most hits of a kind.
        offset: how many to pass over.
    """
    groups = []
    for one in kinds:
        conditions = [access.published(one.model), search.matches(one.model, query)]
        if category:
            conditions.append(one.in_category(category))
        total = capped_count(sa.select(one.model.id).where(*conditions))
        if total:
            hits = _hits(one, conditions, query, limit, offset)
            groups.append(Group(one.kind, one.label, total, hits))
    return groups


def _hits(
    one: Kind,
    conditions: Sequence[sa.ColumnElement[bool]],
    query: str,
    limit: int,
    offset: int,
) -> list[Hit]:
    model, words = one.model, search.words_of(query)
    texts = [getattr(model, name) for name in one.excerpt_of]
    rows = db.session.execute(
        sa.select(model.id, model.name, *texts)
        .where(*conditions)
        .order_by(
            search.named(model, query).desc(),
            sa.func.coalesce(one.score(), 0).desc(),
            model.id,
        )
        .limit(limit)
        .offset(offset)
    )
    return [
        Hit(search.marked(name, words), f"{one.path}{id}", _excerpt(said, words))
        for id, name, *said in rows
    ]


def _excerpt(texts: Sequence[str], words: Sequence[str]) -> Markup:
    """Return the part of `texts` around the first of the words, or the beginning of the first."""
    for text in texts:
        marked = search.marked(search.excerpt(text, words), words)
        if "<mark>" in marked:
            return marked
    return search.marked(search.excerpt(texts[0], words), words)
