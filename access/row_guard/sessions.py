"""Holding a session to a reader, and the rows that it has already.

The identity map serves a row without a statement. So `Session.get` asks anew about a row that an
unguarded statement brought; and where the reader changes, what was loaded for the one before is
expired: the next look at it is a guarded statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session
from sqlalchemy.orm.util import identity_key

import access
from access.row_guard.readers import Kind, exchange, reader, reader_of
from models import Institution, User
from tables.base import Guarded


def hold(session: Session | scoped_session[Any], user: User | access.Bearer | None) -> None:
    """Hold every ORM statement of this context to what `user` may see, until `release`.

    A statement that must look past the guard says so: `.execution_options(unguarded=True)`.

    Args:
        session: the one whose rows are loaded already.
        user: the reader; None for a visitor who is not signed in.
    """
    now = reader_of(user)
    if exchange(now) not in (None, now):
        theirs = _workplaces(user)
        for row in list(session.identity_map.values()):
            if isinstance(row, Guarded) and row not in theirs and not session.is_modified(row):
                session.expire(row)


def _workplaces(user: User | access.Bearer | None) -> list[Institution]:
    """Return the institutions at work that came with the user: the user sees them in any case.

    To expire them would cost every page of a workbench a statement.
    """
    if not isinstance(user, User):
        return []
    held = [row for row in user.__dict__.get("memberships", ()) if row.active]
    loaded = [row.__dict__["institution"] for row in held if "institution" in row.__dict__]
    return [row for row in loaded if row.__dict__.get("status") in access.AT_WORK]


def may_get(session: Session, entity: Any, ident: Any, options: Mapping[str, Any]) -> bool:
    """Whether `session.get(entity, ident)` may answer with the row that the session holds.

    True as well where it holds none, or the options ask for a statement: then that is guarded.
    """
    model = sa.inspect(entity).mapper.class_
    if reader().kind is Kind.SYSTEM or not issubclass(model, Guarded):
        return True
    execution = options.get("execution_options") or {}
    if execution.get("unguarded") or _emits(options) or _emits(execution):
        return True
    key = ident["id"] if isinstance(ident, dict) else ident
    if identity_key(model, key) not in session.identity_map:
        return True
    columns: Any = model
    seen = sa.select(columns.id).where(columns.id == identity_key(model, key)[1][0])
    return session.scalar(seen) is not None


def _emits(options: Mapping[str, Any]) -> bool:
    return bool(options.get("populate_existing") or options.get("with_for_update"))
