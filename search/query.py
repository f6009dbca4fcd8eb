"""Asking the index: the same rows on both databases, those that hold every word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from database import db
from models import SearchEntry
from search.documents import BY_MODEL
from search.text import pairs, words_of


def holding(words: Sequence[str], *columns: Any) -> sa.Select[Any]:
    """Return a SELECT of columns of SearchEntry whose text holds every one of the folded `words`.

    In SQLite the full-text table drives: the first rows come at once, and what it finds is not
    gathered beforehand, as it would be for an IN.

    The pairs choose the candidates; a word of three letters and more is then looked for in their
    text, since its pairs may stand apart.
    """
    postgres = db.engine.dialect.name == "postgresql"
    wanted = [term for word in words for term in _terms(word, postgres=postgres)]
    text = (" & " if postgres else " AND ").join(dict.fromkeys(wanted))
    whole = [SearchEntry.text.contains(word, autoescape=True) for word in words if len(word) > 2]
    query = sa.select(*columns).where(*whole)
    if postgres:
        asked = sa.cast(sa.bindparam(None, text, sa.Text()), TSQUERY)
        return query.where(SearchEntry.grams.op("@@", is_comparison=True)(asked))
    grams = sa.table("search_grams", sa.column("rowid"), sa.column("search_grams"))
    return query.where(
        grams.c.search_grams.op("MATCH")(text),
        SearchEntry.id == sa.func.abs(grams.c.rowid),  # not to be turned round by the planner
    )


def _terms(word: str, *, postgres: bool) -> list[str]:
    """Return `word` in the language of the database's full-text queries."""
    quote = "'" if postgres else '"'  # a folded word holds neither
    if len(word) == 1:
        return [f"{quote}{word}{quote}{':*' if postgres else ' *'}"]
    return [f"{quote}{pair}{quote}" for pair in pairs(word)]


def matches(model: type[Any], query: str) -> sa.ColumnElement[bool]:
    """Return the condition that a row of `model` is found by `query`.

    Args:
        model: Institution, Consultant, FeaturedProduct or CatalogueItem.
        query: as somebody typed it. Nothing typed finds everything, signs alone find nothing.
    """
    words = words_of(query)
    if not words:
        return sa.false() if query.strip() else sa.true()
    ids = holding(words, SearchEntry.ref_id).where(SearchEntry.kind == BY_MODEL[model].kind)
    return sa.and_(model.id.in_(ids))


def named(model: type[Any], query: str) -> sa.ColumnElement[bool]:
    """Return the condition that the name itself, or its initials, hold every word.

    Such rows come first.
    """
    held = [SearchEntry.title.contains(word, autoescape=True) for word in words_of(query)]
    return sa.exists().where(
        SearchEntry.kind == BY_MODEL[model].kind, SearchEntry.ref_id == model.id, *held
    )
