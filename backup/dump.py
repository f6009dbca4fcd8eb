"""Dump: every table and every file, as they stood at one moment, while everybody works on.

A read transaction is a snapshot on SQLite (WAL), and on PostgreSQL at REPEATABLE READ; it holds no
lock that a writer waits for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from flask import current_app

from backup import archive, columns
from core.clock import now
from core.config import Settings
from core.database import db, reading
from models import Attachment
from uploads import storage

# made anew by whoever starts on the copy, or true of the old machine alone
DERIVED = frozenset({"cache_mark", "search_entry", "rate_counter"})
# settings that are no secret, and tell the next machine what this one was like
SECRETS = ("secret", "password", "dsn", "token", "url", "storage")
PAGE = 1000  # rows read at once


@contextmanager
def snapshot() -> Iterator[sa.Connection]:
    """Yield a connection on which all statements see the database at one moment."""
    token = reading.set(True)  # SQLite: a deferred transaction, which is a snapshot
    try:
        with db.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                connection = connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            yield connection
            connection.rollback()
    finally:
        reading.reset(token)


def tables() -> dict[str, dict[str, str]]:
    """Return {table: {column: kind}} of what a backup holds, parents before their children."""
    return {
        table.name: {column.name: columns.kind_of(column) for column in table.columns}
        for table in db.metadata.sorted_tables
        if table.name not in DERIVED
    }


def back_up(path: Path, progress: Callable[[str], object] = lambda _word: None) -> dict[str, Any]:
    """Write a backup to `path`; return its manifest.

    Args:
        path: replaced where it exists, once the new one is whole.
        progress: hears the name of each table, then "files".

    Raises:
        OSError: the disk is full, or the store of files does not answer.
    """
    kinds = tables()
    counts: dict[str, int] = {}
    with archive.Writer(path) as writer, snapshot() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        for name, kind_by_column in kinds.items():
            progress(name)
            counts[name] = _table(writer, connection, name, kind_by_column)
        progress("files")
        missing = _files(writer, connection)
        manifest = {
            "format": archive.FORMAT,
            "made_at": now().isoformat(),
            "revision": revision,
            "engine": connection.dialect.name,
            "tables": kinds,
            "rows": counts,
            "missing_files": missing,
            "settings": _settings(current_app.config["SETTINGS"]),
        }
        writer.add("manifest.json", json.dumps(manifest, indent=1).encode())
    return manifest


def _table(
    writer: archive.Writer, connection: sa.Connection, name: str, kinds: dict[str, str]
) -> int:
    table = columns.table_of(name, kinds)
    count = 0
    found = connection.execution_options(yield_per=PAGE).execute(sa.select(table))
    with writer.lines(f"tables/{name}.jsonl") as write:
        for row in found:
            write([columns.plain(value) for value in row])
            count += 1
    return count


def _files(writer: archive.Writer, connection: sa.Connection) -> list[str]:
    """Copy the files that rows of the snapshot name; return the keys that lead nowhere."""
    missing = []
    keys = sa.select(Attachment.__table__.c.storage_key)
    for key in connection.scalars(keys).all():
        try:
            with storage.open(key) as source:
                writer.copy(f"files/{key}", source)
        except FileNotFoundError:  # removed since, or lost: the restore says which
            missing.append(key)
    return sorted(missing)


def _settings(settings: Settings) -> dict[str, str]:
    return {
        field.name: str(getattr(settings, field.name))
        for field in fields(settings)
        if not any(word in field.name for word in SECRETS)
    }
