"""The full-text search index: one row for each thing that can be found, cut into bigrams.

PostgreSQL keeps the pairs as a tsvector under a GIN index. SQLite keeps them as text, and an FTS5
table that its triggers hold in step with this one.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.sql.functions import FunctionElement

from core.database import Key, Model, Text, stored_by_value


class SearchKind(StrEnum):
    INSTITUTION = "institution"
    CONSULTANT = "consultant"
    PRODUCT = "product"  # featured
    ITEM = "item"  # a regular product of the catalogue


class as_grams(FunctionElement[str]):  # noqa: N801  # a function of SQL
    """Pairs of letters joined by spaces, as the database at hand keeps them."""

    inherit_cache = True


@compiles(as_grams)
def _as_text(element: as_grams, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(as_grams, "postgresql")
def _as_vector(element: as_grams, compiler: Any, **options: Any) -> str:
    # no parser: a lexeme is just what we cut
    text = compiler.process(element.clauses, **options)
    return f"array_to_tsvector(string_to_array({text}, ' '))"


class Grams(sa.TypeDecorator[str]):
    """A column of pairs of letters, written as one text with spaces between them."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(TSVECTOR())
        return dialect.type_descriptor(sa.Text())

    def bind_expression(self, bindparam: sa.BindParameter[str]) -> Any:
        return as_grams(sa.type_coerce(bindparam, sa.Text()))


class SearchEntry(Model):
    """One thing that can be found. Whether it is public is asked of the thing itself."""

    id: Mapped[Key]
    kind: Mapped[SearchKind] = mapped_column(stored_by_value(SearchKind))
    ref_id: Mapped[int]
    title: Mapped[Text]  # the name, folded as search compares it, and the initials of its pinyin
    text: Mapped[Text]  # folded: title, first letters of its pinyin, and its other texts
    grams: Mapped[str] = mapped_column(Grams)

    __table_args__ = (sa.UniqueConstraint("kind", "ref_id"),)


# detail=none: which rows hold a pair, not where; a third of the size. `ascii`: every letter that
# is not ASCII is part of a token.
FTS5 = (
    "CREATE VIRTUAL TABLE search_grams USING fts5(grams, content='search_entry',"
    " content_rowid='id', detail='none', columnsize=0, tokenize='ascii')",
    "CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN"
    " INSERT INTO search_grams(rowid, grams) VALUES (new.id, new.grams); END",
    "CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN"
    " INSERT INTO search_grams(search_grams, rowid, grams)"
    " VALUES ('delete', old.id, old.grams); END",
    "CREATE TRIGGER search_entry_changed AFTER UPDATE OF grams ON search_entry BEGIN"
    " INSERT INTO search_grams(search_grams, rowid, grams)"
    " VALUES ('delete', old.id, old.grams);"
    " INSERT INTO search_grams(rowid, grams) VALUES (new.id, new.grams); END",
)

GIN = "CREATE INDEX ix_search_entry_grams ON search_entry USING gin (grams)"

_table: Any = SearchEntry.__table__
event.listen(_table, "after_create", sa.DDL(GIN).execute_if(dialect="postgresql"))
for statement in FTS5:
    event.listen(_table, "after_create", sa.DDL(statement).execute_if(dialect="sqlite"))
event.listen(
    _table,
    "before_drop",
    sa.DDL("DROP TABLE IF EXISTS search_grams").execute_if(dialect="sqlite"),
)
