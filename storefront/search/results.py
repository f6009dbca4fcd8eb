"""Search results over public things: a group for each kind, best first.

Best is what holds the words in its name, then what is most active. Where more is found than is
counted, some are ranked for all: those that hold the words in their names, before others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import LazyString
from markupsafe import Markup

import access
import search
from core.database import db
from models import SearchKind
from storefront.cards import UNGUARDED
from storefront.listing.paging import MOST_COUNTED, capped_count
from storefront.search.kinds import Kind
from web import fragment_cache

SHOWN_OF_EACH = 5  # where all kinds stand on one page
MOST_RANKED = 1_000  # where more is found than is counted: who reads on from there?


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


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """What is looked for: words (folded, at least one), and categories to keep to, if any."""

    words: Sequence[str]
    categories: Sequence[int] = ()

    def among(self, kind: Kind, *columns: Any, by_name: bool = False) -> sa.Select[Any]:
        """Return a SELECT of what is public of a kind; of what is so called, if `by_name`."""
        query = search.found(kind.model, self.words, *columns, by_name=by_name).where(
            access.published(kind.model)
        )
        if self.categories:
            query = query.where(kind.in_category(self.categories))
        return query.execution_options(**UNGUARDED)


def count(terms: SearchTerms, kind: Kind) -> int:
    """Return how much of a kind is found, as paging.capped_count does."""
    name = ("found", kind.kind, tuple(terms.words), tuple(terms.categories))
    return fragment_cache.cached(name, lambda: capped_count(terms.among(kind, kind.model.id)))


def ranked_of(total: int) -> int:
    """Return how many of `total` that are found can be leafed through."""
    return total if total <= MOST_COUNTED else MOST_RANKED


def group(terms: SearchTerms, kind: Kind, total: int, limit: int, offset: int = 0) -> Group:
    """Return what is found of a kind, best first.

    Args:
        terms: what is looked for.
        kind: of thing.
        total: as `count` returned it.
        limit: the most hits.
        offset: how many to pass over.
    """
    model, ranked = kind.model, _ranked(terms, kind, total).subquery("ranked")
    best = (ranked.c.named.desc(), sa.func.coalesce(kind.score(), 0).desc(), model.id)
    page = sa.select(model.id).join(ranked, ranked.c.id == model.id).order_by(*best)
    page = page.limit(limit).offset(offset).execution_options(**UNGUARDED)
    return Group(kind.kind, kind.label, total, _hits(terms, kind, db.session.scalars(page).all()))


def _ranked(terms: SearchTerms, kind: Kind, total: int) -> sa.Select[Any]:
    """Return a SELECT of the ids that are ranked, and whether each has the words in its name."""
    key, named = kind.model.id.label("id"), search.named(terms.words)
    every = terms.among(kind, key, sa.case((named, 1), else_=0).label("named"))
    if total <= MOST_COUNTED:
        return every
    so_called = terms.among(kind, key, sa.literal(1).label("named"), by_name=True)
    both = sa.union_all(
        *(sa.select(part.limit(MOST_RANKED).subquery()) for part in (so_called, every))
    ).subquery()
    best = sa.func.max(both.c.named).label("named")
    return sa.select(both.c.id, best).group_by(both.c.id).order_by(best.desc()).limit(MOST_RANKED)


def _hits(terms: SearchTerms, kind: Kind, ids: Sequence[int]) -> list[Hit]:
    texts = [getattr(kind.model, name) for name in kind.excerpt_of]
    query = sa.select(kind.model.id, kind.model.name, *texts).where(
        kind.model.id.in_(ids), access.published(kind.model)
    )
    rows = db.session.execute(query.execution_options(**UNGUARDED)).all()
    categories = search.categories_of(kind.model, ids)
    hits = {
        id: Hit(
            search.marked(name, terms.words),
            f"{kind.path}{id}",
            _excerpt([*values, _holding(categories[id], terms.words)], terms.words),
        )
        for id, name, *values in rows
    }
    return [hits[id] for id in ids if id in hits]


def _holding(names: Sequence[str], words: Sequence[str]) -> list[str]:
    """Return those of the names, in whatever language, that hold one of the words."""
    return [name for name in names if any(word in search.folded(name) for word in words)]


def _excerpt(values: Sequence[Any], words: Sequence[str]) -> Markup:
    """Return the excerpt around the first word found, or the beginning of the text."""
    texts = [" · ".join(search.flat(value)) for value in values]
    for text in texts:
        marked = search.marked(search.excerpt(text, words), words)
        if "<mark>" in marked:
            return marked
    return search.marked(search.excerpt(texts[0], words), words)
