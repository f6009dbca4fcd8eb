"""SQLite for tests: one connection in memory, where a savepoint holds what a test does.

A dialect, so that the application, its engine and the hooks on it are those of the product:

- *alone*, all work goes over one connection to a database in memory, and each unit of work is a
  savepoint within a transaction that is rolled back when the test ends. No file is copied, no
  schema is read again;
- else it opens files, as SQLite does: several connections, threads, real locks.

A second connection beside the first, or another thread, is an error where it is alone: such a
test says so with the marker `connections`, and gets a file.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import get_ident
from typing import Any, NoReturn

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from core import aside

NAME = "sqlite+tests"
registry.register("sqlite.tests", __name__, "TestDialect")


WRITE_ASIDE = aside.write


def leave_out(_statement: sa.Update) -> bool:
    """In the place of `aside.write`, which would open a connection: as where a lock is held."""
    return False


class NeedsConnections(RuntimeError):
    """A test opens a connection beside the first, leaves one open, or commits for good."""

    def __init__(self) -> None:
        super().__init__("mark the test with pytest.mark.connections: it opens several")


class TestDialect(SQLiteDialect_pysqlite):
    """pysqlite, with the connection in memory in place of any other while it is `alone`."""

    __test__ = False  # whatever its name says to pytest
    driver = "tests"
    supports_statement_cache = True
    memory: sqlite3.Connection | None = None
    alone = False
    thread = 0  # whose the connection in memory is
    handed_out = False
    begun = False  # a unit of work
    running = False  # a test
    refused = 0  # what the test may have swallowed; `end_alone` raises it again

    @classmethod
    def engine_created(cls, engine: sa.Engine) -> None:
        """Keep every statement that was compiled: the tests have more than a cache would hold."""
        engine.update_execution_options(compiled_cache={})

    def refuse(self) -> NoReturn:
        self.refused += 1
        raise NeedsConnections

    def connect(self, *args: Any, **options: Any) -> Any:
        if not self.alone:
            return super().connect(*args, **options)
        if self.handed_out or self.thread != get_ident():
            self.refuse()
        self.handed_out = True
        return self.memory

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        if self.alone:
            if self.thread != get_ident() or not self.running:
                self.refuse()
            if statement.startswith("BEGIN"):  # in which mode ever: core/database.py
                statement = "SAVEPOINT unit_of_work"
                self.begun = True
            elif statement == "COMMIT":  # of `without_write_lock`
                statement = "RELEASE unit_of_work"
                self.begun = False
        super().do_execute(cursor, statement, parameters, context)

    def do_commit(self, dbapi_connection: Any) -> None:
        if not self.alone:
            super().do_commit(dbapi_connection)
        elif self.begun:
            self._end("RELEASE unit_of_work")

    def do_rollback(self, dbapi_connection: Any) -> None:
        if not self.alone:
            super().do_rollback(dbapi_connection)
        elif self.begun:  # the pool rolls back what comes home as well
            self._end("ROLLBACK TO unit_of_work", "RELEASE unit_of_work")

    def _end(self, *statements: str) -> None:
        assert self.memory is not None
        for statement in statements:
            self.memory.execute(statement)
        self.begun = False

    def do_ping(self, dbapi_connection: Any) -> bool:
        return self.alone or super().do_ping(dbapi_connection)

    def do_close(self, dbapi_connection: Any) -> None:
        if dbapi_connection is not self.memory:
            super().do_close(dbapi_connection)


def leave_alone(engine: sa.Engine) -> None:
    """Let `engine` open files again, as any other.

    Raises:
        NeedsConnections: a test is under way.
    """
    dialect: Any = engine.dialect
    if getattr(dialect, "running", False):
        dialect.refuse()
    if getattr(dialect, "alone", False):
        engine.dispose()
        dialect.alone = dialect.handed_out = dialect.begun = False


def begin_alone(engine: sa.Engine, template: Path) -> None:
    """Let `engine` work over one connection, on what the file `template` held at the first call."""
    dialect: Any = engine.dialect
    dialect.running, dialect.refused = True, 0
    aside.write = leave_out
    if dialect.memory is None:
        dialect.memory = _copied(template)
    if not dialect.alone:
        engine.dispose()
        dialect.alone, dialect.thread = True, get_ident()
        engine.connect().close()  # the pragmas of core/database.py want no transaction
    dialect.memory.execute("BEGIN")


def end_alone(engine: sa.Engine) -> None:
    """Undo all that was done since `begin_alone`.

    Raises:
        NeedsConnections: a connection was not given back, or the transaction did not last.
    """
    dialect: Any = engine.dialect
    aside.write = WRITE_ASIDE
    left: Any = engine.pool
    if held := left.checkedout():
        engine.dispose()
        dialect.handed_out = False
    dialect.begun = dialect.running = False
    committed = not dialect.memory.in_transaction
    dialect.memory.rollback()
    if committed:  # what the test did stands in the database, which nobody may find
        engine.dispose()
        dialect.memory, dialect.alone, dialect.handed_out = None, False, False
    if held or committed or dialect.refused:
        raise NeedsConnections


def _copied(file: Path) -> sqlite3.Connection:
    memory = sqlite3.connect(":memory:", isolation_level=None, cached_statements=5_000)
    found = sqlite3.connect(file)
    found.backup(memory)
    found.close()
    return memory
