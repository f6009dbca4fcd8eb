"""Stored scores, a materialized view of the facts: computed and written by the worker.

marks.py says for whom and when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.database import LOCK_TIMEOUT, db
from models import Scored
from ranking import formula, rules
from ranking.breakdown import Result, results
from ranking.facts import Moment
from ranking.gathering import gather, parents_of_categories
from ranking.kinds import Kind

LOCK = 5_108_001  # names the lock of the scores among PostgreSQL's advisory locks
BATCH = 200  # subjects whose facts are gathered at once


def everybody(kind: Kind) -> list[int]:
    """Return the ids of all that can be ranked, and of all that have a score."""
    certified = sa.select(kind.table.c.id).where(kind.table.c.certified_at.is_not(None))
    query = certified.union(sa.select(kind.owner)).order_by(sa.text("1"))
    return list(db.session.scalars(query))


def compute(kind: Kind, ids: Sequence[int], at: datetime) -> dict[int, list[Result]]:
    """Return the results of those among `ids` that can be ranked, overall first."""
    moment = Moment(at)
    rule, parents = rules.in_force(moment.day), parents_of_categories()
    return {
        owner: list(results(facts, moment, rule, parents))
        for owner, facts in gather(kind, ids, moment).items()
    }


def write(
    kind: Kind, ids: Sequence[int], computed: Mapping[int, list[Result]], at: datetime
) -> None:
    """Write the scores of `ids` for the mean that is stored; rows that have no reason any more go.

    Args:
        kind: institutions or consultants.
        ids: theirs; whoever is missing in `computed` has no score.
        computed: what `compute` returned for them at the moment `at`.
        at: that moment.
    """
    table = kind.scores
    stored = {
        (owner, category_id): key
        for owner, category_id, key in db.session.execute(
            sa.select(kind.owner, table.c.category_id, table.c.id).where(kind.owner.in_(ids))
        )
    }
    mean = mean_of(kind)
    changed, new = [], []
    for owner in ids:
        for result in computed.get(owner, ()):
            row = _row(result, mean, at)
            key = stored.pop((owner, result.category_id), None)
            if key is None:
                new.append(row | {kind.key: owner, "category_id": result.category_id})
            else:
                changed.append(row | {"key": key})
    if changed:
        written: dict[str, Any] = {name: sa.bindparam(name) for name in changed[0] if name != "key"}
        one_row = sa.update(table).where(table.c.id == sa.bindparam("key")).values(written)
        db.session.connection().execute(one_row, changed)
    if new:
        db.session.connection().execute(sa.insert(table), new)
    if stored:
        db.session.execute(sa.delete(table).where(table.c.id.in_(list(stored.values()))))
    for loaded in db.session.identity_map.values():
        if isinstance(loaded, Scored):
            db.session.expire(loaded)


def _row(result: Result, mean: float, at: datetime) -> dict[str, Any]:
    return {
        "score": result.base + result.slope * mean,
        "base": result.base,
        "slope": result.slope,
        "mean": mean,
        "ratings": result.ratings,
        "stars": result.stars,
        "deals": result.deals,
        "parts": result.parts,
        "computed_at": at,
    }


def mean_of(kind: Kind) -> float:
    """Return the platform's mean in stars, of the ratings that the stored scores count."""
    table = kind.scores.c
    total, count = db.session.execute(
        sa.select(sa.func.sum(table.stars), sa.func.sum(table.ratings)).where(
            table.category_id.is_(None)
        )
    ).one()
    return total / count if count else formula.MIDDLE


def spread_mean(kind: Kind) -> None:
    """Bring every score to the platform's mean, where that moved: one addition for each."""
    table, mean = kind.scores, mean_of(kind)
    db.session.execute(
        sa.update(table)
        .where(table.c.mean != mean)
        .values(mean=mean, score=table.c.base + table.c.slope * mean)
    )


def lock() -> None:
    """Let one worker write scores at a time, until it has committed. Never in a request.

    The platform's mean is in every score, so two that write at once would each miss the other's
    ratings. On SQLite whoever writes is alone anyway.
    """
    if db.engine.dialect.name == "postgresql":
        # a recount of the whole park may hold it for longer than a statement waits otherwise
        db.session.execute(sa.text("SET LOCAL lock_timeout = 0"))
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        db.session.execute(sa.text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
