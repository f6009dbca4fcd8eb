"""What every table is made of: keys, references, lives, and the constraints that span rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import now
from core.database import Key

RESTRICT, CASCADE, SET_NULL = "RESTRICT", "CASCADE", "SET NULL"


def ref(target: str, ondelete: str = RESTRICT, **options: Any) -> Any:
    """A foreign key column to `target`, indexed, with an explicit ON DELETE."""
    options.setdefault("index", True)
    return mapped_column(sa.ForeignKey(target, ondelete=ondelete), **options)


def unique_while(name: str, *columns: str, where: str) -> sa.Index:
    """A unique index over the rows that `where` picks out, on both databases."""
    condition = sa.text(where)
    return sa.Index(name, *columns, unique=True, sqlite_where=condition, postgresql_where=condition)


def exactly_one(name: str, *columns: str) -> sa.CheckConstraint:
    """A CHECK that one of `columns`, and only one, is set."""
    count = " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in columns)
    return sa.CheckConstraint(f"{count} = 1", name=name)


def within_institution(table: str, column: str = "") -> sa.ForeignKeyConstraint:
    """A foreign key to a row of `table` that has the same `institution_id` as this one.

    Args:
        table: it has a UNIQUE over (id, institution_id).
        column: where this row names it; "<table>_id" where nothing is said.
    """
    return sa.ForeignKeyConstraint(
        [column or f"{table}_id", "institution_id"],
        [f"{table}.id", f"{table}.institution_id"],
        ondelete=RESTRICT,
    )


class Stamped:
    """When a row was made, and how often it changed: an approval names the version it saw."""

    id: Mapped[Key]
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class Living(Stamped):
    """A thing with a life. Only workflows/engine/ writes `status` and `status_at`."""

    status_at: Mapped[datetime] = mapped_column(default=now)
