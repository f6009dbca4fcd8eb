"""Score marks, the queue of stale scores: a step marks what it touches, the worker computes it.

A mark is written in the unit of work of the step, so it is there exactly when the step is. The
worker reads marks first and facts afterwards, computes without a lock, and in one short unit of
work deletes the marks that it read and writes the scores. So:

- a mark that is made meanwhile is not among those deleted, and is settled next;
- of two workers, the one that finds its marks gone drops what it computed: the other computed
  from facts at least as new;
- a worker that is killed leaves both its marks and the former scores, or neither.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from core.clock import now
from core.database import db, reading
from models import AffiliationStatus, ScoreMark
from ranking import scores
from ranking.breakdown import Result
from ranking.kinds import CONSULTANTS, INSTITUTIONS, KINDS, Kind, link

BATCH = 200  # subjects in one unit of work
MOST_READ = 2_000  # marks looked through for them

_marks: Any = ScoreMark.__table__
Subject = tuple[str, int]  # the kind's name, and the id


@dataclass(frozen=True, slots=True)
class Batch:
    """Marked subjects, each with all its marks at the moment of reading, and their new scores."""

    at: datetime
    marks: dict[Subject, set[int]]
    results: dict[Kind, dict[int, list[Result]]] = field(default_factory=dict)


# --- in a step's unit of work ------------------------------------------------------------------


def mark(institutions: Collection[int] = (), consultants: Collection[int] = ()) -> None:
    """Mark whose scores a step touches, in the caller's unit of work. Nothing is computed.

    Args:
        institutions: ids of institutions that something counted happened to. The consultants who
            are linked to them are marked with them.
        consultants: ids of consultants, likewise.
    """
    people = set(consultants) | _linked_consultants(institutions)
    _insert((INSTITUTIONS, institutions), (CONSULTANTS, people))


def mark_everybody(_at: datetime | None = None) -> int:
    """Timed job: mark all that can be ranked, so that nothing missed lives past the night. Commits.

    Returns:
        How many were marked.
    """
    found = [(kind, scores.everybody(kind)) for kind in KINDS]
    _insert(*found)
    db.session.commit()
    return sum(len(ids) for _, ids in found)


def _insert(*subjects: tuple[Kind, Collection[int]]) -> None:
    at = now()
    rows = [
        {"kind": kind.name, "subject_id": id, "marked_at": at}
        for kind, ids in subjects
        for id in sorted(set(ids))
    ]
    if rows:
        db.session.execute(sa.insert(_marks), rows)


def _linked_consultants(institutions: Collection[int]) -> set[int]:
    if not institutions:
        return set()
    db.session.flush()
    query = sa.select(link.c.consultant_id).where(
        link.c.institution_id.in_(institutions), link.c.status == AffiliationStatus.LINKED
    )
    return set(db.session.scalars(query))


# --- what pages ask ----------------------------------------------------------------------------


def computing(kind: Kind, ids: Collection[int] | None = None) -> bool:
    """Return whether scores of `kind` are being computed: those of `ids`, or any."""
    query = sa.select(_marks.c.id).where(_marks.c.kind == kind.name)
    if ids is not None:
        query = query.where(_marks.c.subject_id.in_(ids))
    return db.session.scalar(query.limit(1)) is not None


# --- in the worker -----------------------------------------------------------------------------


def settle(
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[int], object] = lambda _number: None,
) -> int:
    """Compute and write the scores of all that are marked, a batch in a unit of work; commit each.

    The session must hold nothing that is not committed.

    Args:
        stop: asked between batches; True ends it, and the marks that are left wait.
        progress: called after each batch with how many subjects it computed.

    Returns:
        How many subjects were computed.

    Raises:
        ExceptionGroup: scores of some subjects could not be computed. The others were; the
            failed keep their marks.
    """
    number, failed = 0, dict[Subject, Exception]()
    while not stop():
        batch = read(without=failed)
        if batch is None:
            break
        done, wrong = _settle_batch(batch)
        number += done
        failed |= wrong
        progress(done)
    if failed:
        raise ExceptionGroup("scores that could not be computed", list(failed.values()))
    return number


def _settle_batch(batch: Batch) -> tuple[int, dict[Subject, Exception]]:
    try:
        with only_reading():
            compute(batch)
    except SQLAlchemyError:
        raise  # the database's trouble is nobody's in particular
    except Exception as error:
        if len(batch.marks) == 1:
            return 0, dict.fromkeys(batch.marks, error)
        # one whose facts make no sense must not keep the others waiting
        number, failed = 0, dict[Subject, Exception]()
        for subject, ids in batch.marks.items():
            done, wrong = _settle_batch(Batch(batch.at, {subject: ids}))
            number += done
            failed |= wrong
        return number, failed
    done = write(batch)
    db.session.commit()
    return done, {}


def read(without: Iterable[Subject] = ()) -> Batch | None:
    """Return the subjects that are marked longest, or None where nobody is. Takes no write lock.

    Args:
        without: subjects to leave out.
    """
    left_out = set(without)
    with only_reading():
        found = db.session.execute(
            sa.select(_marks.c.kind, _marks.c.subject_id)
            .order_by(_marks.c.id)
            .limit(MOST_READ + len(left_out))
        ).all()
        subjects = [
            subject for subject in dict.fromkeys(map(tuple, found)) if subject not in left_out
        ]
        if not subjects:
            return None
        at, marks = now(), dict[Subject, set[int]]()
        for kind in KINDS:
            ids = [id for name, id in subjects[:BATCH] if name == kind.name]
            for id, subject in _marks_of(kind, ids):
                marks.setdefault((kind.name, subject), set()).add(id)
    return Batch(at, marks) if marks else None  # None: another worker was quicker


def compute(batch: Batch) -> None:
    """Compute the scores of a batch, from facts that are at least as new as its marks."""
    for kind in KINDS:
        batch.results[kind] = scores.compute(kind, _ids(batch.marks, kind), batch.at)


def write(batch: Batch) -> int:
    """Write the scores of a batch and delete its marks, in the caller's unit of work.

    A subject of which a mark is gone was computed by another worker meanwhile, and is left out.

    Returns:
        How many subjects were written.
    """
    scores.lock()
    standing: dict[Subject, set[int]] = defaultdict(set)
    for kind in KINDS:
        for id, subject in _marks_of(kind, _ids(batch.marks, kind)):
            standing[kind.name, subject].add(id)
    ours = {key: ids for key, ids in batch.marks.items() if ids <= standing[key]}
    for kind in KINDS:
        ids = _ids(ours, kind)
        if ids:
            scores.write(kind, ids, batch.results[kind], batch.at)
            scores.spread_mean(kind)
    done = [id for ids in ours.values() for id in ids]
    for start in range(0, len(done), MOST_READ):
        part = done[start : start + MOST_READ]
        db.session.execute(sa.delete(_marks).where(_marks.c.id.in_(part)))
    return len(ours)


def _marks_of(kind: Kind, ids: Sequence[int]) -> Sequence[Any]:
    """Return (mark, subject) of every mark of `ids`."""
    query = sa.select(_marks.c.id, _marks.c.subject_id)
    return db.session.execute(
        query.where(_marks.c.kind == kind.name, _marks.c.subject_id.in_(ids))
    ).all()


def _ids(subjects: Iterable[Subject], kind: Kind) -> list[int]:
    return sorted(id for name, id in subjects if name == kind.name)


@contextmanager
def only_reading() -> Iterator[None]:
    """Let the block read without the write lock of SQLite; what it began to read is over then."""
    db.session.rollback()
    token = reading.set(True)
    try:
        yield
    finally:
        db.session.rollback()
        reading.reset(token)
