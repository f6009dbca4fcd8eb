"""How Alembic reaches the application's database and names what it finds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context
from flask import current_app

import models  # noqa: F401  (fills the metadata)
from core import database

database_handle = current_app.extensions["migrate"].db
target = database_handle.metadata


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our column types as the plain ones beneath: a migration imports nothing of ours."""
    if kind == "type" and isinstance(item, database.Yuan):
        return "sa.BigInteger()"
    if kind == "type" and isinstance(item, database.UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def compared(name: str | None, kind: str, _parents: object) -> bool:
    """What tables/search.py makes by hand, each database its own, with the tables FTS5 adds."""
    return not str(name).startswith(("search_grams", "ix_search_entry_grams"))


def run_offline() -> None:
    """Print the SQL instead of running it."""
    context.configure(
        url=current_app.config["SQLALCHEMY_DATABASE_URI"],
        target_metadata=target,
        literal_binds=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_online() -> None:
    """Migrate the database that the application is configured for, or that of `connection`.

    A restore hands over a connection, in the attributes of the configuration.
    """
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    with database_handle.engine.connect() as connection:
        migrate(connection)


def migrate(connection: sa.Connection) -> None:
    """Run the migrations on `connection`, and commit."""
    switch_foreign_keys(connection, on=False)
    context.configure(
        connection=connection,
        target_metadata=target,
        render_item=render_item,
        render_as_batch=True,
        compare_type=True,
        include_name=compared,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
    switch_foreign_keys(connection, on=True)


def switch_foreign_keys(connection: sa.Connection, *, on: bool) -> None:
    """On SQLite a table that is rebuilt must not take its children with it.

    On the driver's own connection: the pragma does nothing inside a transaction.
    """
    if connection.dialect.name == "sqlite":
        driver = connection.connection.dbapi_connection
        assert driver is not None
        driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


if context.is_offline_mode():
    run_offline()
else:
    run_online()
