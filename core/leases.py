"""Leases of rows: taken by one worker for a while, renewed, and given back with what became of it.

For any table with `leased_until` and `turn`. `turn` counts how often a row was taken: it is the
fencing token that distinguishes our lease from that of a worker that came after ours ran out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.database import db, reading

Condition = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Lease:
    """A row in our hands."""

    id: int
    turn: int


class Leases:
    """The leases of one table. Every method commits."""

    def __init__(self, model: type[Any], due: Callable[[datetime], Condition]) -> None:
        """Declare how the rows of `model` are leased.

        Args:
            model: its table has `id`, `due_at`, `leased_until` and `turn`.
            due: the condition, at a moment, that a row waits and is in nobody's hand.
        """
        self.table: Any = model.__table__
        self.due = due

    def peek(
        self, at: datetime, *only: Condition, limit: int | None = None, column: str = "id"
    ) -> list[Any]:
        """Return one column of the rows that are due, those that waited longest first.

        It takes no lock: on SQLite it does not wait for whoever writes.
        """
        token = reading.set(True)
        try:
            found = db.session.scalars(
                self._due(at, only, limit).with_only_columns(self.table.c[column])
            ).all()
            db.session.rollback()
        finally:
            reading.reset(token)
        return list(found)

    def take(
        self, at: datetime, until: datetime, *only: Condition, limit: int = 1, **values: Any
    ) -> list[Lease]:
        """Lease the rows that waited longest.

        Args:
            at: now.
            until: when others may take them, unless the lease is renewed.
            only: conditions beside that of being due.
            limit: the most rows.
            values: columns to write along with it.

        Returns:
            The leases, in the order in which the rows waited; none where others were quicker.
        """
        if not self.peek(at, *only, limit=1):
            return []
        # PostgreSQL skips rows that another worker holds; SQLite lets one writer in at a time
        query = self._due(at, only, limit).with_for_update(skip_locked=True, key_share=True)
        ids = db.session.scalars(query).all()
        taken = db.session.execute(
            sa.update(self.table)
            .where(self.table.c.id.in_(ids))
            .values(leased_until=until, turn=self.table.c.turn + 1, **values)
            .returning(self.table.c.id, self.table.c.turn)
        )
        turns = {row.id: row.turn for row in taken}
        db.session.commit()
        return [Lease(id, turns[id]) for id in ids]

    def renew(self, leases: Iterable[Lease], until: datetime) -> list[Lease]:
        """Hold the leases until a later moment; return those that are still ours."""
        leases = list(leases)
        held = set(self._write(leases, leased_until=until))
        return [lease for lease in leases if lease.id in held]

    def give_back(self, leases: Iterable[Lease], **values: Any) -> list[int]:
        """Write what became of rows, but for those whose lease ran out and another has now.

        Returns:
            The ids of the rows that were still ours.
        """
        return self._write(list(leases), leased_until=None, **values)

    def _due(self, at: datetime, only: Sequence[Condition], limit: int | None) -> sa.Select[Any]:
        table = self.table.c
        query = sa.select(table.id).where(self.due(at), *only)
        return query.order_by(table.due_at, table.id).limit(limit)

    def _write(self, leases: list[Lease], **values: Any) -> list[int]:
        if not leases:
            return []
        changed = db.session.scalars(
            sa.update(self.table)
            .where(self.ours(leases))
            .values(**values)
            .returning(self.table.c.id)
        ).all()
        db.session.commit()
        return list(changed)

    def ours(self, leases: Iterable[Lease]) -> Condition:
        """Return the condition that a row is still held by one of `leases`."""
        key = sa.tuple_(self.table.c.id, self.table.c.turn)
        return key.in_([(lease.id, lease.turn) for lease in leases])
