"""The second guard: a forgotten scope shows nothing rather than another's rows.

The conditions are written once, for a stand-in whose id and address are known when a statement
runs. So a request builds none of them, and a statement that was compiled for one person serves
the next.

`Criterion`, `Conditions` and `Known` reach beneath SQLAlchemy's `with_loader_criteria`, which does
not do: in the ON of a join with an alias its conditions name the table itself (the statement
fails), and it reads all of them at every statement to know them again: 4.5 ms for a look-up by
id, where these take 0.7 and no guard 0.35. tests/access/test_row_guard.py holds what they rely on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql.elements import Grouping

import access
from models import (
    Affiliation,
    Attachment,
    Confirmation,
    Consultant,
    Demand,
    DemandDraft,
    Enquiry,
    EnquiryCandidate,
    EnterpriseMembership,
    Event,
    FeaturedProduct,
    Institution,
    Invitation,
    Mail,
    Notification,
    ProductChange,
    ProfileChange,
    Qualification,
    Review,
    Transaction,
    User,
)

GUARDED: tuple[type, ...] = (
    Institution,
    Consultant,
    Qualification,
    Affiliation,
    FeaturedProduct,
    ProductChange,
    Demand,
    DemandDraft,
    Enquiry,
    EnquiryCandidate,
    Transaction,
    Confirmation,
    Review,
    Attachment,
    Event,
    Mail,
    Notification,
    Invitation,
    ProfileChange,
    EnterpriseMembership,
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a session is held to: ids and addresses, so that nothing is loaded to compare them."""

    id: int = 0  # no row has it
    email: str = ""
    token: str = ""  # of the link that he holds, as it is stored
    staff: bool = False
    nobody: bool = True


NOBODY = Reader()
_reading: ContextVar[Reader] = ContextVar("reading_person", default=NOBODY)


@dataclass(frozen=True, slots=True)
class StandIn:
    """Takes a User's place in the conditions of access."""

    id: Any
    email: Any
    role: None = None


SOMEBODY: Any = StandIn(
    sa.bindparam("reader_id", callable_=lambda: _reading.get().id, type_=sa.Integer),
    sa.bindparam("reader_email", callable_=lambda: _reading.get().email, type_=sa.String),
)
BEARER = access.Bearer(
    sa.bindparam("reader_token", callable_=lambda: _reading.get().token, type_=sa.String)  # type: ignore[arg-type]  # a class is a type to SQLAlchemy
)


class Criterion(LoaderCriteriaOption):
    """A condition on one table that follows its alias into the ON of a join as well."""

    __slots__ = ()
    inherit_cache = True

    def _resolve_where_criteria(self, ext_info: Any) -> access.Condition:
        condition = super()._resolve_where_criteria(ext_info)
        if ext_info.is_aliased_class:
            condition = ext_info._adapter.traverse(condition)
        return condition


class Conditions(CriteriaOption):
    """The conditions of one kind of reader as one option of a statement, which is always the same.

    SQLAlchemy need not read seventeen conditions at every statement to know them again; those of
    the tables that a statement touches are applied where it is compiled.
    """

    __slots__ = ("each",)
    inherit_cache = False
    propagate_to_loaders = True

    def __init__(self, user: Any, models: Iterable[type]) -> None:
        self.each = [
            Criterion(model, condition_on(user, model), include_aliases=True) for model in models
        ]

    def _gen_cache_key(self, _anon_map: Any, _bindparams: Any) -> tuple[Any, ...]:
        return (Conditions, id(self))  # which `conditions_for` keeps for good

    def process_compile_state(self, compile_state: Any) -> None:
        self.get_global_criteria(compile_state.global_attributes)

    def process_compile_state_replaced_entities(self, compile_state: Any, _entities: Any) -> None:
        self.get_global_criteria(compile_state.global_attributes)

    def get_global_criteria(self, attributes: dict[Any, Any]) -> None:
        for one in self.each:
            known = attributes.get(("additional_entity_criteria", one.entity), ())
            if one not in known:  # a lazy load brings those of its parent's statement along
                one.get_global_criteria(attributes)


def condition_on(user: User | access.Bearer | None, model: type) -> access.Condition:
    """Return what `user` may come across of `model`: what he may see, and what is public."""
    return sa.or_(access.sees(user, model), access.known(model))


class Known(Grouping[bool]):
    """A condition that is kept for good: SQLAlchemy knows it again without reading it."""

    inherit_cache = False

    def _gen_cache_key(self, _anon_map: Any, _bindparams: Any) -> tuple[Any, ...]:
        return (Known, id(self))


@cache
def scope(policy: Callable[[Any, type], access.Condition], model: type) -> access.Condition:
    """Return `policy(reader, model)` for whoever the session is held to when it is asked.

    Args:
        policy: `workbench`, `account` or `sees` of access. Not for the platform's staff.
        model: the table.
    """
    return Known(policy(SOMEBODY, model))


@cache
def conditions_for(staff: bool, nobody: bool, bearer: bool = False) -> Conditions:
    """Return the conditions for one of the four kinds of readers."""
    if bearer:
        return Conditions(BEARER, GUARDED)
    if staff:  # who sees all but what is private
        return Conditions(SOMEBODY, (Notification,))
    return Conditions(None if nobody else SOMEBODY, GUARDED)


def hold(session: Session, user: User | access.Bearer | None) -> None:
    """Hold every ORM query of `session` to what `user` may see, until the session is removed.

    A statement that must look past it says so: `.execution_options(unguarded=True)`.
    """
    reader = NOBODY
    if isinstance(user, access.Bearer):
        reader = Reader(token=user.token_hash)
    elif user is not None:
        reader = Reader(user.id, user.email, staff=access.is_staff(user), nobody=False)
    session.info["guard"] = reader
    _reading.set(reader)


def release() -> None:
    """Forget who reads: what follows in this thread is somebody else's."""
    _reading.set(NOBODY)


def apply(state: ORMExecuteState) -> None:
    """Session event `do_orm_execute`: add the guard's conditions to a SELECT."""
    reader = state.session.info.get("guard")
    if reader is not None and state.is_select and not state.execution_options.get("unguarded"):
        _reading.set(reader)  # the statement runs next
        state.statement = state.statement.options(
            conditions_for(reader.staff, reader.nobody, bool(reader.token))
        )
