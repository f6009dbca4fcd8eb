"""Names that are offered while somebody types."""

from __future__ import annotations

import sqlalchemy as sa

import access
import search
from core.database import db
from models import Category
from storefront.search.kinds import KINDS

SUGGESTED = 8
LOOKED_AT = 1_000  # entries of a kind


def suggestions(query: str) -> list[str]:
    """Return names of public things that hold what was typed so far, and of categories."""
    words = search.words_of(query)
    if not words:
        return []
    names: dict[str, None] = {}
    categories = sa.select(Category.name).where(
        ~Category.retired, Category.name.icontains(query.strip(), autoescape=True)
    )
    names.update(dict.fromkeys(db.session.scalars(categories.limit(SUGGESTED // 2))))
    for kind in KINDS:
        rows = db.session.scalars(
            search.found(kind.model, words, kind.model.name, by_name=True, among=LOOKED_AT)
            .where(access.published(kind.model))
            .limit(SUGGESTED // 2)
        )
        names.update(dict.fromkeys(rows))
    return list(names)[:SUGGESTED]
