"""The guard's self-test at start: a release of SQLAlchemy that drops a condition stops the boot.

Statements on every guarded table go through a session, up to the point where they would be
executed, and are compiled; the condition must stand in them, on the right table or alias. For the
roads to a table a light condition takes the place of the true ones, which take 8 ms to compile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from contextvars import copy_context
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import ORMExecuteState, Session, aliased, configure_mappers, joinedload

from access.row_guard.criteria import GUARDED, OPTIONS, criterion
from access.row_guard.readers import Kind, Reader, exchange
from models import User

_dialect = sqlite.dialect()  # the ORM adds criteria alike for every database


class RowGuardBroken(RuntimeError):
    """A statement on a guarded table went out without its condition: nothing may be served."""


class Probe(NamedTuple):
    road: str
    statement: Any
    condition: str  # must stand in the SQL of the statement


class _Captured(Exception):
    """Raised in the place of execution."""


@cache
def run() -> None:
    """Check each guarded table: the roads to it, and its condition for each kind of reader.

    Once in a process.

    Raises:
        RowGuardBroken: a statement lacks its condition.
    """
    configure_mappers()
    for kind in (kind for kind in OPTIONS if kind is not Kind.UNDECLARED):
        copy_context().run(check, kind)  # the reader of the probes is nobody else's


def check(kind: Kind) -> None:
    """Send the probes through a session that is held to a reader of `kind`."""
    exchange(Reader(kind))
    session = Session()
    captured: list[str] = []

    def capture(state: ORMExecuteState) -> None:
        captured.append(text_of(state.statement))
        raise _Captured

    event.listen(session, "do_orm_execute", capture)  # comes after the guard's own
    for model in GUARDED:
        condition = text_of(criterion(kind, model))
        probes = roads(model, condition) if kind is Kind.PROBE else []
        for probe in [Probe("plain", sa.select(model), condition), *probes]:
            with suppress(_Captured):
                session.execute(probe.statement)
            captured_text = captured.pop()
            if probe.condition not in captured_text:
                raise RowGuardBroken(f"{model.__name__} for {kind}: {probe.road} has no condition")


def roads(model: Any, condition: str) -> Iterator[Probe]:
    """Yield a statement for each way in which SQLAlchemy meets a table."""
    alias, ids = aliased(model, name="probe"), sa.select(model.id)
    on_alias = sa.select(User.id).outerjoin(alias, alias.id == User.id)
    yield Probe("a column", ids, f"WHERE {condition}")
    yield Probe("an alias", sa.select(alias.id), "WHERE probe.id = ?")
    yield Probe("the ON of an alias", on_alias, "ON probe.id = user.id AND probe.id = ?")
    yield Probe("a subquery", sa.select(ids.subquery().c.id), f"WHERE {condition}) AS")
    yield Probe("IN", sa.select(User.id).where(User.id.in_(ids)), f"WHERE {condition})")
    yield Probe("UNION", sa.union(ids, sa.select(User.id)), f"WHERE {condition} UNION")
    yield Probe("INSERT", sa.insert(User).from_select(["id"], ids), f"WHERE {condition}")
    yield Probe("UPDATE", sa.update(model).values(id=1), f"WHERE {condition}")
    yield Probe("DELETE", sa.delete(model), f"WHERE {condition}")
    for mapper in User.registry.mappers:
        for relation in mapper.relationships:
            if relation.mapper.class_ is model:
                load = sa.select(mapper.class_).options(joinedload(relation.class_attribute))
                yield Probe(f"along with {relation}", load, f"{model.__table__.name}_1.id = ?")
                return


def text_of(clause: Any) -> str:
    """Return SQL on one line, whose parameters carry no numbers."""
    sql = str(clause.compile(dialect=_dialect))
    return " ".join(re.sub(r"POSTCOMPILE_\w+", "POSTCOMPILE", sql).split())
