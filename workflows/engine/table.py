"""What a process is made of: a transition is one row of its table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from flask_babel import LazyString, lazy_gettext
from sqlalchemy.exc import IntegrityError
from wtforms import Form

from models import User
from workflows.engine.notices import Notice

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


def check_answers(step: Transition, answers: Answers) -> None:
    """Raise ValueError unless `answers` satisfy the form that `step` asks with."""
    if step.asks is not None:
        form = step.asks(data=dict(answers))
        if not form.validate():
            raise ValueError(f"{step.name}: {form.errors}")


def conflict_words(step: Transition, error: IntegrityError) -> Words:
    """Return what `step` says of the constraint that `error` names."""
    message = str(error.orig)
    for constraint, words in step.conflicts.items():
        if constraint in message:
            return words
    return next(iter(step.conflicts.values()), TAKEN)
