"""The transition table of a process: Transition, Process, guards, and what becomes buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, Literal, TypeAlias, TypeVar

from flask_babel import LazyString, lazy_gettext
from wtforms import Form

from models import Living, User
from workflows.engine.locking import Locks
from workflows.engine.notices import Notice

R = TypeVar("R", bound=Living, contravariant=True)  # the kind of row that a step is taken on
M = TypeVar("M", bound=Living)
Answers = Mapping[str, Any]
Words: TypeAlias = "LazyString | str"

GONE: Words = lazy_gettext("Not found.")
NOT_YOURS: Words = lazy_gettext("You may not do this.")
CHANGED: Words = lazy_gettext("Changed meanwhile. Look at the new version first.")
UNSEEN: Words = lazy_gettext(
    "The form did not say which version was looked at, so nothing was done. This is how it is now: "
    "look it over, and send it once more."
)
HANDLED: Words = lazy_gettext("Already handled.")
Tone = Literal["primary", "secondary", "danger"]  # how a button looks


@dataclass(frozen=True, kw_only=True)  # no slots: Python 3.11 cannot call X[R](...) of those
class Transition(Generic[R]):
    """One step in the life of a thing: who may take it, what it asks, who hears of it.

    What is computed of rows is asked for all of them at once, as {row id: ...}, in a fixed number
    of queries. `by` and a plain `guard` see one row, and read only what Process.loads brought.
    """

    name: str  # a verb: "approve"
    label: Words  # the button
    done: Words  # what the history says of it, in the past tense
    source: frozenset[StrEnum]  # empty: the transition that creates the row
    target: StrEnum | None  # None: the state stays as it is, and the step is on record
    by: Callable[[User, R], bool]  # a named predicate of access
    guard: Callable[[R], Words | None] | None = None  # why not, in words the user reads
    asks: type[Form] | None = None  # None: a plain button
    sets: Callable[[Answers, User], Mapping[str, Any]] | None = None  # columns beside status
    created: Callable[[Sequence[R]], None] | None = None  # what new rows get once they have ids
    # what the events keep: {row id: facts}
    records: Callable[[Sequence[R], Answers], Mapping[int, dict[str, Any]]] | None = None
    notices: tuple[Notice[R], ...] = ()
    then: Callable[[list[R], User, Answers], None] | None = None  # cascades, transitions too
    locks: Locks | None = None  # what is locked before the rows and the process's own `locks`
    conflicts: Mapping[str, Words] = field(default_factory=dict)  # constraint name -> words
    tone: Tone = "primary"  # how the button looks
    confirm: bool = False  # ask 'are you sure' first
    button: bool = True  # False: it follows from something else that people do
    second_person: str | None = None  # the setting that lets it wait until somebody confirms


@dataclass(frozen=True, slots=True)
class SetGuard(Generic[R]):
    """A guard that looks beyond its rows: asked once for all of them; see `for_all_rows`."""

    refusals: Callable[[Sequence[R]], Mapping[int, Words]]

    def __call__(self, row: R) -> Words | None:
        return self.refusals([row]).get(row.id)


def for_all_rows(refusals: Callable[[Sequence[R]], Mapping[int, Words]]) -> SetGuard[R]:
    """Make a guard of a function that returns {row id: why not} for many rows at once."""
    return SetGuard(refusals)


@dataclass(frozen=True, kw_only=True)  # no slots: Python 3.11 cannot call X[R](...) of those
class Process(Generic[M]):
    """The life of one kind of thing."""

    model: type[M]
    transitions: tuple[Transition[M], ...]
    # what the mails may say of each row, as JSON: {row id: words}
    context: Callable[[Sequence[M]], Mapping[int, dict[str, Any]]]
    loads: tuple[Any, ...] = ()  # loader options: what predicates, guards and context touch
    locks: Locks | None = None  # what is locked before the rows, of `locking.ORDER`

    @property
    def kind(self) -> str:
        """How the journal calls the thing: "demand"."""
        return str(self.model.__tablename__)

    def __getitem__(self, name: str) -> Transition[M]:
        step = self.get(name)
        if step is None:
            raise KeyError(f"{self.kind} has no transition {name!r}")
        return step

    def get(self, name: str) -> Transition[M] | None:
        """Return the transition called `name`, None where there is none."""
        return next((step for step in self.transitions if step.name == name), None)


PROCESSES: dict[type[Any], Process[Any]] = {}


def register(process: Process[M]) -> Process[M]:
    """Make a process known, so that `perform` and the buttons find it by its model."""
    PROCESSES[process.model] = process
    return process


def process_of(kind: str) -> Process[Any] | None:
    """Return the process of what the journal calls `kind`, None for what has no life."""
    return next((process for process in PROCESSES.values() if process.kind == kind), None)


def allowed(row: Any, actor: User | None) -> list[Transition[Any]]:
    """Return the transitions that `actor` may take on `row` now."""
    process = PROCESSES.get(type(row))
    if process is None or actor is None:
        return []
    return [step for step in process.transitions if why_not(step, row, actor) is None]


def buttons(row: Any, actor: User | None) -> list[Transition[Any]]:
    """Return the transitions to show as buttons: those that `actor` may take and that have one."""
    return [step for step in allowed(row, actor) if step.button]


def why_not(step: Transition[M], row: M, actor: User) -> Words | None:
    """Return None where `actor` may take `step` on `row`, else the reason in words."""
    return refusals(step, [row], actor).get(row.id)


def refusals(step: Transition[M], rows: Sequence[M], actor: User) -> dict[int, Words]:
    """Return {row id: why not} of those rows on which `actor` may not take `step`, in words."""
    found: dict[int, Words] = {}
    open_rows = []
    for row in rows:
        if row.status not in step.source:
            found[row.id] = HANDLED
        elif not step.by(actor, row):
            found[row.id] = NOT_YOURS
        else:
            open_rows.append(row)
    if isinstance(step.guard, SetGuard):
        if open_rows:
            found.update(step.guard.refusals(open_rows))
    elif step.guard is not None:
        for row in open_rows:
            if (words := step.guard(row)) is not None:
                found[row.id] = words
    return found


def check_answers(step: Transition[Any], answers: Answers) -> None:
    """Raise ValueError unless `answers` satisfy the form that `step` asks with."""
    if step.asks is not None:
        form = step.asks(data=dict(answers))
        if not form.validate():
            raise ValueError(f"{step.name}: {form.errors}")
