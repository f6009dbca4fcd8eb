"""Lock order, everywhere: parents before children, ids ascending (SELECT ... FOR UPDATE).

Two units of work that lock the same rows in the same order never wait for each other in a circle.
A step locks what it follows up (`Process.locks`, `Transition.locks`) before its own rows, and its
own rows before those that its cascades touch. Who locks elsewhere keeps to `ORDER` too.

Rows are locked FOR NO KEY UPDATE: whoever inserts a child of a locked row need not wait for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

import sqlalchemy as sa

from core.database import db

CHUNK = 5_000  # ids in one statement: below the bind limits of both databases

ORDER: tuple[str, ...] = (
    "enterprise_membership",  # what kind of account a user has follows from it
    "verification",
    "user",
    "enterprise",
    "category",
    "institution",
    "objection",
    "membership",
    "consultant",
    "affiliation",
    "profile_change",
    "catalogue_item",
    "regular_offer",
    "featured_product",
    "product_change",
    "invitation",
    "association_membership",
    "enquiry",
    "enquiry_candidate",
    "demand",
    "transaction",
    "confirmation",
    "review",
    "activity",
)

Locks = Callable[[Sequence[int]], None]


def lock(model: type[Any], ids: Collection[int | None], *, read: bool = False) -> None:
    """Lock the rows of `model` with these ids until the unit of work ends, the lowest id first.

    Args:
        model: a table of `ORDER`.
        ids: of its rows; None is left out.
        read: only keep others from changing them (FOR SHARE). Never upgrade such a lock.
    """
    if not _locks_rows():
        return
    wanted = sorted({id for id in ids if id is not None})
    for start in range(0, len(wanted), CHUNK):
        _lock_where(model, model.__table__.c.id.in_(wanted[start : start + CHUNK]), read=read)


def lock_where(model: type[Any], *conditions: sa.ColumnElement[bool]) -> None:
    """As `lock`, for the rows that meet `conditions` on the bare table of `model`."""
    if _locks_rows():
        _lock_where(model, *conditions)


def parents(model: type[Any], *columns: tuple[str, type[Any]], read: bool = False) -> Locks:
    """Return what locks the parents of rows of `model`, given the ids of these.

    Args:
        model: the children.
        columns: (foreign key of `model`, table that it names), in the sequence of `ORDER`.
        read: as in `lock`.
    """
    table = model.__table__

    def lock_parents(ids: Sequence[int]) -> None:
        if not _locks_rows():
            return
        for column, parent in columns:
            found: set[int | None] = set()
            for start in range(0, len(ids), CHUNK):
                part = table.c.id.in_(ids[start : start + CHUNK])
                found |= set(db.session.scalars(sa.select(table.c[column]).where(part)))
            lock(parent, found, read=read)

    return lock_parents


def _lock_where(model: type[Any], *conditions: sa.ColumnElement[bool], read: bool = False) -> None:
    table = model.__table__
    query = sa.select(table.c.id).where(*conditions).order_by(table.c.id)
    db.session.execute(query.with_for_update(read=read, key_share=not read))


def _locks_rows() -> bool:
    """On SQLite whoever writes is alone anyway."""
    return db.engine.dialect.name == "postgresql"
