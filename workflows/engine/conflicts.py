"""IntegrityError in words: constraint violations, matched by the name that the database reports."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext
from sqlalchemy.exc import IntegrityError

from core.database import Base
from workflows.engine.table import Words

TAKEN: Words = lazy_gettext("This conflicts with another record.")
# what SQLite says: it names a CHECK and an index of expressions, but of a UNIQUE the columns
CHECK = re.compile(r"CHECK constraint failed: (\w+)")
INDEX = re.compile(r"UNIQUE constraint failed: index '(\w+)'")
WRITES = re.compile(r'(?:INSERT INTO|UPDATE) "?(\w+)"?(.*?)(?: WHERE | VALUES |$)', re.DOTALL)
UNIQUE = re.compile(r"UNIQUE constraint failed: (\w+\.\w+(?:, \w+\.\w+)*)")


def conflict_words(conflicts: Mapping[str, Words], error: IntegrityError) -> Words:
    """Return the words of `conflicts` for the constraint that `error` names, TAKEN for others.

    Args:
        conflicts: {name of a constraint: words for the reader}, as a transition has them.
        error: what the database raised.
    """
    found = constraint_names(error)
    return next((words for name, words in conflicts.items() if name in found), TAKEN)


def constraint_names(error: IntegrityError) -> frozenset[str]:
    """Return the names of the constraint that the database reports as violated.

    PostgreSQL names one. SQLite names the columns of a UNIQUE, and of a foreign key nothing: meant
    are all unique constraints over these columns, or all foreign keys that the statement writes.
    """
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        name = diagnosis.constraint_name
        return frozenset({name} if name else ())
    message = str(error.orig)
    if match := CHECK.search(message) or INDEX.search(message):
        return frozenset({match[1]})
    if match := UNIQUE.search(message):
        return _unique_over(match[1].split(", "))
    if "FOREIGN KEY constraint failed" in message:
        return _foreign_keys_in(error.statement or "")
    return frozenset()


def _unique_over(columns: list[str]) -> frozenset[str]:
    """Return the names of the unique constraints and indexes over "table.column", ... ."""
    table_name = columns[0].partition(".")[0]
    names = {column.partition(".")[2] for column in columns}
    table = Base.metadata.tables.get(table_name)
    if table is None:
        return frozenset()
    unique: list[Any] = [index for index in table.indexes if index.unique]
    unique += [
        constraint
        for constraint in table.constraints
        if isinstance(constraint, sa.UniqueConstraint | sa.PrimaryKeyConstraint)
    ]
    return frozenset(
        str(constraint.name)
        for constraint in unique
        if {c.name for c in constraint.columns} == names
    )


def _foreign_keys_in(statement: str) -> frozenset[str]:
    """Return the names of the foreign keys of which an INSERT or UPDATE writes a column."""
    match = WRITES.match(statement)
    table = Base.metadata.tables.get(match[1]) if match else None
    if match is None or table is None:
        return frozenset()
    written = set(re.findall(r"\w+", match[2]))
    return frozenset(
        str(constraint.name)
        for constraint in table.foreign_key_constraints
        if written & {column.name for column in constraint.columns}
    )
