"""What every table is made of: keys, references, optimistic locking (version), constraints."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, object_session
from sqlalchemy.orm.attributes import flag_modified, set_committed_value

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
        column: where this row names it; "<table>_id" where nothing is given.
    """
    return sa.ForeignKeyConstraint(
        [column or f"{table}_id", "institution_id"],
        [f"{table}.id", f"{table}.institution_id"],
        ondelete=RESTRICT,
    )


class Guarded:
    """Marks a table that the row-level guard watches: it holds contacts, money or secrets.

    access/row_guard/ adds a condition to every statement on it.
    """


class Stamped:
    """When a row was made, and how often it changed: an approval names the version it saw.

    The mapper counts: each UPDATE of a flush adds one, and raises StaleDataError where the row is
    not in the version any more that was loaded. A set-based UPDATE passes the mapper by and counts
    in SQL (workflows/engine/moving.py); a change of what stands in other tables calls `touch`.
    """

    id: Mapped[Key]
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


def touch(row: Stamped) -> None:
    """Let the mapper count a new version of `row`, though none of its own columns change.

    For what belongs to a row and stands in another table: its files, its many-to-many links.
    """
    assert row.created_at  # an expired column cannot be flagged
    flag_modified(row, "created_at")


def complete(row: Stamped, **values: Any) -> None:
    """Write columns of a row just created that need its id: it stays in its first version.

    Past the mapper, which would count a change that nobody made.
    """
    session, table = object_session(row), type(row).__table__  # type: ignore[attr-defined]  # a mixin
    assert session is not None
    session.execute(sa.update(table).where(table.c.id == row.id).values(values))
    for name, value in values.items():
        set_committed_value(row, name, value)


class Living(Stamped):
    """A thing with a life. Only workflows/engine/ writes `status` and `status_at`."""

    status_at: Mapped[datetime] = mapped_column(default=now)

    if TYPE_CHECKING:  # each table has its own states
        __tablename__: str
        __table__: ClassVar[Any]
        status: Mapped[Any]
