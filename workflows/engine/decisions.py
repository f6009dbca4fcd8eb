"""The transitions of a review queue, written once: approve, return, reject."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Generic

from flask_babel import lazy_gettext
from wtforms import Form

import access
from forms.base import ReasonForm, ReturnForm
from models import User
from workflows.engine import Answers, Transition, Words, columns
from workflows.engine.locking import Locks
from workflows.engine.notices import Notice
from workflows.engine.table import R, Tone


@dataclass(frozen=True, kw_only=True)
class Decision(Generic[R]):
    """What one decision does to the kind of thing that is reviewed; see `Transition`."""

    target: StrEnum
    done: Words
    notices: tuple[Notice[R], ...]
    by: access.Holds | None = None  # where not only those who take the other decisions
    guard: Callable[[R], Words | None] | None = None
    asks: type[Form] | None = None  # instead of what the decision usually asks
    sets: Callable[[Answers, User], Mapping[str, Any]] | None = None
    records: Callable[[Sequence[R], Answers], Mapping[int, dict[str, Any]]] | None = None
    then: Callable[[list[R], User, Answers], None] | None = None
    locks: Locks | None = None
    conflicts: Mapping[str, Words] = field(default_factory=dict)


def decisions(
    waiting: StrEnum,
    *,
    by: access.Holds,
    approve: Decision[R],
    send_back: Decision[R] | None = None,
    reject: Decision[R],
) -> tuple[Transition[R], ...]:
    """Return the transitions by which those who hold a duty (`by`) decide on what waits.

    An approval asks nothing unless it says so; a return asks for a reason and remarks on fields,
    which go on record; a rejection asks for a reason.
    """
    steps = [_transition(waiting, by, approve, "approve", lazy_gettext("Approve"))]
    if send_back is not None:
        send_back = replace(
            send_back,
            asks=send_back.asks or ReturnForm,
            records=send_back.records or columns.remarks_on_record,
        )
        label = lazy_gettext("Return for correction")
        steps.append(_transition(waiting, by, send_back, "return", label, "secondary"))
    reject = replace(reject, asks=reject.asks or ReasonForm)
    steps.append(_transition(waiting, by, reject, "reject", lazy_gettext("Reject"), "danger"))
    return tuple(steps)


def _transition(
    waiting: StrEnum,
    by: access.Holds,
    decision: Decision[R],
    name: str,
    label: Words,
    tone: Tone = "primary",
) -> Transition[R]:
    """Return what reviewers do with `decision`: its own columns, and those of every decision."""
    return Transition(
        name=name,
        label=label,
        done=decision.done,
        source=frozenset({waiting}),
        target=decision.target,
        by=decision.by or by,
        guard=decision.guard,
        asks=decision.asks,
        sets=decision.sets,
        records=decision.records,
        notices=decision.notices,
        then=decision.then,
        locks=decision.locks,
        conflicts=decision.conflicts,
        tone=tone,
    )
