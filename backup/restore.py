"""Restore: a backup into an empty database of either engine, and its files into this site's store.

The database is migrated to the revision of the backup, filled, and then migrated to today's. What
a backup leaves out is made anew: the search index at once, scores and pages by the worker.
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy.orm import Session

from backup import archive, columns
from core.config import Settings
from core.database import install_lock_timeout, install_sqlite_hooks
from search import index
from uploads import storage

BATCH = 500  # rows inserted at once
Row = dict[str, Any]


class Refused(RuntimeError):
    """The backup cannot be restored there. Its text says why."""


def restore(
    path: Path, into: str, progress: Callable[[str], object] = lambda _word: None
) -> dict[str, Any]:
    """Fill the database `into` from the backup `path`; return the manifest.

    Args:
        path: what `flask backup` wrote.
        into: DATABASE_URL of an empty database.
        progress: hears the name of each table, then "files" and "search".

    Raises:
        Refused: the target is not empty, or the backup is of a later release.
        archive.Damaged: the backup is not as it was written.
    """
    engine = sa.create_engine(Settings(database_url=into).sqlalchemy_url)
    install_sqlite_hooks(engine)
    install_lock_timeout(engine)
    try:
        if sa.inspect(engine).get_table_names():
            raise Refused("The target database is not empty. Restore into a new one.")
        with archive.reading(path) as tar:
            manifest = archive.load(tar, "manifest.json")
            _check(manifest)
            _migrate(engine, manifest["revision"])
            with engine.begin() as connection:
                _fill(connection, tar, manifest["tables"], progress)
            _migrate(engine, "head")
            progress("files")
            for key, source in archive.files(tar):
                storage.put(key, source.read())
        progress("search")
        with Session(engine) as session:
            index.rebuild(session=session)
    finally:
        engine.dispose()
    return dict(manifest)


def _check(manifest: dict[str, Any]) -> None:
    if manifest.get("format") != archive.FORMAT:
        raise Refused("The backup is of a later format: it needs a later release.")
    scripts = ScriptDirectory.from_config(_alembic())
    known = {script.revision for script in scripts.walk_revisions()}
    if manifest["revision"] not in known:
        raise Refused(
            f"The backup is of migration {manifest['revision']}, which this release does not know."
        )


def _alembic() -> Config:
    migrate = current_app.extensions["migrate"]
    config: Config = migrate.migrate.get_config(migrate.directory)
    return config


def _migrate(engine: sa.Engine, revision: str) -> None:
    config = _alembic()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _fill(
    connection: sa.Connection,
    tar: tarfile.TarFile,
    tables: dict[str, dict[str, str]],
    progress: Callable[[str], object],
) -> None:
    """Insert all rows, in one transaction."""
    inspector = sa.inspect(connection)
    for name in reversed(tables):  # what migrations put into a new database
        if connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))):
            connection.execute(sa.delete(sa.table(name)))
    for name, kinds in tables.items():
        progress(name)
        _fill_table(connection, tar, name, kinds, _own_keys(inspector, name))
        if connection.dialect.name == "postgresql" and kinds.get("id") == "whole":
            _go_on_counting(connection, name)


def _own_keys(inspector: sa.Inspector, name: str) -> list[str]:
    """Return the columns of a table by which its rows refer to each other."""
    return [
        key["constrained_columns"][0]
        for key in inspector.get_foreign_keys(name)
        if key["referred_table"] == name
    ]


def _fill_table(
    connection: sa.Connection,
    tar: tarfile.TarFile,
    name: str,
    kinds: dict[str, str],
    own_keys: list[str],
) -> None:
    table = columns.table_of(name, kinds)
    later: list[Row] = []  # references among the rows, once all of them are there
    for batch in _batches(archive.rows(tar, name), kinds):
        for row in batch:
            for column in own_keys:
                if row[column] is not None:
                    later.append({"key": row["id"], "column": column, "value": row[column]})
                    row[column] = None
        connection.execute(sa.insert(table), batch)
    for reference in later:
        connection.execute(
            sa.update(table)
            .where(table.c.id == reference["key"])
            .values({reference["column"]: reference["value"]})
        )


def _batches(lines: Iterator[list[Any]], kinds: dict[str, str]) -> Iterator[list[Row]]:
    names = list(kinds)
    while some := list(islice(lines, BATCH)):
        yield [
            {
                name: columns.read(kinds[name], value)
                for name, value in zip(names, values, strict=True)
            }
            for values in some
        ]


def _go_on_counting(connection: sa.Connection, name: str) -> None:
    """Let PostgreSQL give the next row a number that no row has."""
    sequence = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(f'"{name}"', "id")))
    last = connection.scalar(sa.select(sa.func.max(sa.column("id"))).select_from(sa.table(name)))
    if sequence and last:
        connection.execute(sa.select(sa.func.setval(sequence, last)))
