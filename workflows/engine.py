"""The heart: a transition is one row of a table, and `perform` carries it out.

Set-based: one row and ten thousand take the same road. The caller commits; the engine never does.
Nothing else in the house writes a `status`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

import sqlalchemy as sa
from flask_babel import LazyString, lazy_gettext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value
from wtforms import Form

import access
from clock import now
from database import db
from models import Event, User
from workflows import notices
from workflows.notices import Notice

CHUNK = 5_000  # ids in one statement: below the bind limits of both databases
Row = Any
Answers = Mapping[str, Any]
Words: TypeAlias = "LazyString | str"

GONE: Words = lazy_gettext("Not found.")
NOT_YOURS: Words = lazy_gettext("You may not do this.")
CHANGED: Words = lazy_gettext("Changed meanwhile. Look at the new version first.")
HANDLED: Words = lazy_gettext("Already handled.")
TAKEN: Words = lazy_gettext("This conflicts with another record.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One step in the life of a thing: who may take it, what it asks, who hears of it."""

    name: str  # a verb: "approve"
    label: Words  # the button
    source: frozenset[StrEnum]  # empty: the transition that creates the row
    target: StrEnum | None  # None: the state stays as it is, and the step is on record
    by: Callable[[User, Row], bool]  # a named predicate of access
    asks: type[Form] | None = None  # None: a plain button
    tells: tuple[Notice, ...] = ()
    guard: Callable[[Row], Words | None] | None = None  # why not, in words the user reads
    sets: Callable[[Answers, User], Mapping[str, Any]] | None = None  # columns beside status
    born: Callable[[Row], None] | None = None  # what a new row gets once it has its id
    records: Callable[[Row, Answers], dict[str, Any]] | None = None  # what the event keeps
    then: Callable[[list[Row], User, Answers], None] | None = None  # cascades, transitions too
    conflicts: Mapping[str, Words] = field(default_factory=dict)  # constraint name -> words
    tone: str = "primary"  # how the button looks: primary, secondary, danger
    confirm: bool = False  # ask 'are you sure' first


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """The life of one kind of thing."""

    model: type[Any]
    transitions: tuple[Transition, ...]
    context: Callable[[Row], dict[str, Any]]  # what the mails may say of the row, as JSON
    loads: tuple[Any, ...] = ()  # loader options: what predicates, guards and context touch
    locks: Callable[[Sequence[int]], None] | None = None  # what is locked before the rows

    @property
    def kind(self) -> str:
        """How the journal calls the thing: "demand"."""
        return str(self.model.__tablename__)

    def __getitem__(self, name: str) -> Transition:
        for transition in self.transitions:
            if transition.name == name:
                return transition
        raise KeyError(f"{self.kind} has no transition {name!r}")


@dataclass(slots=True)
class Outcome:
    """What became of each row: ids done, and the others with the reason why not."""

    done: list[int] = field(default_factory=list)
    refused: dict[int, Words] = field(default_factory=dict)
    missing: list[int] = field(default_factory=list)  # not there, or not for this person's eyes


PROCESSES: dict[type[Any], Process] = {}


def register(process: Process) -> Process:
    """Make a process known, so that `perform` and the buttons find it by its model."""
    PROCESSES[process.model] = process
    return process


def allowed(row: Row, actor: User | None) -> list[Transition]:
    """Return the transitions that `actor` may take on `row` now: the buttons to show."""
    process = PROCESSES.get(type(row))
    if process is None or actor is None:
        return []
    return [step for step in process.transitions if why_not(step, row, actor) is None]


def why_not(step: Transition, row: Row, actor: User) -> Words | None:
    """Return None where `actor` may take `step` on `row`, else the reason in words."""
    if row.status not in step.source:
        return HANDLED
    if not step.by(actor, row):
        return NOT_YOURS
    return step.guard(row) if step.guard else None


def perform(
    model: type[Any],
    name: str,
    ids: Iterable[int],
    actor: User,
    *,
    seen: Mapping[int, int] | None = None,
    **answers: Any,
) -> Outcome:
    """Take one step on many rows, in the caller's unit of work.

    Args:
        model: the table, which must have a registered process.
        name: the transition's verb.
        ids: rows to take it on; those the actor may not see come back as missing.
        actor: who does it.
        seen: the version of each row that the actor looked at; a newer one is refused.
        answers: what the transition's form asked, already cleaned.

    Returns:
        An Outcome. One refused row never sinks the others.

    Raises:
        KeyError: no such transition.
        ValueError: the answers are not those the transition asks for.
    """
    process = PROCESSES[model]
    step = process[name]
    check_answers(step, answers)
    outcome = Outcome()
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), CHUNK):
        _perform_chunk(process, step, wanted[start : start + CHUNK], actor, seen, answers, outcome)
    return outcome


def check_answers(step: Transition, answers: Answers) -> None:
    """Raise ValueError unless `answers` satisfy the form that `step` asks with."""
    if step.asks is not None:
        form = step.asks(data=dict(answers))
        if not form.validate():
            raise ValueError(f"{step.name}: {form.errors}")


def _perform_chunk(
    process: Process,
    step: Transition,
    ids: Sequence[int],
    actor: User,
    seen: Mapping[int, int] | None,
    answers: Answers,
    outcome: Outcome,
) -> None:
    rows = _locked(process, ids, actor)
    outcome.missing += sorted(set(ids) - {row.id for row in rows})
    ready = []
    for row in rows:
        stale = seen is not None and seen.get(row.id, row.version) != row.version
        reason = why_not(step, row, actor) or (CHANGED if stale else None)
        if reason is None:
            ready.append(row)
        else:
            outcome.refused[row.id] = reason
    sources = {row.id: row.status for row in ready}
    done = _move(process, step, ready, actor, answers, outcome)
    if done:
        _aftermath(process, step, done, sources, actor, answers)
        outcome.done += [row.id for row in done]


def _locked(process: Process, ids: Sequence[int], actor: User) -> list[Row]:
    """Load the rows in id order under a lock, as they are now and not as remembered."""
    model = process.model
    db.session.flush()
    if process.locks:
        process.locks(ids)
    query = (
        access.visible(actor, model)
        .where(model.id.in_(ids))
        .order_by(model.id)
        .with_for_update(of=model)
        .options(*process.loads)
        # the clockwork follows from a person's step: that person's guard is not its own
        .execution_options(populate_existing=True, unguarded=actor is access.SYSTEM)
    )
    return list(db.session.scalars(query))


def _move(
    process: Process,
    step: Transition,
    rows: list[Row],
    actor: User,
    answers: Answers,
    outcome: Outcome,
) -> list[Row]:
    """Write the new state of all rows at once; where a constraint objects, one by one."""
    if not rows:
        return []
    try:
        with db.session.begin_nested():
            _write_state(process, step, rows, actor, answers)
        return rows
    except IntegrityError as error:
        if len(rows) == 1:
            outcome.refused[rows[0].id] = conflict_words(step, error)
            return []
    # savepoints: one row that breaks a constraint must not sink nineteen
    return [one for row in rows for one in _move(process, step, [row], actor, answers, outcome)]


def conflict_words(step: Transition, error: IntegrityError) -> Words:
    """Return what `step` says of the constraint that `error` names."""
    message = str(error.orig)
    for constraint, words in step.conflicts.items():
        if constraint in message:
            return words
    return next(iter(step.conflicts.values()), TAKEN)


def _write_state(
    process: Process, step: Transition, rows: list[Row], actor: User, answers: Answers
) -> None:
    table = process.model.__table__
    values: dict[str, Any] = {}
    if step.target is not None:
        values = {"status": step.target, "status_at": now()}
    values |= step.sets(answers, actor) if step.sets else {}
    db.session.execute(
        sa.update(table)
        .where(table.c.id.in_([row.id for row in rows]))
        .values(**values, version=table.c.version + 1)
    )
    for row in rows:  # the identity map learns it without reading all rows again
        for name, value in values.items():
            set_committed_value(row, name, value)
        set_committed_value(row, "version", row.version + 1)


def _aftermath(
    process: Process,
    step: Transition,
    rows: list[Row],
    sources: Mapping[int, StrEnum | None],
    actor: User,
    answers: Answers,
) -> None:
    """Journal, notices and cascades of rows that moved."""
    db.session.execute(
        sa.insert(Event),
        [
            {
                "at": now() if step.target is None else row.status_at,
                "actor_id": actor.id,
                "subject_type": process.kind,
                "subject_id": row.id,
                "name": step.name,
                "source": sources[row.id],
                "target": step.target,
                "reason": answers.get("reason") or None,
                "changes": step.records(row, answers) if step.records else {},
            }
            for row in rows
        ],
    )
    for notice in step.tells:
        notices.tell(process.kind, notice, rows, process.context, answers)
    if step.then:
        step.then(rows, actor, answers)


def begin(row: Row, name: str, actor: User, **answers: Any) -> Row:
    """Bring `row` into the world by its creating transition, in the caller's unit of work.

    `row` names its parents by id: tied to them as objects it would trouble the flush before it.

    Raises:
        PermissionError: the actor may not create it.
        ValueError: the transition's guard refuses the row, or the answers are not right.
        IntegrityError: a constraint objects; `conflict_words` says it for the reader.
    """
    begin_all([row], name, actor, **answers)
    return row


def begin_all(rows: list[Row], name: str, actor: User, **answers: Any) -> None:
    """As `begin`, for many rows of one kind at once: all of them, or an error and none.

    Raises:
        As `begin`.
    """
    if not rows:
        return
    process = PROCESSES[type(rows[0])]
    step = process[name]
    if step.source or step.target is None:
        raise ValueError(f"{name} does not create a {process.kind}")
    check_answers(step, answers)
    with db.session.no_autoflush:  # a row hangs on its parents already, and is not whole yet
        for row in rows:
            if not step.by(actor, row):
                raise PermissionError(f"{process.kind}.{name}")
            if step.guard and (reason := step.guard(row)):
                raise ValueError(str(reason))
    values = step.sets(answers, actor) if step.sets else {}
    for row in rows:
        row.status = step.target
        for column, value in values.items():
            setattr(row, column, value)
    with db.session.begin_nested():  # a savepoint flushes what is pending before it begins
        db.session.add_all(rows)
        db.session.flush()
    if step.born:
        for row in rows:
            step.born(row)
        db.session.flush()
    _aftermath(process, step, rows, {row.id: None for row in rows}, actor, answers)


def edit(row: Row, actor: User, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set columns of `row` outside its status, and journal what changed.

    Returns:
        {column: [before, after]} of what changed, as JSON; empty when nothing did.

    Raises:
        ValueError: `values` touch the status, which only `perform` writes.
    """
    if "status" in values:
        raise ValueError("status is written by transitions")
    changes = {}
    for name, after in values.items():
        before = getattr(row, name)
        if before != after:
            setattr(row, name, after)
            changes[name] = [plain(before), plain(after)]
    if changes:
        row.version += 1
        note(row, "edit", actor, changes=changes)
    return changes


def note(
    row: Row,
    name: str,
    actor: User | None,
    *,
    reason: str | None = None,
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Put an event on record that is no transition: an edit, a look at a contact, a download."""
    db.session.add(
        Event(
            at=now(),  # the moment it happened, not the one it is written at
            actor_id=actor.id if actor else None,
            subject_type=row.__tablename__,
            subject_id=row.id,
            name=name,
            reason=reason,
            changes=dict(changes or {}),
        )
    )


def plain(value: Any) -> Any:
    """Return `value` as the journal keeps it in JSON."""
    if value is None or isinstance(value, bool | int | str | dict):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return str(value)


def history(row: Row) -> Sequence[Event]:
    """Return the events of `row`, oldest first, each with its actor."""
    return db.session.scalars(
        sa.select(Event)
        .where(Event.subject_type == row.__tablename__, Event.subject_id == row.id)
        .order_by(Event.id)
        .options(joinedload(Event.actor))
        .execution_options(unguarded=True)  # who may see the row may see its past
    ).all()
