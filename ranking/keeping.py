"""Scores are kept: refreshed for whoever was touched, in the unit of work that touched them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from core.clock import now
from core.database import db
from models import AffiliationStatus, Scored
from ranking import formula, rules
from ranking.breakdown import Result, results
from ranking.facts import Moment
from ranking.gathering import gather, parents_of_categories
from ranking.kinds import CONSULTANTS, INSTITUTIONS, KINDS, Kind, link

LOCK = 5_108_001  # names the lock of the scores among PostgreSQL's advisory locks
BATCH = 200  # subjects in one unit of work


def refresh(institutions: Collection[int] = (), consultants: Collection[int] = ()) -> None:
    """Compute and keep the scores of these anew, in the caller's unit of work.

    Whoever refreshes waits for whoever refreshed before him until he has committed: so the last
    of two sees what both did. Consultants who speak for the institutions are refreshed with them.

    Args:
        institutions: ids of institutions that something counted happened to.
        consultants: ids of consultants, likewise.
    """
    if not institutions and not consultants:
        return
    db.session.flush()
    lock()
    at = now()
    firms, people = sorted(set(institutions)), sorted(set(consultants) | _speakers(institutions))
    for kind, ids in ((INSTITUTIONS, firms), (CONSULTANTS, people)):
        for start in range(0, len(ids), BATCH):
            keep(kind, ids[start : start + BATCH], at)
        if ids:
            spread_mean(kind)
    for row in db.session.identity_map.values():
        if isinstance(row, Scored):
            db.session.expire(row)


def refresh_all(
    at: datetime, watch: Callable[[Kind, Iterable[list[int]]], Iterable[list[int]]] | None = None
) -> int:
    """Compute and keep the scores of everybody, a batch in a unit of work; commit each.

    Args:
        at: the moment.
        watch: wraps the batches of a kind, to show how far they are.

    Returns:
        How many were computed.
    """
    number = 0
    for kind in KINDS:
        ids = everybody(kind)
        batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        for batch in watch(kind, batches) if watch else batches:
            lock()
            keep(kind, batch, at)
            spread_mean(kind)
            db.session.commit()
            number += len(batch)
    return number


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


def keep(kind: Kind, ids: Sequence[int], at: datetime) -> None:
    """Write the scores of `ids` for the mean that is kept; rows that have no reason any more go."""
    table = kind.scores
    kept = {
        (owner, category_id): key
        for owner, category_id, key in db.session.execute(
            sa.select(kind.owner, table.c.category_id, table.c.id).where(kind.owner.in_(ids))
        )
    }
    mean = mean_of(kind)
    changed, new = [], []
    for owner, found in compute(kind, ids, at).items():
        for one in found:
            row = _row(one, mean, at)
            key = kept.pop((owner, one.category_id), None)
            if key is None:
                new.append(row | {kind.key: owner, "category_id": one.category_id})
            else:
                changed.append(row | {"key": key})
    if changed:
        written: dict[str, Any] = {name: sa.bindparam(name) for name in changed[0] if name != "key"}
        one_row = sa.update(table).where(table.c.id == sa.bindparam("key")).values(written)
        db.session.connection().execute(one_row, changed)
    if new:
        db.session.connection().execute(sa.insert(table), new)
    if kept:
        db.session.execute(sa.delete(table).where(table.c.id.in_(list(kept.values()))))


def _row(one: Result, mean: float, at: datetime) -> dict[str, Any]:
    return {
        "score": one.base + one.slope * mean,
        "base": one.base,
        "slope": one.slope,
        "mean": mean,
        "ratings": one.ratings,
        "stars": one.stars,
        "deals": one.deals,
        "parts": one.parts,
        "computed_at": at,
    }


def mean_of(kind: Kind) -> float:
    """Return the platform's mean in stars, of the ratings that the kept scores count."""
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


def _speakers(institutions: Collection[int]) -> set[int]:
    query = sa.select(link.c.consultant_id).where(
        link.c.institution_id.in_(institutions), link.c.status == AffiliationStatus.LINKED
    )
    return set(db.session.scalars(query)) if institutions else set()


def lock() -> None:
    """Let one refresh in at a time. On SQLite whoever writes is alone anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
