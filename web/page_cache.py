"""What everybody sees alike is made once, and thrown away the moment that something changes.

Every unit of work that writes to a table the public pages read leaves a new mark in one row, in
the same transaction. Who reads the mark first and the data afterwards never holds data that is
older than the mark: so whatever was made under the mark that stands is right, in every process.
Nothing of a person is kept: what is made must be the same whoever reads.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import request
from sqlalchemy import event

from core.clock import now
from core.database import db, reading
from models import Announcement, SiteSetting
from web.bounded_cache import Bounded
from workdays.calendar import park_day

KEY = "storefront.mark"  # beside the settings; content/settings.py knows its own keys alone
MOST_KEPT = 8_192  # counts and cards, in a process
# what no public page shows; a table that is not named here is taken for public
PRIVATE = frozenset(
    {
        "consent", "enterprise_membership", "event", "external_identity", "favourite", "invitation",
        "job_run", "mail", "membership", "muted_notice", "notification", "product_change",
        "profile_change", "sign_in", "user",
    }
)  # fmt: skip
K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
_setting = SiteSetting.__table__.c
_news = Announcement.__table__.c
_kept = Bounded(MOST_KEPT)  # name -> mark, value


def _asked() -> sa.Select[Any]:
    at = sa.bindparam("at", type_=_news.publish_at.type)
    number = sa.select(sa.func.count())
    return sa.select(
        sa.select(_setting.value).where(_setting.key == KEY).scalar_subquery(),
        number.where(_news.publish_at <= at).scalar_subquery(),
        number.where(_news.ends_at <= at).scalar_subquery(),
    ).execution_options(unguarded=True)


_ASKED = _asked()  # at every page: built once


# --- the mark ---------------------------------------------------------------------------------


def watch(engine: sa.Engine) -> None:
    """Leave a new mark with every commit on `engine` that wrote what the public may see."""
    event.listen(engine, "before_execute", _note)
    event.listen(engine, "commit", _leave_mark)
    event.listen(engine, "rollback", lambda connection: connection.info.pop("public", None))


def _note(connection: sa.Connection, statement: Any, *_rest: object) -> None:
    if isinstance(statement, sa.schema.ExecutableDDLElement):
        connection.info["public"] = False  # a migration: the mark's own table may be gone
    elif getattr(statement, "is_dml", False) and statement.table.name not in PRIVATE:
        connection.info.setdefault("public", True)


def _leave_mark(connection: sa.Connection) -> None:
    if connection.info.pop("public", False):
        # beneath the events, or it would mark itself. Drivers spell parameters each their way, so
        # the two values stand in the text: both are made here, none comes from outside
        cursor = connection.connection.cursor()
        cursor.execute(
            f"INSERT INTO site_setting (key, value) VALUES ('{KEY}', '{uuid.uuid4().hex}')"  # noqa: S608  # both made here
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        )
        cursor.close()


def mark() -> str | None:
    """Return the mark that stands, with the day and the announcements that time brought or took.

    One query a request. None: nothing was ever written, so nothing can be told apart.
    """
    if "storefront.mark" not in request.environ:
        at = now()
        left, begun, ended = db.session.execute(_ASKED, {"at": at}).one()
        told = f"{left}.{begun}.{ended}.{park_day(at)}" if left else None
        request.environ["storefront.mark"] = told
    held: str | None = request.environ["storefront.mark"]
    return held


def kept(name: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` returns, made once under the mark that stands. Nobody may change it.

    Only a request that reads keeps: what an open unit of work sees may never be committed.
    """
    told = mark() if request and reading.get() else None
    if told is None:
        return make()
    held = _kept.get(name)
    if held is None or held[0] != told:
        held = (told, make())
        _kept.put(name, held)
    value: T = held[1]
    return value


def kept_each(
    name: Hashable, keys: Sequence[K], make: Callable[[Sequence[K]], Mapping[K, T]]
) -> dict[K, T]:
    """Return what `make` returns for `keys`, each made once under the mark that stands.

    Args:
        name: what all of them have in common.
        keys: what is asked for.
        make: is asked for those that are not kept, all at once; it may leave some out.
    """
    told = mark() if request and reading.get() else None
    if told is None:
        return dict(make(keys))
    held = {key: _kept.get((name, key)) for key in keys}
    found = {key: one[1] for key, one in held.items() if one is not None and one[0] == told}
    missing = [key for key in keys if key not in found]
    if missing:
        made = make(missing)
        for key, value in made.items():
            _kept.put((name, key), (told, value))
        found.update(made)
    return found
