"""The search index follows the things: whatever writes one writes its entry beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.database import db
from models import Category, SearchEntry
from search.documents import BY_MODEL, SOURCES, Source, entries

BATCH = 500  # things in one statement
_table: Any = SearchEntry.__table__


def write(connection: sa.Connection, source: Source, ids: Sequence[int]) -> None:
    """Write the entries of these things anew."""
    rows = entries(connection, source, ids)
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    insert = dialect.insert(_table)
    new = {name: insert.excluded[name] for name in ("title", "text", "grams")}
    connection.execute(
        insert.on_conflict_do_update(index_elements=["kind", "ref_id"], set_=new), rows
    )


def remove(connection: sa.Connection, source: Source, ids: Iterable[int]) -> None:
    """Take the entries of these things out."""
    connection.execute(
        sa.delete(_table).where(_table.c.kind == source.kind, _table.c.ref_id.in_(list(ids)))
    )


def _in_batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


# --- in step with the things ----------------------------------------------------------------


def _note_stale(session: Session, _context: object, _instances: object = None) -> None:
    """Before a flush: remember what is about to change."""
    stale = session.info.setdefault("search_stale", [])
    gone = session.info.setdefault("search_gone", [])
    changed = [row for row in session.dirty if session.is_modified(row)]
    for row in [*session.new, *changed]:
        if type(row) in BY_MODEL or type(row) is Category:
            stale.append(row)
    gone += [row for row in session.deleted if type(row) in BY_MODEL]


def _write_stale(session: Session, _context: object) -> None:
    """After a flush: ids are known, and the rows say what they will say."""
    stale, gone = session.info.pop("search_stale", []), session.info.pop("search_gone", [])
    # what a constraint refused in an earlier flush never got an id
    stale = [row for row in stale if row.id is not None]
    if not stale and not gone:
        return
    connection = session.connection()
    categories = [row.id for row in stale if type(row) is Category]
    for source in SOURCES:
        ids = {row.id for row in stale if type(row) is source.model}
        if categories:
            ids |= set(connection.scalars(source.in_category(categories)))
        for part in _in_batches(sorted(ids)):
            write(connection, source, part)
        if removed := [row.id for row in gone if type(row) is source.model]:
            remove(connection, source, removed)


def install() -> None:
    """Hang the index on the session's events, once."""
    if not event.contains(db.session, "before_flush", _note_stale):
        event.listen(db.session, "before_flush", _note_stale)
        event.listen(db.session, "after_flush_postexec", _write_stale)


# --- from scratch ---------------------------------------------------------------------------


def is_empty() -> bool:
    """Whether nothing was ever put in: a database that is older than its search."""
    return db.session.scalar(sa.select(_table.c.id).limit(1)) is None


def count() -> int:
    """Return how many things there are to be found."""
    counts = [
        sa.select(sa.func.count()).select_from(source.table).scalar_subquery() for source in SOURCES
    ]
    return sum(db.session.execute(sa.select(*counts)).one())


def rebuild(
    progress: Callable[[int], object] = lambda _count: None, session: Any = db.session
) -> int:
    """Write every entry anew, batch by batch, each committed; return how many there are.

    Entries of things that are gone go too. Safe beside writers: a batch reads what is committed.

    Args:
        progress: called with how many more are done.
        session: of the database whose index it is.
    """
    done = 0
    for source in SOURCES:
        last = 0
        while ids := _next_ids(session, source, last):
            write(session.connection(), source, ids)
            session.commit()
            done, last = done + len(ids), ids[-1]
            progress(len(ids))
        session.execute(
            sa.delete(_table).where(
                _table.c.kind == source.kind, _table.c.ref_id.not_in(sa.select(source.table.c.id))
            )
        )
        session.commit()
    return done


def _next_ids(session: Any, source: Source, last: int) -> list[int]:
    key = source.table.c.id
    query = sa.select(key).where(key > last).order_by(key).limit(BATCH)
    return list(session.scalars(query))
