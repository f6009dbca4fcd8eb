"""The database handle, the column types both databases share, and how SQLite takes its locks."""

import sqlite3
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry
from sqlalchemy.sql.functions import FunctionElement

CENT = Decimal("0.01")

# Named constraints: a migration can drop them, and the engine can turn a violation into words.
naming = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(sa.TypeDecorator[datetime]):
    """An aware datetime, stored as UTC. SQLite keeps no zone, so it is taken off and put back."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime  # SQLAlchemy says `object` of every decorated type

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Yuan(sa.TypeDecorator[Decimal]):
    """An amount in yuan with two places, kept as whole fen: SQLite has no exact decimal."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> int | None:
        return None if value is None else int(Decimal(value).quantize(CENT) * 100)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> Decimal | None:
        return None if value is None else (Decimal(value) / 100).quantize(CENT)


def stored_by_value(kind: type[StrEnum]) -> sa.Enum:
    """A column type for `kind`: text of the member's value, held to the members by a CHECK."""
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=32,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    registry = registry(
        metadata=sa.MetaData(naming_convention=naming),
        type_annotation_map={datetime: UTCDateTime, Decimal: Yuan, dict[str, Any]: sa.JSON},
    )


db = SQLAlchemy(model_class=Base)


class filtered(FunctionElement[int]):  # noqa: N801  # a function of SQL
    """A column of ids by which rows are filtered and never looked up.

    SQLite takes an index for every IN it meets, and has a sign that forbids it; PostgreSQL
    estimates by itself, and well as long as it sees the column.
    """

    type = sa.Integer()
    inherit_cache = True


@compiles(filtered)
def _plain(element: filtered, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(filtered, "sqlite")
def _signed(element: filtered, compiler: Any, **options: Any) -> str:
    return "+" + str(compiler.process(element.clauses, **options))


Key = Annotated[int, mapped_column(primary_key=True)]
Short = Annotated[str, mapped_column(sa.String(64))]
Line = Annotated[str, mapped_column(sa.String(200))]
Email = Annotated[str, mapped_column(sa.String(254))]
Text = Annotated[str, mapped_column(sa.Text)]

# Whether the transaction about to begin only reads. Set once per request, before anything is
# loaded: a deferred transaction that reads first and writes later fails at the upgrade, whatever
# the busy timeout. Outside a request everything may write.
reading: ContextVar[bool] = ContextVar("reading", default=False)


def install_sqlite_hooks(engine: sa.Engine) -> None:
    """Give an SQLite engine WAL, foreign keys, a 15 s busy timeout and IMMEDIATE writers."""
    if engine.dialect.name != "sqlite" or getattr(engine, "_hooked", False):
        return
    engine._hooked = True  # type: ignore[attr-defined]  # a mark of ours

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA synchronous=NORMAL")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reading.get() else "BEGIN IMMEDIATE")
