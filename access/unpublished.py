"""Cache invalidation spared: a flush that writes only what was never shown leaves no mark.

So a saved draft keeps every cached page.

The marks are by table, and drafts stand in the tables of what is public. So before a flush the
rows that it writes are examined, and again after it, when they are locked: only where the public
may know none of them, before or after, the tables are left unmarked. Whatever is not decided here
is marked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from access.public_scopes import known
from core.database import db
from models import Attachment, Consultant, FeaturedProduct, Institution
from tables.cache_mark import UNMARKED, hold, release

DRAFTED: tuple[type, ...] = (Institution, Consultant, FeaturedProduct)
# files: whose they are, where the public may see them; those of the others it never does
OWNERS: dict[str, type] = {
    "institution_id": Institution,
    "consultant_id": Consultant,
    "product_id": FeaturedProduct,
}
PRIVATE_OWNERS = (
    "profile_change_id",
    "product_change_id",
    "demand_id",
    "transaction_id",
    "activity_id",
)
WRITTEN = "unpublished"  # in the `info` of a session: the rows of the flush under way
Subjects = dict[type, set[int]]


def init_app() -> None:
    """Look at every flush of the application's session. After the search index has its hooks:
    what it writes belongs to the flush."""
    if not event.contains(db.session, "before_flush", _before):
        event.listen(db.session, "before_flush", _before)
        event.listen(db.session, "after_flush_postexec", _after)


@contextmanager
def belonging_to(row: Any) -> Iterator[None]:
    """What is written inside past the ORM belongs to `row`, and leaves no mark while that is a
    draft. To be followed by a flush of the row, which is looked at once more."""
    session = db.session()
    if _shown(session, [row]):
        yield
        return
    hold(session.connection())
    yield  # an error leaves the marks held: whatever is committed after it is marked
    release(session.connection(), marked=_shown(session, [row]))


def _before(session: Session, _context: object, _instances: object) -> None:
    session.info.pop(WRITTEN, None)
    changed = [row for row in session.dirty if session.is_modified(row)]
    rows = [row for row in (*session.new, *changed, *session.deleted) if _is_marked(row)]
    if not rows or not _may_be_drafts(session, rows):
        return
    if not _shown(session, rows):
        session.info[WRITTEN] = rows
        hold(session.connection())


def _after(session: Session, _context: object) -> None:
    rows = session.info.pop(WRITTEN, None)
    if rows is not None:
        release(session.connection(), marked=_shown(session, rows))


def _is_marked(row: Any) -> bool:
    return row.__tablename__ not in UNMARKED


def _may_be_drafts(session: Session, rows: Iterable[Any]) -> bool:
    for row in rows:
        if isinstance(row, Attachment):
            ours = (*OWNERS, *PRIVATE_OWNERS)
            if row in session.dirty or all(getattr(row, name) is None for name in ours):
                return False
        elif type(row) not in DRAFTED or row in session.deleted:
            return False
    return True


def _shown(session: Session, rows: Iterable[Any]) -> bool:
    """Whether the public may know one of the rows, as the database has them now."""
    subjects: Subjects = defaultdict(set)
    for row in rows:
        if not isinstance(row, Attachment):
            subjects[type(row)].add(row.id)
            continue
        for name, model in OWNERS.items():
            subjects[model].add(getattr(row, name))
    connection = session.connection()
    return any(
        connection.scalar(sa.select(model.id).where(model.id.in_(ids - {None}), known(model)))  # type: ignore[attr-defined]  # every model has an id
        is not None
        for model, ids in subjects.items()
        if ids - {None}
    )
