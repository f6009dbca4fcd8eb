"""The documents of the search index: what of each kind of thing is searched.

Read with plain tables: the index holds everything,
and whoever searches asks the thing itself whether it is public.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from models import (
    CatalogueItem,
    Category,
    Consultant,
    FeaturedProduct,
    Institution,
    SearchKind,
    consultant_category,
    institution_category,
)
from search.text import entry_grams, folded, initials


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One kind of thing that can be found."""

    kind: SearchKind
    model: type[Any]
    columns: tuple[str, ...]  # its texts; the name comes first
    categories: sa.Table | None = None  # where it has several; else its own category_id

    @property
    def table(self) -> sa.Table:
        table: sa.Table = self.model.__table__
        return table

    def in_category(self, ids: Sequence[int]) -> sa.Select[tuple[int]]:
        """Return a SELECT of the ids of the things in these categories."""
        if self.categories is None:
            return sa.select(self.table.c.id).where(self.table.c.category_id.in_(ids))
        owner, category = self.categories.c
        return sa.select(owner).where(category.in_(ids))


SOURCES = (
    Source(
        kind=SearchKind.INSTITUTION,
        model=Institution,
        columns=("name", "introduction", "address"),
        categories=institution_category,
    ),
    Source(
        kind=SearchKind.CONSULTANT,
        model=Consultant,
        columns=("name", "title", "introduction"),
        categories=consultant_category,
    ),
    Source(
        kind=SearchKind.PRODUCT,
        model=FeaturedProduct,
        columns=("name", "summary", "description", "parameters"),
    ),
    Source(kind=SearchKind.ITEM, model=CatalogueItem, columns=("name", "covers", "documents")),
)
BY_MODEL = {source.model: source for source in SOURCES}


def entries(connection: sa.Connection, source: Source, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return the rows of the index for the things of `source` with these ids that exist."""
    columns = [source.table.c[name] for name in source.columns]
    rows = connection.execute(
        sa.select(source.table.c.id, *columns).where(source.table.c.id.in_(ids))
    ).all()
    categories = category_names(connection, source, ids)
    found = []
    for id, name, *texts in rows:
        words = [
            name,
            initials(name),
            *categories[id],
            *(words for text in texts for words in flat(text)),
        ]
        title, text = f"{folded(name)} {initials(name)}".strip(), folded(" ".join(words))
        found.append(
            {
                "kind": source.kind,
                "ref_id": id,
                "title": title,
                "text": text,
                "grams": entry_grams(title, text),
            }
        )
    return found


def flat(value: Any) -> Iterator[str]:
    """Yield the texts in a column: a text is one, of JSON every text and number within."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from flat(part)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def category_names(
    connection: sa.Connection, source: Source, ids: Sequence[int]
) -> dict[int, list[str]]:
    """Return the names of the categories of each thing, in both languages, parents included."""
    named: Any = Category.__table__
    above = named.alias("above")
    if source.categories is None:
        owner, link = source.table.c.id, source.table.c.category_id
    else:
        owner, link = source.categories.c
    query = (
        sa.select(owner, named.c.name, named.c.name_en, above.c.name, above.c.name_en)
        .select_from(owner.table)
        .join(named, named.c.id == link)
        .join(above, above.c.id == named.c.parent_id, isouter=True)
        .where(owner.in_(ids))
    )
    found: dict[int, list[str]] = defaultdict(list)
    for id, *names in connection.execute(query):
        found[id] += [name for name in names if name]
    return found
