"""Which tables a SQL statement names, writes and empties, parsed from its text.

The text is what the database gets, so nothing escapes: neither a subquery, nor `text()`, nor a
lazy load of the ORM. What is not certain is answered with more tables, never with fewer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

STATEMENTS = 4_096  # that are remembered; the application has about a thousand
# a word that may be a table: not the column after a dot, not the label after AS
_WORD = re.compile(r'(?<![\w."])(?<!\bAS )"?([A-Za-z_]\w*)"?')
_TABLE = r'\s+(?:ONLY\s+)?"?(\w+)"?'
_WRITTEN = re.compile(
    rf"\b(?:(?:INSERT(?:\s+OR\s+\w+)?|REPLACE|MERGE)\s+INTO|UPDATE(?:\s+OR\s+\w+)?){_TABLE}", re.I
)
_EMPTIED = re.compile(rf"\b(?:DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?){_TABLE}", re.I)
_SCHEMA = re.compile(r"\s*(?:CREATE|ALTER|DROP)\b|.*\balembic_version\b", re.I | re.S)


@dataclass(frozen=True, slots=True)
class Tables:
    """What a statement says: every word that may be a table, what it writes, what it deletes from;
    and whether it changes the schema, as a migration does."""

    words: frozenset[str]
    written: frozenset[str]
    emptied: frozenset[str]
    schema: bool


@lru_cache(maxsize=STATEMENTS)
def tables_of(statement: str) -> Tables:
    """Return the tables of one statement."""
    return Tables(
        words=frozenset(_WORD.findall(statement)),
        written=frozenset(_WRITTEN.findall(statement)),
        emptied=frozenset(_EMPTIED.findall(statement)),
        schema=_SCHEMA.match(statement) is not None,
    )
