"""Queues on the dashboards of both back offices: count and oldest entry of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from flask_babel import LazyString

from core.database import db
from models import Duty


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue: the list that shows it, the condition for its rows, and since when a row waits."""

    label: LazyString
    empty: LazyString
    endpoint: str
    view: str = "index_view"
    model: type[Any]
    waits: Callable[[], sa.ColumnElement[bool]]
    since: Callable[[], Any]
    query: dict[str, str] = field(default_factory=dict)  # the filter that shows just these
    urgent: bool = False
    duties: frozenset[Duty] = frozenset()  # one of them shows it, in the platform's office
    consultants: bool = False  # also shown to a linked consultant, in the workbench

    @property
    def url(self) -> str:
        values: dict[str, Any] = {**self.query}
        return url_for(f"{self.endpoint}.{self.view}", **values)


@dataclass(frozen=True, slots=True)
class QueueCount:
    """A queue with its figures of this moment."""

    queue: Queue
    count: int
    oldest: datetime | None


def counts_of(
    queues: Sequence[Queue], scope: Callable[[type[Any]], sa.ColumnElement[bool]]
) -> list[QueueCount]:
    """Return the queues with count and moment of the oldest entry, in one statement.

    Args:
        queues: which.
        scope: the condition that keeps a table to what the reader works with.
    """
    figures = [
        sa.select(
            sa.literal(place).label("place"),
            sa.func.count().label("number"),
            sa.func.min(queue.since()).label("oldest"),
        )
        .select_from(queue.model)
        .where(queue.waits(), scope(queue.model))
        for place, queue in enumerate(queues)
    ]
    found = {row.place: row for row in db.session.execute(sa.union_all(*figures))} if queues else {}
    return [
        QueueCount(queue, found[at].number, found[at].oldest) for at, queue in enumerate(queues)
    ]
