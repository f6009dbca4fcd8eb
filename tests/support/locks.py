"""Watches which rows a unit of work locks, and in which order. On PostgreSQL."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from core.database import db
from workflows.engine import ORDER

LOCKING = re.compile(r"\sFOR (NO KEY UPDATE|UPDATE|KEY SHARE|SHARE)(?: OF \"?(\w+)\"?)?")
FROM = re.compile(r"\sFROM \"?(\w+)\"?")
WRITING = re.compile(r"(?:UPDATE|DELETE FROM) \"?(\w+)\"?")
Held = tuple[int, int]  # place in ORDER, id


@dataclass
class Watch:
    """What was locked, and what was locked too late."""

    tables: list[str] = field(default_factory=list)  # each time, in sequence
    wrong: list[str] = field(default_factory=list)
    held: dict[int, list[Held]] = field(default_factory=dict)  # by connection

    def lock(self, connection: sa.Connection, table: str, ids: list[int], statement: str) -> None:
        held = self.held.setdefault(id(connection.connection.dbapi_connection), [])
        self.tables.append(table)
        if table not in ORDER:
            self.wrong.append(f"{table} has no place in the order: {statement}")
            return
        place = ORDER.index(table)
        if ids != sorted(ids):
            self.wrong.append(f"{table} {ids} not in the order of ids: {statement}")
        for row in ids:
            if (place, row) in held:
                continue
            later = max(held, default=(0, 0))
            if (place, row) < later:
                self.wrong.append(f"{table} {row} after {ORDER[later[0]]} {later[1]}: {statement}")
            held.append((place, row))

    def write(self, connection: sa.Connection, table: str, statement: str) -> None:
        """Rows that are written without having been locked: the table alone is known."""
        held = self.held.setdefault(id(connection.connection.dbapi_connection), [])
        if table in ORDER and all(place != ORDER.index(table) for place, _ in held):
            later = max(held, default=(0, 0))
            if ORDER.index(table) < later[0]:
                self.wrong.append(f"{table} written after {ORDER[later[0]]}: {statement}")

    def forget(self, connection: sa.Connection) -> None:
        self.held.pop(id(connection.connection.dbapi_connection), None)


@contextmanager
def watching() -> Iterator[Watch]:
    """Watch the locks that are taken in the block, on every connection."""
    watch = Watch()

    def note(connection: sa.Connection, _cursor: Any, statement: str, parameters: Any,
             _context: Any, many: bool) -> None:  # fmt: skip
        found = LOCKING.search(statement)
        if found:
            table = found[2] or FROM.search(statement)[1]  # type: ignore[index]  # it selects
            again = connection.connection.cursor()  # the same rows once more: they are held
            again.execute(statement, parameters)
            at = [column[0] for column in again.description].index("id")
            watch.lock(connection, table, [row[at] for row in again.fetchall()], statement[:120])
            again.close()
        elif written := WRITING.match(statement):
            watch.write(connection, written[1], statement[:120])

    events = (
        ("after_cursor_execute", note), ("commit", watch.forget), ("rollback", watch.forget),
    )  # fmt: skip
    for name, listener in events:
        sa.event.listen(db.engine, name, listener)
    try:
        yield watch
    finally:
        for name, listener in events:
            sa.event.remove(db.engine, name, listener)


def waits_for_a_lock() -> bool:
    """Whether somebody in this database waits for a row."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
    with db.engine.connect() as line:
        return bool(line.scalar(sa.text(query + "wait_event_type = 'Lock'")))


def until(condition: Callable[[], bool]) -> None:
    """Wait until `condition` holds, for a few seconds at most."""
    for _ in range(200):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("nobody waits")
