"""The loader criteria of the row-level guard: one criteria option for each kind of reader.

`with_loader_criteria` on the mixin of all guarded tables is one option whose callable is asked,
when a statement is compiled, for the condition on each entity that the statement touches. So the
cache key of a statement grows by one entry, and the statement that was compiled for one user
serves the next: the values are bound at execution.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import UserDefinedOption, with_loader_criteria
from sqlalchemy.sql import visitors
from sqlalchemy.sql.base import ExecutableOption

import access
from access.row_guard.readers import BEARER, SOMEBODY, Kind, UndeclaredReader
from access.scopes import PRIVATE
from models import User
from tables.base import Guarded

GUARDED: tuple[type[Any], ...] = tuple(Guarded.__subclasses__())


def condition_on(user: User | access.Bearer | None, model: type[Any]) -> access.Condition:
    """Return what `user` may come across of `model`: what they may see, and what is public."""
    return sa.or_(access.sees(user, model), access.known(model))


@cache
def condition_for(kind: Kind, model: type[Any]) -> access.Condition:
    """Return the condition on `model` for readers of one kind.

    Raises:
        UndeclaredReader: there is none for whoever did not say who reads.
    """
    match kind:
        case Kind.UNDECLARED:
            raise UndeclaredReader(f"{model.__name__}: {UndeclaredReader.__doc__}")
        case Kind.PROBE:
            return model.id == sa.bindparam("probe")
        case Kind.STAFF if model not in PRIVATE:
            return sa.true()
        case Kind.BEARER:
            return condition_on(BEARER, model)
        case Kind.ANONYMOUS:
            return condition_on(None, model)
    return condition_on(SOMEBODY, model)


def criterion(kind: Kind, entity: Any) -> access.Condition:
    """Return the condition on `entity`, a guarded table or an alias of one."""
    inspected = sa.inspect(entity, raiseerr=False)
    if inspected is None:  # SQLAlchemy's trial run, with a stand-in for the mixin
        return sa.true()
    condition = condition_for(kind, inspected.mapper.class_)
    if not inspected.is_aliased_class:
        return condition
    table, alias = inspected.mapper.local_table, inspected.selectable

    def of_the_alias(element: Any, **_options: Any) -> Any:
        ours = isinstance(element, sa.Column) and element.table is table
        return alias.corresponding_column(element) if ours else None

    return visitors.replacement_traverse(condition, {}, of_the_alias)


def for_user(entity: Any) -> access.Condition:
    return criterion(Kind.USER, entity)


def for_staff(entity: Any) -> access.Condition:
    return criterion(Kind.STAFF, entity)


def for_anonymous(entity: Any) -> access.Condition:
    return criterion(Kind.ANONYMOUS, entity)


def for_bearer(entity: Any) -> access.Condition:
    return criterion(Kind.BEARER, entity)


def for_undeclared(entity: Any) -> access.Condition:
    return criterion(Kind.UNDECLARED, entity)


def for_probe(entity: Any) -> access.Condition:
    return criterion(Kind.PROBE, entity)


class Carried(UserDefinedOption):
    """Tells a load that follows what the statement before it carried: whose criteria, or none."""

    propagate_to_loaders = True
    payload: Kind | None


UNGUARDED = Carried(None)


def _options(
    kind: Kind, condition: Callable[[Any], access.Condition]
) -> tuple[ExecutableOption, ...]:
    # handed on to the loads that follow, for a joined load takes no criteria that are not
    criteria = with_loader_criteria(
        Guarded, condition, include_aliases=True, track_closure_variables=False
    )
    return criteria, Carried(kind)


# A lambda each: SQLAlchemy knows a criteria option again by the code of its callable, and watches
# the names that this code reads. So it names one function, and the kind of reader stands in there.
OPTIONS: dict[Kind, tuple[ExecutableOption, ...]] = {
    Kind.USER: _options(Kind.USER, lambda entity: for_user(entity)),
    Kind.STAFF: _options(Kind.STAFF, lambda entity: for_staff(entity)),
    Kind.ANONYMOUS: _options(Kind.ANONYMOUS, lambda entity: for_anonymous(entity)),
    Kind.BEARER: _options(Kind.BEARER, lambda entity: for_bearer(entity)),
    Kind.UNDECLARED: _options(Kind.UNDECLARED, lambda entity: for_undeclared(entity)),
    Kind.PROBE: _options(Kind.PROBE, lambda entity: for_probe(entity)),
}


@cache
def scope(policy: Callable[[Any, type], access.Condition], model: type) -> access.Condition:
    """Return `policy(reader, model)` for whoever the context is held to when it is executed.

    Args:
        policy: `workbench`, `account` or `sees` of access. Not for the platform's staff.
        model: the table.
    """
    return policy(SOMEBODY, model)
