"""Erasure: what closing an account does to each table, as the declarations say it.

Rows are written through the mapper: versions count, and search forgets what is gone. Files leave
the storage once the unit of work is committed (uploads/attachments.py).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

import uploads
from core.database import db
from models import Attachment, Base, Event, User
from workflows.audit import erasing
from workflows.privacy.declaration import TABLES, Closing, Declared
from workflows.privacy.register import ALL

ERASED = "***"  # what a record shows where a person's detail stood
# whose events say something of a person: of what is theirs, all of it is erased
SPOKEN_OF = (
    *("consultant", "qualification", "affiliation", "invitation"),
    *("enterprise_membership", "verification", "objection"),
)
CONTACTS = ("demand", "enquiry", "institution")  # of these, what names a contact

_events: Any = Event.__table__.c


def erase(user: User) -> None:
    """Erase what the declarations say of `user`, in the caller's unit of work.

    The account's own row, mails and what the caller does by hand are left to it.
    """
    db.session.flush()
    _erase_events(user)
    for declared in _children_first():
        condition = declared.closed_rows_of(user)
        if declared.by_hand or condition is None:
            continue
        if declared.closing is Closing.DELETE:
            _delete(declared, condition)
        elif declared.closing is Closing.ERASE:
            _overwrite(declared, condition)
    db.session.flush()


def _children_first() -> list[Declared]:
    """The declarations, so that a row goes before what its condition asks for: files first, then
    qualifications, the profile last."""
    order = {table.name: number for number, table in enumerate(Base.metadata.sorted_tables)}
    return sorted(ALL, key=lambda declared: -order[declared.table])


def _model_of(table: str) -> type[Any] | None:
    for mapper in Base.registry.mappers:
        if mapper.local_table is TABLES[table]:
            return mapper.class_
    return None


def _loaded(model: type[Any], condition: sa.ColumnElement[bool]) -> list[Any]:
    query = sa.select(model).where(condition).order_by(model.id)
    return list(db.session.scalars(query.execution_options(unguarded=True)))


def _delete(declared: Declared, condition: sa.ColumnElement[bool]) -> None:
    if declared.table == Attachment.__tablename__:
        for row in _loaded(Attachment, condition):
            uploads.remove(row)
        return
    db.session.execute(sa.delete(TABLES[declared.table]).where(condition))


def _overwrite(declared: Declared, condition: sa.ColumnElement[bool]) -> None:
    model = _model_of(declared.table)
    assert model is not None, declared.table
    names = declared.erased.split()
    for row in _loaded(model, condition):
        for name in names:
            setattr(row, name, blank(TABLES[declared.table].c[name]))
    db.session.flush()


def blank(column: sa.Column[Any]) -> Any:
    """Return what stands in a column once it is erased."""
    if column.nullable:
        return None
    if isinstance(column.type, sa.JSON):
        return {}
    kind = column.type.python_type
    return ERASED if kind is str else kind()  # False, 0


def _erase_events(user: User) -> None:
    """Erase what the audit log says of the person; that it happened stays."""
    erasing.erase(_events.subject_type == "user", _events.subject_id == user.id)
    for declared in ALL:
        condition = declared.closed_rows_of(user)
        if condition is None or declared.table not in (*SPOKEN_OF, *CONTACTS):
            continue
        ids = db.session.scalars(sa.select(TABLES[declared.table].c.id).where(condition)).all()
        about = [_events.subject_type == declared.table, _events.subject_id.in_(ids)]
        if declared.table in CONTACTS:
            about.append(sa.cast(_events.changes, sa.Text).contains('"contact_', autoescape=True))
        if ids:
            erasing.erase(*about)
