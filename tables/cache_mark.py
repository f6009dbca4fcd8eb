"""Cache invalidation by table: every commit leaves a new mark for each table that it wrote.

The marks are rows of `cache_mark`, one a table, written in the transaction that they report. Who
reads the marks first and the data afterwards never holds data that is older than the marks: so
what was made of some tables is right as long as the marks of these tables stand, in every process.

`init_app` arms every engine of the application, for the web, the worker and each command alike.
The marks are written last, by one statement and in the order of their names: two transactions wait
for each other only where they wrote the same table, only while one of them commits, and never in a
circle.
"""

from __future__ import annotations

import secrets
from contextvars import ContextVar
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Model, db
from core.sql_tables import STATEMENTS, tables_of

# What no public page shows. A page that reads one of these is not cached, so none can be stale by
# it; a table that is not named here has a mark.
UNMARKED = frozenset(
    {
        "cache_mark", "confirmation", "consent", "demand_draft", "enquiry", "enquiry_candidate",
        "enterprise_membership", "event", "event_seal", "external_identity", "favourite",
        "invitation", "job_run", "mail", "membership", "muted_notice", "notification",
        "product_change", "profile_change", "rate_counter", "sign_in", "task",
        "task_row", "user",
    }
)  # fmt: skip
ALIASES = {"search_grams": "search_entry"}  # what SQLite keeps of a table beside it
# in the `info` of a connection: what is to be marked, what `hold` keeps back, whether it can be
PENDING, HELD, READY = "cache_marks", "cache_marks_held", "cache_marks_ready"
# An execution option: a set of tables of which the statement reads only what changes together with
# another of its tables, so that the mark of that one stands for both.
CHANGES_WITH_OTHERS = "changes_with_others"
# the tables that were read since somebody began to record them; None: nobody records
reads: ContextVar[set[str] | None] = ContextVar("reads", default=None)


class CacheMark(Model):
    """Stands for one state of a table: another value, another state."""

    name: Mapped[str] = mapped_column(sa.String(64), primary_key=True)  # of the table
    value: Mapped[str] = mapped_column(sa.String(32))


def init_app(app: Flask) -> None:
    """Arm every engine of `app`."""
    with app.app_context():
        for engine in db.engines.values():
            watch(engine)


def watch(engine: sa.Engine) -> None:
    """Mark what commits on `engine` write, and record what its statements read."""
    if event.contains(engine, "before_cursor_execute", _observe):
        return
    event.listen(engine, "before_cursor_execute", _observe)
    event.listen(engine, "commit", _leave_marks)
    event.listen(engine, "rollback", _forget)


@cache
def marked_tables() -> tuple[str, ...]:
    """Return the tables that have a mark, in the order of their names."""
    return tuple(sorted(set(db.metadata.tables) - UNMARKED))


@lru_cache(maxsize=STATEMENTS)
def _known(words: frozenset[str]) -> frozenset[str]:
    """Return which of `words` are tables of ours."""
    return frozenset(ALIASES.get(word, word) for word in words) & db.metadata.tables.keys()


@cache
def _emptied_with(name: str) -> frozenset[str]:
    """Return the tables that change when rows of a table go: the database sees to the others."""
    found, waiting = {name}, [name]
    while waiting:
        parent = waiting.pop()
        for table in db.metadata.tables.values():
            actions = {
                key.ondelete for key in table.foreign_keys if key.column.table.name == parent
            }
            if table.name not in found and actions & {"CASCADE", "SET NULL", "SET DEFAULT"}:
                found.add(table.name)
                waiting += [table.name] if "CASCADE" in actions else []
    return frozenset(found)


def _observe(
    connection: sa.Connection, _cursor: Any, statement: str, _values: Any, context: Any, _many: Any
) -> None:
    tables = tables_of(statement)
    recorded = reads.get()
    if recorded is not None:
        others = context.execution_options.get(CHANGES_WITH_OTHERS, ()) if context else ()
        recorded |= _known(tables.words).difference(others)
    info = connection.info
    if tables.schema:
        info[PENDING] = None  # a migration: what it finds need not be what we know
        info.pop(READY, None)
    elif (tables.written or tables.emptied) and info.setdefault(PENDING, set()) is not None:
        names = set(_known(tables.written))
        for name in _known(tables.emptied):
            names |= _emptied_with(name)
        info[HELD if HELD in info else PENDING] |= names - UNMARKED


def hold(connection: sa.Connection) -> None:
    """Keep back the marks of what is written from now on, until `release` decides."""
    release(connection, marked=True)  # of one that was never ended
    connection.info[HELD] = set()


def release(connection: sa.Connection, *, marked: bool) -> None:
    """Leave the marks that were held back, or drop them."""
    held = connection.info.pop(HELD, None)
    if held and marked and connection.info.setdefault(PENDING, set()) is not None:
        connection.info[PENDING] |= held


def _forget(connection: sa.Connection) -> None:
    if connection.invalidated:  # the database ended it: it took its notes along, and has no `info`
        return
    connection.info.pop(PENDING, None)
    connection.info.pop(HELD, None)


def _leave_marks(connection: sa.Connection) -> None:
    release(connection, marked=True)
    names = connection.info.pop(PENDING, None)
    if names and _is_ready(connection):
        # beneath the events. Drivers spell parameters each their way, so the values stand in the
        # text: all of them are made here
        rows = ", ".join(f"('{name}', '{secrets.token_hex(8)}')" for name in sorted(names))
        cursor = connection.connection.cursor()
        cursor.execute(
            f"INSERT INTO cache_mark (name, value) VALUES {rows}"  # noqa: S608  # all made here
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        )
        cursor.close()


def _is_ready(connection: sa.Connection) -> bool:
    """Whether the table of the marks is there: a database may be older than this code."""
    if not connection.info.get(READY):
        connection.info[READY] = sa.inspect(connection).has_table("cache_mark")
    return bool(connection.info[READY])
