"""The database handle, the column types of both databases, and how connections take locks."""

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
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


# Whether what is written is undone instead of committed: somebody looks at a page as a person does.
discarding: ContextVar[bool] = ContextVar("discarding", default=False)


class Session(FlaskSession):
    """A session whose `get` asks before it hands out a row that it holds already.

    For a row in the identity map SQLAlchemy emits no statement, and no event. access/row_guard/
    puts its own question in the place of `may_get`.
    """

    may_get: ClassVar[Callable[..., bool]] = staticmethod(lambda *_asked: True)

    def commit(self) -> None:
        """Commit; or undo, where nothing of this context is to stay."""
        if discarding.get():
            self.flush()
            self.rollback()
            return
        super().commit()

    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        """Return the row with that primary key, or None: there is none, or it may not be seen."""
        if not self.may_get(self, entity, ident, options):
            return None
        return super().get(entity, ident, **options)


db = SQLAlchemy(model_class=Base, session_options={"class_": Session})
if TYPE_CHECKING:

    class Model(Base):
        """The base of every table as a type checker sees it: built at run time, it would be Any."""

        __abstract__ = True
        __tablename__: str
        __table__: ClassVar[sa.Table]
else:
    Model = db.Model


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


class sha256_hex(FunctionElement[str]):  # noqa: N801  # a function of SQL
    """The SHA-256 of a text in hexadecimal, as the database computes it."""

    type = sa.String()
    inherit_cache = True


@compiles(sha256_hex)
def _of_ours(element: sha256_hex, compiler: Any, **options: Any) -> str:
    return f"sha256_hex({compiler.process(element.clauses, **options)})"  # see the hook below


@compiles(sha256_hex, "postgresql")
def _built_in(element: sha256_hex, compiler: Any, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"encode(sha256(convert_to({text}, 'UTF8')), 'hex')"


def _hexdigest(text: str | None) -> str | None:
    return None if text is None else hashlib.sha256(text.encode()).hexdigest()


Key = Annotated[int, mapped_column(primary_key=True)]
Short = Annotated[str, mapped_column(sa.String(64))]
Line = Annotated[str, mapped_column(sa.String(200))]
Email = Annotated[str, mapped_column(sa.String(254))]
Text = Annotated[str, mapped_column(sa.Text)]

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """Return `text` without what no column of text takes: NULs, and halves of a surrogate pair."""
    return UNSTORABLE.sub("", text)


# Whether the transaction about to begin only reads. Set once per request, before anything is
# loaded: a deferred transaction that reads first and writes later fails at the upgrade, whatever
# the busy timeout. Outside a request everything may write.
reading: ContextVar[bool] = ContextVar("reading", default=False)


@contextmanager
def recording() -> Iterator[None]:
    """A unit of work of its own beside one that reads, committed at the end of the block.

    For what a page that only reads puts on record: SQLite's lock is held for that moment, and not
    while files are read or rows are gathered. What was loaded before is loaded again. It stays
    where somebody only looks on, too: that is what is on record.
    """
    db.session.rollback()
    token, undone = reading.set(False), discarding.set(False)
    try:
        yield
        db.session.commit()
    finally:
        discarding.reset(undone)
        reading.reset(token)


BUSY_TIMEOUT = 15_000  # SQLite, in milliseconds: the same there
WROTE = "wrote"  # in the `info` of a connection to SQLite: its unit of work is not only a reader
WRITER = "BEGIN IMMEDIATE"
READS = ("SELECT", "PRAGMA", "BEGIN", "COMMIT", "ROLLBACK")
# An execution option of a connection: it commits beside the unit of work of the request, which can
# be run again all the same
BESIDE = "beside_the_request"
LOCK_TIMEOUT = "10s"  # PostgreSQL: how long a statement waits for a lock before it gives up


def init_app(app: Flask) -> None:
    """Bind the handle to `app`, and say how the connections of its engine take their locks."""
    db.init_app(app)
    with app.app_context():
        install_sqlite_hooks(db.engine)
        install_lock_timeout(db.engine)


def install_lock_timeout(engine: sa.Engine) -> None:
    """Let no statement on PostgreSQL wait for a lock without end: it fails with 55P03 instead.

    A request that waits is run again and then answered with 503 (web/lost_races.py).
    """
    if engine.dialect.name != "postgresql":
        return

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        connection.commit()  # else the first rollback takes it back


def install_sqlite_hooks(engine: sa.Engine) -> None:
    """Give an SQLite engine WAL, foreign keys, a 15 s busy timeout and IMMEDIATE writers."""
    if engine.dialect.name != "sqlite" or getattr(engine, "_hooked", False):
        return
    engine._hooked = True  # type: ignore[attr-defined]  # a mark of ours

    @event.listens_for(engine, "connect")
    def connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT}"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.create_function("sha256_hex", 1, _hexdigest, deterministic=True)

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.info.pop(WROTE, None)
        connection.exec_driver_sql("BEGIN" if reading.get() else WRITER)

    @event.listens_for(engine, "before_cursor_execute")
    def note(connection: sa.Connection, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.lstrip().startswith(READS):
            connection.info[WROTE] = True


@contextmanager
def without_write_lock() -> Iterator[bool]:
    """Let others write on SQLite during what takes long and asks nothing of the database.

    A unit of work that may write holds the lock of the one writer from its first statement on.
    As long as it has only read it is ended here, and begun anew behind the block; what it
    loaded stays, and the versions of rows say what changed meanwhile. PostgreSQL locks no reader.

    Yields:
        Whether a second connection may write: False where this unit of work has written.
    """
    session = db.session()
    if session.get_bind().dialect.name != "sqlite" or reading.get() or not session.in_transaction():
        yield True
        return
    connection = session.connection()
    wrote = connection.info.get(WROTE) or session.new or session.dirty or session.deleted
    if wrote or session.in_nested_transaction():
        yield False
        return
    connection.exec_driver_sql("COMMIT")
    try:
        yield True
    finally:
        connection.exec_driver_sql(WRITER)
