"""Querying the search index: the same rows on both databases, those that hold every word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from core.database import db
from models import SearchEntry
from search.documents import BY_MODEL, category_names
from search.text import IN_TITLE, pairs, words_of


def holding(words: Sequence[str], *columns: Any, by_name: bool = False) -> sa.Select[Any]:
    """Return a SELECT of columns of SearchEntry whose text holds every one of the folded `words`.

    In SQLite the full-text table drives: the first rows come at once, and what it finds is not
    gathered beforehand, as it would be for an IN.

    The pairs choose the candidates; a word of three letters and more is then looked for in their
    text, since its pairs may stand apart.

    Args:
        words: at least one.
        columns: of SearchEntry, and of what is joined to it.
        by_name: whether the name itself, or its initials, must hold them.
    """
    postgres = db.engine.dialect.name == "postgresql"
    mark = IN_TITLE if by_name else ""
    wanted = [term for word in words for term in _terms(word, mark, postgres=postgres)]
    text = (" & " if postgres else " AND ").join(dict.fromkeys(wanted))
    column = SearchEntry.title if by_name else SearchEntry.text
    whole = [column.contains(word, autoescape=True) for word in words if len(word) > 2]
    query = sa.select(*columns).where(*whole)
    if postgres:
        asked = sa.cast(sa.bindparam(None, text, sa.Text()), TSQUERY)
        return query.where(SearchEntry.grams.op("@@", is_comparison=True)(asked))
    grams = sa.table("search_grams", sa.column("rowid"), sa.column("search_grams"))
    return query.where(
        grams.c.search_grams.op("MATCH")(text), SearchEntry.id == _driven_by(grams.c.rowid)
    )


def _driven_by(key: Any) -> Any:
    """Return a key as SQLite looks it up, and never the other way round."""
    return sa.func.abs(key)


def _terms(word: str, mark: str, *, postgres: bool) -> list[str]:
    """Return `word` in the language of the database's full-text queries."""
    quote = "'" if postgres else '"'  # a folded word holds neither
    if len(word) == 1 and mark:
        return [f"{quote}{mark}{word}{quote}"]
    if len(word) == 1:
        return [f"{quote}{word}{quote}{':*' if postgres else ' *'}"]
    return [f"{quote}{mark}{pair}{quote}" for pair in pairs(word)]


def found(
    model: type[Any],
    words: Sequence[str],
    *columns: Any,
    by_name: bool = False,
    among: int | None = None,
) -> sa.Select[Any]:
    """Return a SELECT of columns of the rows of `model` that hold `words`, as `holding` does.

    The index drives and SearchEntry stands beside the rows: so a part of a million is found
    without the rest, which the condition `matches` would gather first.

    Args:
        model: Institution, Consultant, FeaturedProduct or CatalogueItem.
        words: folded, at least one.
        columns: of `model`; and of SearchEntry, where `among` is not given.
        by_name: whether the name itself, or its initials, must hold them.
        among: consider no more than so many entries. PostgreSQL takes the index then; for very few
            rows of a word it knows nothing of, it would rather read the whole table.
    """
    key, ours = SearchEntry.ref_id, SearchEntry.kind == BY_MODEL[model].kind
    if db.engine.dialect.name == "sqlite":
        key = _driven_by(key)
    if among is None:
        return holding(words, *columns, by_name=by_name).where(ours, model.id == key)
    some = holding(words, key.label("key"), by_name=by_name).where(ours).limit(among).subquery()
    return sa.select(*columns).join(some, some.c.key == model.id)


def in_category(model: type[Any], ids: Sequence[int]) -> sa.Select[tuple[int]]:
    """Return a SELECT of the ids of the rows of `model` in one of these categories."""
    return BY_MODEL[model].in_category(ids)


def categories_of(model: type[Any], ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the names, in both languages, of the categories by which these rows are found too."""
    return category_names(db.session.connection(), BY_MODEL[model], ids)


def matches(model: type[Any], query: str, *, often: bool = False) -> sa.ColumnElement[bool]:
    """Return the condition that a row of `model` is found by `query`.

    Args:
        model: Institution, Consultant, FeaturedProduct or CatalogueItem.
        query: as somebody typed it. Nothing typed finds everything, signs alone find nothing.
        often: whether so many are found that asking row after row meets some soon; otherwise the
            index is asked once, for all of them.
    """
    words, kind = words_of(query), BY_MODEL[model].kind
    if not words:
        return sa.false() if query.strip() else sa.true()
    if often:
        holds = (SearchEntry.text.contains(word, autoescape=True) for word in words)
        here = sa.select(SearchEntry.id).where(
            SearchEntry.kind == kind, SearchEntry.ref_id == model.id, *holds
        )
        # no EXISTS: PostgreSQL would read the whole index beforehand, to answer all of them
        return here.correlate(model).scalar_subquery().is_not(None)
    return sa.and_(model.id.in_(ids(model, query)))


def ids(model: type[Any], query: str) -> sa.Select[Any]:
    """Return a SELECT of the ids of rows of `model` that hold every word, of one or more."""
    kind = BY_MODEL[model].kind
    return holding(words_of(query), SearchEntry.ref_id).where(SearchEntry.kind == kind)


def named(words: Sequence[str]) -> sa.ColumnElement[bool]:
    """Return the condition on a SearchEntry that the name itself, or its initials, hold `words`."""
    return sa.and_(*(SearchEntry.title.contains(word, autoescape=True) for word in words))
