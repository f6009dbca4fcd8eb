"""Append-only tables: triggers that refuse UPDATE and DELETE of the audit log and its seals.

Two narrow ways are left open, and what is done through them shows:

- The content of an event (reason, changes) is erased once, with the moment and the hash of what
  stood there: somebody closed their account. No other column changes.
- Events are deleted once their seal is released, and never before the law's 180 days are over. A
  seal itself is released once, and never changes or goes.

A table that Alembic rebuilds on SQLite (`batch_alter_table`) loses its triggers: such a migration
makes them again. `flask audit verify` says where one is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy import event

SHORTEST = 180  # days: Cybersecurity Law, article 21 (3)
ERASABLE = frozenset({"reason", "changes", "salt", "erased_at", "content_hash"})


SAME = "IS NOT DISTINCT FROM"  # PostgreSQL's IS
RELEASED = (
    "EXISTS (SELECT 1 FROM event_seal WHERE released_at IS NOT NULL"
    " AND OLD.id BETWEEN first_id AND last_id)"
)


def _same(columns: Iterable[str], same: str) -> str:
    return " AND ".join(f'NEW."{name}" {same} OLD."{name}"' for name in columns)


def _erases(columns: Iterable[str], same: str, changes: str) -> str:
    """The condition that an UPDATE of an event erases its content, and does nothing else."""
    kept = [name for name in columns if name not in ERASABLE]
    return (
        "OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.content_hash IS NOT NULL"
        f" AND NEW.reason IS NULL AND {changes} = '{{}}' AND NEW.salt = '' AND " + _same(kept, same)
    )


def _releases(columns: Iterable[str], same: str) -> str:
    """The condition that an UPDATE of a seal releases it, and does nothing else."""
    kept = [name for name in columns if name != "released_at"]
    return "OLD.released_at IS NULL AND NEW.released_at IS NOT NULL AND " + _same(kept, same)


def sqlite_triggers(events: Iterable[str], seals: Iterable[str]) -> dict[str, str]:
    """Return {name of a trigger: the statement that makes it}.

    Args:
        events, seals: the columns of the two tables.
    """
    allowed = {
        ("event", "update"): _erases(events, "IS", "NEW.changes"),
        ("event", "delete"): f"{RELEASED} AND OLD.at < datetime('now', '-{SHORTEST} days')",
        ("event_seal", "update"): _releases(seals, "IS"),
        ("event_seal", "delete"): "0",
    }
    # SQLite fires no trigger of DELETE for the row that a REPLACE takes the place of
    for table in ("event", "event_seal"):
        there = f"SELECT 1 FROM {table} WHERE id = NEW.id"  # noqa: S608  # names of ours
        allowed[table, "insert"] = f"NOT EXISTS ({there})"
    return {
        f"{table}_{change}": f"CREATE TRIGGER {table}_{change} BEFORE {change.upper()} ON {table}"
        f" WHEN NOT ({condition}) BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for (table, change), condition in allowed.items()
    }


def postgresql_function(events: Iterable[str], seals: Iterable[str]) -> str:
    """Return the statement that makes the function of all triggers on PostgreSQL."""
    branches = (
        ("UPDATE", "event", _erases(events, SAME, "NEW.changes::text"), "NEW"),
        ("DELETE", "event", f"{RELEASED} AND OLD.at < now() - interval '{SHORTEST} days'", "OLD"),
        ("UPDATE", "event_seal", _releases(seals, SAME), "NEW"),
    )
    body = "".join(
        f"IF TG_OP = '{change}' AND TG_TABLE_NAME = '{table}' THEN"
        f" IF {condition} THEN RETURN {row}; END IF; END IF; "
        for change, table, condition, row in branches
    )
    return (
        "CREATE OR REPLACE FUNCTION keep_append_only() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$ BEGIN {body}RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only',"
        " ERRCODE = 'integrity_constraint_violation'; END $$"
    )


def postgresql_triggers() -> dict[str, str]:
    """Return {name of a trigger: the statement that makes it}."""
    whens = (
        ("change", "UPDATE OR DELETE ON {} FOR EACH ROW"),
        ("truncate", "TRUNCATE ON {} FOR EACH STATEMENT"),
    )
    return {
        f"{table}_{kind}": f"CREATE TRIGGER {table}_{kind} BEFORE {when.format(table)}"
        " EXECUTE FUNCTION keep_append_only()"
        for table in ("event", "event_seal")
        for kind, when in whens
    }


def expected(dialect: str) -> frozenset[str]:
    """Return the names of the triggers that a database must have."""
    triggers: Mapping[str, str] = (
        postgresql_triggers() if dialect == "postgresql" else sqlite_triggers((), ())
    )
    return frozenset(triggers)


def install(events: sa.Table, seals: sa.Table) -> None:
    """Let whatever creates the tables from the metadata create their triggers, too."""
    columns = [[column.name for column in table.columns] for table in (events, seals)]
    for table in (events, seals):
        statements = [(statement, "sqlite") for name, statement in sqlite_triggers(*columns).items()
                      if name.rpartition("_")[0] == table.name]  # fmt: skip
        statements.append((postgresql_function(*columns), "postgresql"))
        statements += [
            (statement, "postgresql")
            for name, statement in postgresql_triggers().items()
            if name.rpartition("_")[0] == table.name
        ]
        for statement, dialect in statements:
            ddl = sa.DDL(statement)
            event.listen(table, "after_create", ddl.execute_if(dialect=dialect))
