"""The session event of the guard: each statement gets the criteria option of its reader.

SELECT, ORM UPDATE, ORM DELETE and INSERT .. SELECT are narrowed, in their subqueries too. What
SQLAlchemy takes no loader criteria for is refused on a guarded table.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from access.row_guard import self_test
from access.row_guard.criteria import OPTIONS, UNGUARDED, Carried, condition_for
from access.row_guard.readers import Kind, reader
from access.row_guard.sessions import may_get
from core import database
from tables.base import Guarded


class UnguardableStatement(RuntimeError):
    """A statement on a guarded table whose rows no loader criteria can narrow."""


def install() -> None:
    """Guard every session of this process, however it is opened, and test that it does.

    Raises:
        RowGuardBroken: a guarded statement lacks its condition.
    """
    if not event.contains(Session, "do_orm_execute", apply):
        event.listen(Session, "do_orm_execute", apply)
    database.Session.may_get = staticmethod(may_get)
    self_test.run()


def apply(state: ORMExecuteState) -> None:
    """Session event `do_orm_execute`: add the reader's criteria option to a statement.

    Raises:
        UnguardableStatement: an UPDATE by primary keys, or rows from a textual statement. Where it
            must be, it says `.execution_options(unguarded=True)`.
    """
    kind = reader().kind
    if kind is Kind.SYSTEM:
        return
    if state.execution_options.get("unguarded"):
        if state.is_select and state.is_orm_statement:
            state.statement = carrying(state.statement, None)
        return
    if (state.is_update and state.is_executemany) or state.is_from_statement:
        for model in guarded_in(state):
            raise UnguardableStatement(model.__name__)
    # of a row that is there already: SQLAlchemy leaves the criteria out. What a statement loaded
    # past the guard may be read again: a commit expires it
    if state.is_column_load and not carries(state, None):
        statement: Any = state.statement
        state.statement = statement.where(
            *(condition_for(kind, model) for model in guarded_in(state))
        )
    narrowed = state.is_select or state.is_update or state.is_delete or copies(state)
    if narrowed and not carries(state, kind):
        state.statement = carrying(state.statement, kind)


_carrying: WeakKeyDictionary[Any, dict[Kind | None, Any]] = WeakKeyDictionary()


def carrying(statement: Any, kind: Kind | None) -> Any:
    """Return `statement` with the options of readers of one kind; None: of no reader.

    The same object for the same statement: one that was built once has its cache key once as well.
    """
    made = _carrying.setdefault(statement, {})
    if kind not in made:
        options = (UNGUARDED,) if kind is None else OPTIONS[kind]
        made[kind] = statement.options(*options)
    return made[kind]


def guarded_in(state: ORMExecuteState) -> list[Any]:
    """Return the guarded tables whose rows a statement is about."""
    return [mapper.class_ for mapper in state.all_mappers if issubclass(mapper.class_, Guarded)]


def carries(state: ORMExecuteState, kind: Kind | None) -> bool:
    """Whether a load that follows another has the criteria from that one."""
    if not (state.is_relationship_load or state.is_column_load):
        return False
    known = [option for option in state.user_defined_options if isinstance(option, Carried)]
    return any(option.payload is kind for option in known)


def copies(state: ORMExecuteState) -> bool:
    """Whether it is an INSERT .. SELECT."""
    return state.is_insert and getattr(state.statement, "select", None) is not None
